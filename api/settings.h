/* api/settings.h - Settings.  Private to api/. */
#ifndef WEFT_API_SETTINGS_H
#define WEFT_API_SETTINGS_H

#include "api/policy.h"

struct schema;
extern const struct schema settings_schema;

struct settings settings_decode(struct at at);

#endif
