/* app/pass/observe.h - what clusters show. */
#ifndef WEFT_APP_PASS_OBSERVE_H
#define WEFT_APP_PASS_OBSERVE_H

#include "app/pass/pass.h"

/* What clusters show. */
void pass_observe(struct pass *pass);

#endif
