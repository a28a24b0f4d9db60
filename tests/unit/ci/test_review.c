/* tests/unit/ci/test_review.c - the document of a review keeps to any limit, and closes what it
 * opens. */
#include "ci/review.h"
#include "tests/lib/check.h"

enum { CHANGES = 300, DIFF_LINES = 500 };

struct sample {
    struct arena *arena;
    struct findings findings;
    struct change changes[CHANGES];
    struct effect effects[50];
    struct plan_effects plan_effects;
    struct report report;
    struct text diff;
    struct review review;
};

static struct sample *sample_new(void)
{
    struct arena *arena = arena_new();
    struct sample *s = ARENA_NEW(arena, struct sample, 1);

    *s = (struct sample){ .arena = arena, .findings = { .arena = arena } };
    for (size_t i = 0; i < CHANGES; i++)
        s->changes[i] = (struct change){ .kind = CHANGE_ADDED,
                                         .path = arena_printf(arena, "clusters/%03zu/mesh/x", i) };
    for (size_t i = 0; i < LENGTH(s->effects); i++)
        s->effects[i] = (struct effect){ .kind = EFFECT_OPENED,
                                         .object_kind = "Service",
                                         .object = arena_printf(arena, "c/n/%zu", i) };
    for (size_t i = 0; i < 40; i++)
        findings_add(&s->findings,
                     (struct finding){ .severity = i % 2 ? SEVERITY_ERROR : SEVERITY_WARNING,
                                       .id = "V2",
                                       .kind = "",
                                       .target_kind = "",
                                       .field = "",
                                       .remedy = "",
                                       .text = arena_printf(arena, "odd %zu", i) });
    for (size_t i = 0; i < DIFF_LINES; i++)
        text_addf(&s->diff, "+ line %zu with ``` in it\n", i);
    s->plan_effects.found = (struct effects){ .items = s->effects, .count = LENGTH(s->effects) };
    s->plan_effects.since = "";
    s->report = (struct report){ .specs_commit = "",
                                 .specs_base = "",
                                 .changes = s->changes,
                                 .change_count = CHANGES,
                                 .findings = &s->findings };
    s->review = (struct review){ .marker = "<!-- m -->",
                                 .verdict = REVIEW_REFUSED,
                                 .mistakes = 20,
                                 .warnings = 20,
                                 .files = 2,
                                 .report = &s->report,
                                 .effects = &s->plan_effects,
                                 .diff = s->diff.bytes };
    return s;
}

static void sample_free(struct sample *s)
{
    text_free(&s->diff);
    arena_free(s->arena);
}

static size_t count(const char *text, const char *what)
{
    size_t found = 0;

    for (; (text = strstr(text, what)); text += strlen(what))
        found++;
    return found;
}

static void the_whole_has_everything(void **state)
{
    struct sample *s = sample_new();
    AUTO_TEXT out = { 0 };

    (void)state;
    review_markdown(&out, &s->review, 0, s->arena);
    assert_true(text_starts(out.bytes, "<!-- m -->\n## :x: "));
    assert_int_equal(count(out.bytes, "\n- "), 40);
    assert_int_equal(count(out.bytes, "| yes | Service"), LENGTH(s->effects));
    assert_int_equal(count(out.bytes, "+ line"), DIFF_LINES);
    assert_int_equal(count(out.bytes, "\n````"), 2);
    assert_null(strstr(out.bytes, "left out"));
    assert_null(strstr(out.bytes, "too many callers"));
    text_clear(&out);
    s->plan_effects.found.cut = true;
    review_markdown(&out, &s->review, 700, s->arena);
    assert_non_null(strstr(out.bytes, "too many callers"));
    sample_free(s);
}

/* At each limit: it is kept, and what is open gets closed. */
static void any_limit_is_kept(void **state)
{
    struct sample *s = sample_new();
    size_t cut = 0;

    (void)state;
    for (size_t max = 600; max < 30000; max += 97) {
        AUTO_TEXT out = { 0 };

        review_markdown(&out, &s->review, max, s->arena);
        assert_in_range(out.len, 1, max);
        assert_int_equal(count(out.bytes, "<details>"), count(out.bytes, "</details>"));
        assert_int_equal(count(out.bytes, "\n````") % 2, 0);
        assert_true(text_starts(out.bytes, "<!-- m -->\n## :x: "));
        assert_int_equal(out.bytes[out.len - 1], '\n');
        cut += strstr(out.bytes, "lines are left out") != NULL;
    }
    assert_true(cut > 100);
    sample_free(s);
}

static void what_was_left_out_is_counted(void **state)
{
    struct sample *s = sample_new();
    AUTO_TEXT out = { 0 };
    const char *said;
    size_t number = 0;

    (void)state;
    review_markdown(&out, &s->review, 20000, s->arena);
    said = strstr(out.bytes, " lines are left out");
    assert_non_null(said);
    while (said > out.bytes && is_digit(said[-1]))
        said--;
    for (; is_digit(*said); said++)
        number = number * 10 + (size_t)(*said - '0');
    assert_int_equal(number + count(out.bytes, "+ line"), DIFF_LINES);
    sample_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_whole_has_everything),
        cmocka_unit_test(any_limit_is_kept),
        cmocka_unit_test(what_was_left_out_is_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
