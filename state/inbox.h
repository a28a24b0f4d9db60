/* state/inbox.h - requests of operators that wait for a pass: files in "<state file>.requests/",
 * each under a MAC of the state key. */
#ifndef WEFT_STATE_INBOX_H
#define WEFT_STATE_INBOX_H

#include "base/err.h"
#include "state/ledger.h"
#include <stdbool.h>

struct inbox_request {
    const char *id; /* 32 hex digits, unique; its file is "<id>.request" */
    int64_t made;   /* nanoseconds since 1970, by the clock of the machine: the order of requests */
    const char *virtual_mesh;
    const char *verb;     /* "hold" and so on: this file knows no verbs */
    const char *rotation; /* id of the rotation that it is meant for; "" = any */
    int64_t step;         /* 0: none */
    bool force;
    const char *reason; /* "" = none */
    int64_t at;         /* when the operator made it, by the time of the command */
};

/* A file that is no request of ours.  It stays where it is. */
struct inbox_refusal {
    const char *path, *why;
};

/* Texts are in the arena. */
struct inbox {
    struct inbox_request *requests; /* in the order in which they were made */
    size_t count;
    struct inbox_refusal *refusals;
    size_t refusal_count;
};

/* The folder; in the arena. */
const char *inbox_folder(const char *state_path, struct arena *arena);
/* Stores a request for the next pass, durably; id and made are filled in.  Needs no lock of the
 * state. */
MUST_USE int inbox_add(struct inbox_request *request, const char *state_path,
                       const struct ledger_key *key, struct arena *arena, struct err *err);
/* All that wait.  A file whose MAC is wrong, whose name is not that of its id, or that cannot be
 * read, is a refusal.  No folder: nothing waits. */
MUST_USE int inbox_read(struct inbox *out, const char *state_path, const struct ledger_key *key,
                        struct arena *arena, struct err *err);
/* How many files wait, whatever is in them. */
size_t inbox_count(const char *state_path, struct arena *arena);
/* After the save that contains the request.  One that is gone already is fine. */
MUST_USE int inbox_remove(const char *state_path, const char *id, struct err *err);

enum inbox_age {
    INBOX_NEW,
    INBOX_TAKEN,  /* the state contains it: a pass ended before it removed the file, or the file was
                     brought back */
    INBOX_TOO_OLD /* older than all requests that the state records */
};
enum inbox_age inbox_age(const struct ledger *ledger, const struct inbox_request *request);
/* Remembers in the state that the request was taken, or refused permanently. */
void inbox_set_taken(struct ledger *ledger, const struct inbox_request *request);

#endif
