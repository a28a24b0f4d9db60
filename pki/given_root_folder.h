/* pki/given_root_folder.h - given CAs as PEM files in a folder.  Contents go straight to guarded
 * memory. */
#ifndef WEFT_PKI_GIVEN_ROOT_FOLDER_H
#define WEFT_PKI_GIVEN_ROOT_FOLDER_H

#include "pki/given_root.h"

/* A folder with one folder for each Secret, "<namespace>/<name>/", or "<namespace>.<name>/",
 * holding its files; files whose mode lets others read them are refused.  context: its path, a
 * const char *. */
struct root_reader given_root_folder_reader(const char *path);

#endif
