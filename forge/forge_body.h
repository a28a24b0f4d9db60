/* forge/forge_body.h - texts that weft wrote to a forge, as the forge gives them back.  Private to
 * forge/. */
#ifndef WEFT_FORGE_FORGE_BODY_H
#define WEFT_FORGE_FORGE_BODY_H

#include <stdbool.h>

/* Whether the first line is the marker; body NULL: it is not. */
bool forge_body_has_marker(const char *body, const char *marker);
/* The same text: forges keep CR LF in bodies that went through a browser, and may drop what ends
 * them.  NULL is the empty text. */
bool forge_body_equal(const char *a, const char *b);

#endif
