/* app/waning.h - certificates that near their end while nothing renews them. */
#ifndef WEFT_APP_WANING_H
#define WEFT_APP_WANING_H

#include "app/pass.h"

/* A virtual mesh that cannot be used keeps what it has, so nothing of it is renewed: its status and
 * the log say in time when its certificates end. */
void waning_tell(struct pass *pass);

#endif
