/* tests/unit/app/pass/test_artifact_memory.c - which artifacts of a cluster a state knows. */
#include "app/pass/artifact_memory.h"
#include "app/pass/output_place.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct world {
    struct arena *arena;
    struct config config;
    struct session session;
};

static void world_open(struct world *w)
{
    *w = (struct world){ .arena = arena_new() };
    w->config.output = (struct config_output){ .url = "https://git.example.com/m.git",
                                               .branch = "rendered",
                                               .path = "",
                                               .oci = { .url = "oci://registry.example.com/mesh",
                                                        .tag = "latest" } };
    w->session = (struct session){ .config = &w->config, .arena = w->arena };
    w->session.ledger.arena = w->arena;
}

/* A pass found, or pushed, this artifact of the cluster "east". */
static void pass(struct world *w, const char *digest, const char *commit)
{
    const struct artifact_memory before =
        artifact_memory_read(&w->session.ledger, &w->config, w->arena);
    struct artifact now = {
        .cluster = "east", .tree = "", .commit = commit, .created = "", .digest = digest
    };
    const struct artifact_memory memory = { .commit = commit, .items = &now, .count = 1 };

    artifact_memory_follow(&now, artifact_memory_find(&before, "east"), w->arena);
    artifact_memory_write(&w->session, &memory);
}

/* "digest commit, ...": what GitOps tools may show of the cluster. */
static const char *shown(const struct world *w)
{
    const struct output_place place = output_place_of(&w->session);
    const char *out = "";

    for (size_t i = 0; i < place.artifact_count; i++) {
        assert_string_equal(place.artifacts[i].cluster, "east");
        out = arena_printf(w->arena, "%s%s%s %s", out, i ? ", " : "", place.artifacts[i].digest,
                           place.artifacts[i].commit);
    }
    return out;
}

static void what_a_cluster_had_before_stays_known(void **state)
{
    struct world w;

    (void)state;
    world_open(&w);
    assert_string_equal(shown(&w), "");
    pass(&w, "sha256:a", "1");
    pass(&w, "sha256:a", "1");
    assert_string_equal(shown(&w), "sha256:a 1");
    pass(&w, "sha256:b", "2");
    pass(&w, "sha256:c", "3");
    pass(&w, "sha256:c", "3");
    assert_string_equal(shown(&w), "sha256:c 3, sha256:b 2, sha256:a 1");
    arena_free(w.arena);
}

/* Twice in the list, a digest would not say of which cluster it is. */
static void a_digest_that_comes_back_is_known_once(void **state)
{
    struct world w;

    (void)state;
    world_open(&w);
    pass(&w, "sha256:a", "1");
    pass(&w, "sha256:b", "2");
    pass(&w, "sha256:a", "1");
    assert_string_equal(shown(&w), "sha256:a 1, sha256:b 2");
    arena_free(w.arena);
}

static void only_a_few_are_kept(void **state)
{
    struct world w;
    const char *now;

    (void)state;
    world_open(&w);
    for (int i = 0; i < 3 * ARTIFACT_FORMER_MAX; i++)
        pass(&w, arena_printf(w.arena, "sha256:%d", i), "1");
    now = shown(&w);
    assert_int_equal(output_place_of(&w.session).artifact_count, ARTIFACT_FORMER_MAX + 1);
    assert_non_null(strstr(now, "sha256:23 1, sha256:22 1"));
    arena_free(w.arena);
}

/* As a state has it that was written before formers were kept. */
static void a_state_without_formers_is_read(void **state)
{
    struct world w;

    (void)state;
    world_open(&w);
    ledger_set_fact(&w.session.ledger, FACT_ARTIFACTS,
                    "{\"registry\":\"oci://registry.example.com/mesh\",\"tag\":\"latest\","
                    "\"branch\":\"rendered\",\"path\":\"\",\"commit\":\"1\",\"clusters\":[{"
                    "\"cluster\":\"east\",\"tree\":\"t\",\"commit\":\"1\",\"created\":"
                    "\"2026-11-30T21:00:00Z\",\"digest\":\"sha256:a\"}]}");
    assert_string_equal(shown(&w), "sha256:a 1");
    pass(&w, "sha256:b", "2");
    assert_string_equal(shown(&w), "sha256:b 2, sha256:a 1");
    arena_free(w.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_cluster_had_before_stays_known),
        cmocka_unit_test(a_digest_that_comes_back_is_known_once),
        cmocka_unit_test(only_a_few_are_kept),
        cmocka_unit_test(a_state_without_formers_is_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
