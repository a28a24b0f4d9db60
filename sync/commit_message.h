/* sync/commit_message.h - commit objects as text: who, when, why, and the trailers.  Pure.  Private
 * to sync/. */
#ifndef WEFT_SYNC_COMMIT_MESSAGE_H
#define WEFT_SYNC_COMMIT_MESSAGE_H

#include "base/text.h"
#include "sync/publish.h"

/* A whole commit object (gitformat: tree, parent, author, committer, message).  parent may be NULL.
 * Names and values are cleaned, so that none can add a line of its own (docs/architecture.md). */
void commit_message_write(struct text *out, const struct publish_request *request,
                          const struct git_id *tree, const struct git_id *parent);
/* The same commit with an armored signature as its header "gpgsig", which git verifies; the
 * signature is of the commit without it. */
void commit_message_sign(struct text *commit, const char *signature);
/* A trailer's value (the first of that name), or NULL.  What is a trailer is libgit2's judgement.
 */
const char *commit_message_trailer(const char *message, const char *token, struct arena *arena);
/* Any trailer of that name has just this value. */
bool commit_message_says(const char *message, const char *token, const char *value);

#endif
