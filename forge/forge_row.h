/* forge/forge_row.h - what differs between forges.  Private to forge/. */
#ifndef WEFT_FORGE_FORGE_ROW_H
#define WEFT_FORGE_FORGE_ROW_H

#include "forge/forge.h"

/* How a forge marks a pull request that is not to be merged yet. */
enum forge_draft {
    DRAFT_FIELD, /* "draft": true of the one that is opened */
    DRAFT_TITLE, /* the title begins with forge_row.draft_prefix */
};

/* Patterns of paths below the API: {repository}, {commit}, {pull}, {comment}, {page}; {id} is the
 * number of the pull request that a call is about. */
struct forge_row {
    const char *name;
    const char *api_path; /* of the API below the address of a server */
    const char *hosted_host,
        *hosted_api;         /* the forge's own server, if its API is elsewhere; NULL */
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
    const char *states[FORGE_STATES];
    const char *comments; /* GET, POST */
    size_t page_size;     /* of comments; 0: all come at once */
    const char *comment;  /* of one comment */
    const char *edit;     /* method */
    size_t comment_max;   /* bytes; below the limit of characters */

    /* Apps: forge/forge_app.c; NULL: the forge has none */
    const char *app_installation; /* GET: that of the repository */
    const char *app_token;        /* POST: a token of installation {id} */

    /* pull requests: forge/pull.c */
    const char *pulls;     /* GET: those that are open; the list without its query: POST */
    size_t pulls_size;     /* of a page of that list */
    const char *pull;      /* of one */
    const char *pull_edit; /* method */
    const char *number_key, *body_key, *web_key; /* of one that was read */
    const char *head_path[2], *base_path[2]; /* keys that lead to its branches; [1] NULL: one key */
    const char *head_key, *base_key;         /* of one that is opened */
    const char *close_key, *close_value;
    enum forge_draft draft;
    const char *draft_prefix; /* of a title */
    const char *labels;    /* POST {"labels": [...]}; NULL: pull_edit with add_labels, one text */
    const char *reviewers; /* POST {"reviewers": [...]}; NULL: pull_edit with reviewer_ids */
    const char *users;     /* GET with username=NAME: accounts with their ids; NULL: not needed */
};

const struct forge_row *forge_row(enum forge_kind kind);
/* The URL of a pattern; id (of a comment or a pull request) and page may be 0. */
const char *forge_row_url(const struct forge *forge, const char *pattern, int64_t id, size_t page);
/* The list of a pattern without the query that selects from it: where an item is added. */
const char *forge_row_collection(const struct forge *forge, const char *pattern);

#endif
