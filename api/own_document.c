/* api/own_document.c - documents of weft's own kinds: reports, statuses, receipts.  Pure. */
#include "api/own_document.h"
#include "base/write.h"

struct node *own_document(const char *kind, struct arena *arena)
{
    struct node *document = node_map(arena);

    node_set_text(arena, document, "apiVersion", OWN_DOCUMENT_VERSION);
    node_set_text(arena, document, "kind", kind);
    return document;
}
