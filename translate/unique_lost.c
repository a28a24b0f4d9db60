/* translate/unique_lost.c - names that unique_check gave to another owner. */
#include "translate/unique_lost.h"
#include "base/map.h"
#include "base/text.h"

bool unique_lost(const struct resolved *resolved, const char *cluster,
                 const struct document *document, const char *owner)
{
    AUTO_TEXT key = { 0 };

    if (!resolved->lost)
        return false;
    text_addf(&key, "%s %s/%s/%s %s", cluster, document->kind, document->namespace, document->name,
              owner);
    return map_find(resolved->lost, key.bytes);
}
