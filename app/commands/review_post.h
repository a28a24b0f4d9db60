/* app/commands/review_post.h - a review on the pull request. */
#ifndef WEFT_APP_COMMANDS_REVIEW_POST_H
#define WEFT_APP_COMMANDS_REVIEW_POST_H

#include "app/options.h"
#include "ci/review.h"

/* Names of a review: several of one repository, of different folders, stand side by side. */
const char *review_post_marker(const char *folder, struct arena *arena);

/* Sets the status of the commit and, on a pull request, keeps the comment.  review NULL: it could
 * not be made, so only the status says that. */
MUST_USE int review_post(const struct review *review, const char *folder,
                         const struct options *options, struct arena *arena, struct err *err);

#endif
