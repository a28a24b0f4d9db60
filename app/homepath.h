/* app/homepath.h - paths as only a shell understands them: "~/x", "$HOME/x".  weft expands nothing,
 * so they are refused with the path that was meant. */
#ifndef WEFT_APP_HOMEPATH_H
#define WEFT_APP_HOMEPATH_H

#include "base/text.h"

/* Whether path begins with "~" or "$": a file of that name is hardly ever meant. */
bool homepath_is(const char *path);
/* For people: what is wrong with such a path and what to write instead. */
void homepath_tell(struct text *out, const char *path);

#endif
