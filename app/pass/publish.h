/* app/pass/publish.h - a pass's commit on the output branch. */
#ifndef WEFT_APP_PASS_PUBLISH_H
#define WEFT_APP_PASS_PUBLISH_H

#include "app/pass/pass.h"

/* Render, commit, push, remember. */
MUST_USE int pass_publish(struct pass *pass, struct err *err);

#endif
