/* tests/lib/rotation_fleet.h - a handful of clusters for tests of the state machine alone: no keys,
 * no ledger, time by the hour. */
#ifndef WEFT_TESTS_LIB_ROTATION_FLEET_H
#define WEFT_TESTS_LIB_ROTATION_FLEET_H

#include "tests/lib/trust_fixture.h"

#include "rotation/ca.h"
#include "rotation/rotation.h"

enum { FLEET_MAX = 64, FLEET_CAS = 6 };
#define HOUR INT64_C(3600)

struct fleet {
    struct arena *arena;
    struct evidence_policy policy;
    struct rotation_facts facts;                    /* to be changed at will between passes */
    struct rotation_ca cas[FLEET_CAS];              /* "R1" to "R6", all with keys */
    struct rotation_member_input meshes[FLEET_MAX]; /* "a", "b", ... */
    struct rotation record;
    struct rotation_plan plan; /* of the last pass */
    int64_t now;
    bool watched;          /* evidence comes from clusters; else time alone decides */
    bool stuck[FLEET_MAX]; /* this cluster does not load anything */
    bool loaded[FLEET_MAX];
    bool undelivered[FLEET_MAX]; /* what was issued for it cannot be pushed or written */
    bool silent[FLEET_MAX];      /* it does not answer */
    bool lost[FLEET_MAX];  /* it no longer has what is published, while something newer waits */
    bool early[FLEET_MAX]; /* it gets what was committed although the push fails */
    bool push_fails;
};

/* count clusters at rest under R1. */
void fleet_open(struct fleet *fleet, size_t count);
void fleet_close(struct fleet *fleet);
/* The spec asks for CA number n (1 to FLEET_CAS). */
void fleet_want(struct fleet *fleet, int n);
/* A pass: everything that was asked for is issued and pushed. */
void fleet_pass(struct fleet *fleet);
/* Every cluster that is not stuck loads what it is to hold, once that is published. */
void fleet_load(struct fleet *fleet);
/* Passes, with loading between them, for so many hours. */
void fleet_run(struct fleet *fleet, int hours);
/* Runs until the state; fails the test after days days. */
void fleet_until(struct fleet *fleet, enum rotation_state state, int step, int days);
void fleet_command(struct fleet *fleet, struct rotation_request command);
/* The text of the newest condition, and of the first note; "" for none. */
const char *fleet_said(const struct fleet *fleet);
/* Whether a note of this id ("R5") names part; "" for any. */
bool fleet_noted(const struct fleet *fleet, const char *id, const char *part);
/* Whether a condition has exactly this text, a format of rotation/messages.h with its values. */
bool fleet_reported(const struct fleet *fleet, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* "R1,R2/R1": the bundle and the signer that member i is to hold. */
const char *fleet_holds(const struct fleet *fleet, size_t i);
/* Whether a transition was taken in the last pass. */
bool fleet_took(const struct fleet *fleet, const char *transition);

#define assert_at(fleet, wanted_state, wanted_step)                                                \
    do {                                                                                           \
        assert_string_equal(enums_name(&rotation_states, (int)rotation_shown(&(fleet)->record)),   \
                            enums_name(&rotation_states, (int)(wanted_state)));                    \
        assert_int_equal((int)(fleet)->record.at.phase, wanted_step);                              \
    } while (0)

#endif
