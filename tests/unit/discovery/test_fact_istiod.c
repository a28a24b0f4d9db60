/* tests/unit/discovery/test_fact_istiod.c - Deployments of istiod. */
#include "discovery/fact_istiod.h"
#include "tests/lib/discovery_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the three above first */
#include <cmocka.h>

/* clang-format off */
static const struct {
    const char *says, *image, *labels, *version;
} versions[] = {
    { "the tag", "docker.io/istio/pilot:1.24.1", "{}", "1.24.1" },
    { "a registry with a port", "mirror:5000/pilot:1.24.1-distroless", "{}", "1.24.1-distroless" },
    { "a registry with a port and no tag", "mirror:5000/pilot", "{}", "" },
    { "a digest has no version, labels have", "x/pilot@sha256:ab", "{app.kubernetes.io/version: 1.2.3}", "1.2.3" },
    { "a tag beside a digest", "x/pilot:1.3@sha256:ab", "{}", "" },
};
/* clang-format on */

static const struct fact_istiod *istiod(struct arena *arena, const char *labels,
                                        const char *template_labels, const char *container)
{
    struct reader *reader = ARENA_NEW(arena, struct reader, 1);

    *reader = (struct reader){ arena, intern_new(arena) };
    return fact_istiod_read(
        reader, discovery_sample_node(
                    arena, arena_printf(arena,
                                        "{metadata: {labels: %s}, spec: {template: {metadata: "
                                        "{labels: %s}, spec: {containers: [%s]}}}}",
                                        labels, template_labels, container)));
}

static void test_version(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)unused;
    for (size_t i = 0; i < LENGTH(versions); i++) {
        const struct fact_istiod *one =
            istiod(arena, "{app: istiod}", versions[i].labels,
                   arena_printf(arena, "{name: discovery, image: '%s'}", versions[i].image));

        if (!text_equal(one->version, versions[i].version))
            fail_msg("%s: %s", versions[i].says, one->version);
    }
}

static void test_labels_decide(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)unused;
    assert_null(istiod(arena, "{app: other}", "{}", "{name: discovery, image: istio/pilot:1}"));
    assert_true(istiod(arena, "{app: istiod}", "{}", "{name: x}")->labelled_app);
    assert_false(istiod(arena, "{istio: pilot}", "{}", "{name: x}")->labelled_app);
    assert_string_equal(istiod(arena, "{app: istiod}", "{}", "{name: x}")->revision, "default");
    assert_string_equal(
        istiod(arena, "{app: istiod, istio.io/rev: a}", "{}", "{name: x}")->revision, "a");
}

/* The container is found by its name, then by its image, among others. */
static void test_arguments_and_environment(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const struct fact_istiod *one, *other;

    (void)unused;
    one = istiod(arena, "{app: istiod}", "{}",
                 "{name: side, image: 'x:9'}, {name: other, image: 'm/pilot:1.2.3', args: "
                 "[discovery, --domain, corp.local], env: [{name: CLUSTER_ID, value: c}, {name: "
                 "SHARED_MESH_CONFIG, value: s}]}");
    other = istiod(arena, "{app: istiod}", "{}", "{name: discovery, args: ['--domain=a.b']}");
    assert_string_equal(one->version, "1.2.3");
    assert_string_equal(one->domain, "corp.local");
    assert_string_equal(one->cluster_id, "c");
    assert_true(one->shared_mesh_config && !other->shared_mesh_config);
    assert_string_equal(other->domain, "a.b");
    assert_false(one->ready);
    one = istiod(arena, "{app: istiod}", "{}",
                 "{name: side, image: 'x:9'}, {name: other, image: 'pilot:1.2.4'}");
    assert_string_equal(one->version, "1.2.4"); /* a repository without a path */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_version),
        cmocka_unit_test(test_labels_decide),
        cmocka_unit_test(test_arguments_and_environment),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
