/* tests/unit/app/pass/test_events.c - an Event is a transition: what stays as it was is none. */
#include "app/pass/events.h"
#include "app/pass/reach.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define AT(when)                                                                                   \
    {                                                                                              \
        .virtual_mesh = "ns/us", .cluster = "c1", .watched = true, .at = (when)                    \
    }

static const struct {
    const char *name;
    struct observation before, now;
    const char *reason; /* of the one Event; NULL: none */
} rows[] = {
    { "answers, as before", AT(1), AT(2), NULL },
    { "is silent now", AT(1), AT(0), "ClusterUnreachable" },
    { "is silent, as before", AT(0), AT(0), NULL },
    { "answers again", AT(0), AT(2), "ClusterReachable" },
    { "another virtual mesh's cluster",
      AT(1),
      { .virtual_mesh = "ns/them", .cluster = "c1", .watched = true },
      NULL },
    { "a cluster that is not watched", AT(1), { .virtual_mesh = "ns/us", .cluster = "c1" }, NULL },
};

static struct vm_status status = { .ref = { "us", "ns" }, .state = APPROVAL_ACCEPTED };

static struct status_post make_post(struct arena *arena)
{
    struct node *live = node_map(arena), *metadata = node_set(live, "metadata", node_map(arena));

    node_set_text(arena, metadata, "uid", "1");
    return (struct status_post){ .status = &status, .live = live, .result = POST_UNCHANGED };
}

static void a_cluster_that_begins_or_ceases_to_answer_is_an_event(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct ledger ledger = { .arena = arena_new() };
        struct observation before = rows[i].before, now = rows[i].now;
        const struct observed then = { .observations = &before, .count = 1 };
        const struct observed observed = { .observations = &now, .count = 1 };
        const struct restarted restarted = { 0 };
        const struct event_facts facts = { &ledger, &observed, &restarted, 7 };
        struct status_post post = make_post(ledger.arena);
        struct kube_event *events;
        size_t count;

        print_message("%s\n", rows[i].name);
        now.shown[SOURCE_ROOTS].text = "connection refused";
        reach_remember(&ledger, &then, ledger.arena);
        count = pass_events(&events, &facts, &post, 1, ledger.arena);
        assert_int_equal(count, rows[i].reason ? 1 : 0);
        if (count)
            assert_string_equal(events[0].reason, rows[i].reason);
        arena_free(ledger.arena);
    }
}

/* Restarts that are older, or complete, were reported before. */
static void a_restart_is_an_event_in_its_own_pass(void **state)
{
    struct ledger ledger = { .arena = arena_new() };
    const struct restart_record changed[] = {
        { "e", "Deployment", "istio-system", "istiod", 7, false },
        { "e", "Deployment", "istio-system", "older", 6, false },
        { "e", "Deployment", "istio-system", "complete", 7, true },
    };
    struct restart_cluster clusters[] = {
        { .cluster = "c1",
          .virtual_mesh = "ns/us",
          .changed = changed,
          .changed_count = LENGTH(changed) },
        { .cluster = "c2", .virtual_mesh = "ns/them", .changed = changed, .changed_count = 1 },
    };
    const struct restarted restarted = { .clusters = clusters, .count = LENGTH(clusters) };
    const struct observed observed = { 0 };
    const struct event_facts facts = { &ledger, &observed, &restarted, 7 };
    struct status_post post = make_post(ledger.arena);
    struct kube_event *events;

    (void)state;
    assert_int_equal(pass_events(&events, &facts, &post, 1, ledger.arena), 1);
    assert_string_equal(events[0].reason, "RestartIssued");
    post.live = NULL; /* an object that is not there has no Events */
    assert_int_equal(pass_events(&events, &facts, &post, 1, ledger.arena), 0);
    arena_free(ledger.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cluster_that_begins_or_ceases_to_answer_is_an_event),
        cmocka_unit_test(a_restart_is_an_event_in_its_own_pass),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
