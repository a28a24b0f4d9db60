/* api/own_document.h - documents of weft's own kinds: reports, statuses, receipts.  Pure. */
#ifndef WEFT_API_OWN_DOCUMENT_H
#define WEFT_API_OWN_DOCUMENT_H

#include "base/node.h"

#define OWN_DOCUMENT_VERSION "weft.dev/v1alpha1"

/* A map with apiVersion and kind, which come first in each document; the rest is the caller's. */
struct node *own_document(const char *kind, struct arena *arena);

#endif
