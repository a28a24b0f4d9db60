/* api/object_span.h - which of the parser's diags belong to which object of a document.  Private to
 * api/. */
#ifndef WEFT_API_OBJECT_SPAN_H
#define WEFT_API_OBJECT_SPAN_H

#include "base/decode.h"

/* The parser's diags of one document (first to last, NULL: none), and the part of it that one
 * object takes. */
struct object_span {
    const struct diag *first, *last;
    bool lost; /* it made more errors than were kept, or than are looked at: they may belong
                  anywhere */
    struct place start, end; /* line 0: from the beginning, to the end of the document */
    bool ordered;            /* of a list: its items follow each other in the file */
};

/* Of a document that was just parsed; before is what diags was then. */
struct object_span object_span_of_document(const struct diags *diags, const struct diags *before);
/* Of the items of a list, and of one of them.  outside gets true for an error before the first
 * item. */
struct object_span object_span_of_list(const struct object_span *document, const struct at *items,
                                       bool *outside);
struct object_span object_span_of_item(const struct object_span *list, const struct at *items,
                                       size_t index);

/* The first error in it; NULL: none. */
const struct diag *object_span_error(const struct object_span *span);
/* Also when it was not kept. */
bool object_span_bad(const struct object_span *span);
/* An error among the object's own keys or in its metadata, such as a second "name": we cannot know
 * which object was meant.
 */
bool object_span_in_doubt(const struct object_span *span, const struct at *object);

#endif
