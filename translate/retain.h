/* translate/retain.h - what stays as it was, because something it depends on is INVALID or cannot
 * be read (docs/translation.md 2.9). */
#ifndef WEFT_TRANSLATE_RETAIN_H
#define WEFT_TRANSLATE_RETAIN_H

#include "translate/document.h"
#include "translate/layout.h"
#include "translate/previous.h"

struct retain;
struct retain *retain_new(const struct resolved *resolved, const struct plan *plan,
                          struct arena *arena);

/* Something may have to stay in this folder. */
bool retain_concerns(const struct retain *retain, const struct place_folder *folder);
/* Folders of clusters that the specs do not show any more may have to stay. */
bool retain_concerns_removed(const struct retain *retain);
/* No new documents are made at all. */
bool retain_all(const struct retain *retain);
/* Adds those of the folder's previous documents that stay to the new ones. */
void retain_add(struct documents *out, const struct retain *retain,
                const struct place_folder *folder, const struct previous_documents *documents,
                struct arena *arena);

#endif
