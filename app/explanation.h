/* app/explanation.h - what each message id means and what to do, as docs/ says it. */
#ifndef WEFT_APP_EXPLANATION_H
#define WEFT_APP_EXPLANATION_H

#include "base/text.h"

struct explanation {
    const char *id; /* "W30" */
    const char *meaning;
    const char *remedy; /* what to do; "": nothing is documented */
    const char *page;   /* where the documents have it: file and heading */
    const char *texts;  /* of the message, a line each, with "..." for what is filled in; "" */
};

/* All of them; there are count. */
const struct explanation *explanation_rows(size_t *count);
/* In any case of letters; NULL: there is no such id. */
const struct explanation *explanation_find(const char *id);
/* A letter and digits. */
bool explanation_is_id(const char *text);
/* The id that is nearest to one that does not exist; NULL: none is near. */
const char *explanation_near(const char *id);
void explanation_print(struct text *out, const struct explanation *explanation);

#endif
