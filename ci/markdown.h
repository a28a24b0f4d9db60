/* ci/markdown.h - words of specs and servers inside Markdown that a forge shows under our name. */
#ifndef WEFT_CI_MARKDOWN_H
#define WEFT_CI_MARKDOWN_H

#include "base/arena.h"
#include "base/text.h"

/* Appends text so that it shows as it is (CommonMark, GitHub's and GitLab's dialects): no markup,
 * no link, no HTML, no image, and no "@name" that would notify a person.  text is in visible form
 * and one line. */
void markdown_add(struct text *out, const char *text);
const char *markdown_text(const char *text, struct arena *arena);
/* Appends the fence of a block of code that holds text: longer than any run of backticks inside. */
void markdown_fence(struct text *out, const char *text);

#endif
