/* forge/forge_row.h - what differs between forges.  Private to forge/. */
#ifndef WEFT_FORGE_FORGE_ROW_H
#define WEFT_FORGE_FORGE_ROW_H

#include "forge/forge.h"

/* Patterns of paths below the API: {repository}, {commit}, {pull}, {comment}, {page}. */
struct forge_row {
    const char *name;
    const char *accept;      /* header; NULL: none */
    const char *version;     /* header; NULL: none */
    bool encodes_repository; /* as one part of the path: "group%2Fproject" */
    const char *login_key;   /* of an account: "login", "username" */
    const char *author_key;  /* of a comment: the account that wrote it */
    const char *app_login;   /* of tokens that have no account: "*" matches any name */
    const char *statuses;    /* GET: those of the commit, the newest first */
    const char *set_status;  /* POST */
    const char *context_key; /* of a status */
    const char *state_key;   /* of a status that was read; "state" is what is written */
    const char *states[3];   /* by enum forge_state */
    const char *comments;    /* GET, POST */
    size_t page_size;        /* of comments; 0: all come at once */
    const char *comment;     /* of one comment */
    const char *edit;        /* method */
    size_t comment_max;      /* bytes; below the limit of characters */
};

const struct forge_row *forge_row(enum forge_kind kind);
/* The URL of a pattern; comment and page may be 0. */
const char *forge_row_url(const struct forge *forge, const char *pattern, int64_t comment,
                          size_t page);

#endif
