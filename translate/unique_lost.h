/* translate/unique_lost.h - names that unique_check gave to another owner. */
#ifndef WEFT_TRANSLATE_UNIQUE_LOST_H
#define WEFT_TRANSLATE_UNIQUE_LOST_H

#include "translate/document.h"
#include "translate/resolved.h"

/* Another owner has the document's name, so that it is not written. */
bool unique_lost(const struct resolved *resolved, const char *cluster,
                 const struct document *document, const char *owner);

#endif
