/* tests/unit/rotation/adoption_test.h - three clusters at rest under R1, and more that come with a
 * root R0 of their own: what tests of adoption begin with. */
#ifndef WEFT_TESTS_UNIT_ROTATION_ADOPTION_TEST_H
#define WEFT_TESTS_UNIT_ROTATION_ADOPTION_TEST_H

#include "rotation/ca.h"
#include "tests/unit/rotation/fleet_test.h"

static inline struct evidence *evidence_of(size_t i) { return &f->meshes[i].evidence; }

/* One more cluster, with the root R0 of its own. */
static inline size_t arrive(void)
{
    size_t i = f->facts.mesh_count++;

    f->meshes[i] = (struct rotation_member_input){ .mesh = arena_printf(f->arena, "x%zu", i),
                                                   .cluster = arena_printf(f->arena, "old-%zu", i),
                                                   .ca = "",
                                                   .evidence = { .foreign_root = "R0",
                                                                 .foreign_pem = "PEM of R0" },
                                                   .life = { NOW - HOUR, NOW + 90 * DAY, 0.1 } };
    return i;
}

static inline const char *held(const char *mesh)
{
    struct material wanted;
    const char *ca, *text;

    if (!rotation_wanted(&wanted, &ca, &f->record, f->cas, FLEET_CAS, mesh))
        return "nothing";
    text = arena_printf(f->arena, "%s/", wanted.signer);
    for (size_t i = 0; i < wanted.bundle.count; i++)
        text = arena_printf(f->arena, "%s%s%s", text, i ? "," : "", wanted.bundle.roots[i]);
    return text;
}

static inline void pass_hours(int hours) { fleet_run(f, hours); }

/* Its operator makes it ready, and the leaves from before that are gone after a day and the skew:
 * the next pass takes it over. */
static inline void made_ready(size_t at)
{
    evidence_of(at)->foreign_ready = true;
    fleet_pass(f);
    pass_hours(24);
    assert_string_equal(f->meshes[at].ca, "");
}

#endif
