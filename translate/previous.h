/* translate/previous.h - documents of the output branch as it was, each with its exact text. */
#ifndef WEFT_TRANSLATE_PREVIOUS_H
#define WEFT_TRANSLATE_PREVIOUS_H

#include "translate/resolved.h"

struct previous_document {
    const char *text; /* exact, ends with a newline */
    size_t len;
    const char *kind, *namespace, *name; /* "" when it could not be read */
    const char *host;           /* of a ServiceEntry (its first) or DestinationRule, else "" */
    const struct node *object;  /* NULL: not YAML */
    const struct node *parents; /* of its annotation; NULL: none */
};
struct previous_documents {
    struct previous_document *items;
    size_t count;
};

/* Files that weft rendered, as they are. */
struct previous_file {
    const char *path, *bytes;
    size_t len;
};
struct previous_files {
    struct previous_file *items;
    size_t count;
};
/* Adds the files below the directory, which may be absent. */
MUST_USE int previous_list(struct previous_files *out, const struct tree_reader *before,
                           const char *dir, struct arena *arena, struct err *err);
/* The same for the same bytes, wherever they are. */
struct sha256 previous_digest(const struct previous_files *files);
/* Their documents. */
struct previous_documents previous_parse(const struct previous_files *files, struct arena *arena);

/* The objects of a kind that its parents annotation names, as a list of maps with name and
 * namespace; NULL: none.  kind is "<group>/<version>, Kind=<kind>". */
const struct node *previous_parents(const struct previous_document *previous, const char *kind);
/* Whether some client knew the federated Service by this address, in either form. */
MUST_USE int previous_has_address(bool *out, const struct tree_reader *before,
                                  const struct export *export, const char *address,
                                  const char *ipv6, struct arena *arena, struct err *err);

#endif
