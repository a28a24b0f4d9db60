/* pki/secret_file.h - a file with a private key, read into guarded memory. */
#ifndef WEFT_PKI_SECRET_FILE_H
#define WEFT_PKI_SECRET_FILE_H

#include "pki/secret.h"

/* How a path begins that names a credential of systemd (systemd.exec(5)) where there is none. */
#define SECRET_FILE_CREDENTIAL "$CREDENTIALS_DIRECTORY/"

/* what names the file in the err: "signing key".  A regular file of at most max bytes that others
 * than its owner may not read, one that the kubelet mounted for us (root's, mode 0440, of our
 * group), or a credential that systemd gave us: directly in the folder $CREDENTIALS_DIRECTORY,
 * which only we can enter; else ERR_REFUSED says how to correct the mode.  The err's code is ENOENT
 * where there is no file, EFBIG for a larger one. */
MUST_USE int secret_file_read(struct secret **out, const char *what, const char *path, size_t max,
                              struct err *err);

struct stat;

/* The part of it that judges who may read the file. */
MUST_USE int secret_file_check_mode(const struct stat *st, const char *what, const char *path,
                                    struct err *err);
/* The refusal itself, for a file that is judged by another rule; shown names it in the err. */
int secret_file_refuse_mode(const struct stat *st, const char *shown, const char *path,
                            struct err *err);

#endif
