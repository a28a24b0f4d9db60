/* app/pass/restart.h - pods that take new certificates, where that is asked for. */
#ifndef WEFT_APP_PASS_RESTART_H
#define WEFT_APP_PASS_RESTART_H

#include "app/pass/pass.h"

/* Pods, where that is asked for. */
void pass_restart(struct pass *pass);

#endif
