/* api/settings.h - decodes Settings.  Must not read what only the reference's own programs need. */
#ifndef WEFT_API_SETTINGS_H
#define WEFT_API_SETTINGS_H

#include "api/policy.h"

struct settings settings_decode(struct at at);

#endif
