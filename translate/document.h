/* translate/document.h - the manifests of one folder, on their way to files. */
#ifndef WEFT_TRANSLATE_DOCUMENT_H
#define WEFT_TRANSLATE_DOCUMENT_H

#include "base/filetree.h"
#include "base/map.h"
#include "base/node.h"
#include "base/text.h"

struct document {
    const char *file;  /* without ".yaml"; may have a folder */
    const char *range; /* by what a file that is too large is split: the Service */
    const char *kind, *namespace, *name;
    size_t at, len; /* in text */
};

/* Strings of documents live in keep or outlive it; nodes may be released after each documents_add.
 */
struct documents {
    struct arena *keep, *scratch;
    struct text text;
    struct document *items;
    size_t count;
    size_t fresh;            /* how many of them are new, not previous ones that stay */
    struct map *by_identity; /* the new ones, once the first previous one came; NULL before */
};

/* Writes the object; resets scratch.  All new documents come before the first previous one. */
void documents_add(struct documents *out, const struct document *document,
                   const struct node *object);
/* Adds a previous document as it is; when a new one is the same object, replace says which of the
 * two stays. */
void documents_add_previous(struct documents *out, const struct document *document,
                            const char *text, size_t len, bool replace);
/* Drops all documents, keeps the memory. */
void documents_clear(struct documents *documents);

/* Puts files into the folder: documents in order of kind, namespace and name.  A file of more than
 * max bytes is split. */
MUST_USE int documents_store(struct filetree *folder, struct documents *documents, size_t max,
                             const struct blobs *blobs, struct err *err);

#endif
