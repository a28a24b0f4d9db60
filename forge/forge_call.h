/* forge/forge_call.h - one request to a forge, in JSON.  Private to forge/. */
#ifndef WEFT_FORGE_FORGE_CALL_H
#define WEFT_FORGE_FORGE_CALL_H

#include "base/node.h"
#include "forge/forge.h"

/* *answer gets what the forge answered with a status below 300; what names the request in the err:
 * "read the comments".  The err's code is the HTTP status, and its text has the words of the forge.
 * A forge that asks for patience gets it, for a minute at most; body NULL: none is sent. */
MUST_USE int forge_call(const struct node **answer, const struct forge *forge, const char *what,
                        const char *method, const char *url, const struct node *body,
                        struct err *err);
/* The words of an error's body: message (a text, a list, or a map of lists), error_description or
 * error; in visible form, in the arena; "": it has none. */
const char *forge_call_words(const char *body, size_t len, struct arena *arena);

#endif
