/* tests/unit/k8s-job/access/test_rights_yaml.c - the manifests grant exactly what the table says.
 */
#include "base/compiler.h"
#include "k8s-job/access/rights_yaml.h"
#include "tests/lib/check.h"

#include <stdlib.h>

struct lines {
    const char **list;
    size_t count;
    struct arena *arena;
};

static int compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char *joined(struct lines *lines)
{
    AUTO_TEXT out = { 0 };

    text_adds(&out, "");
    if (lines->count)
        qsort(lines->list, lines->count, sizeof *lines->list, compare);
    for (size_t i = 0; i < lines->count; i++)
        text_addf(&out, "%s\n", lines->list[i]);
    return arena_text(lines->arena, out.bytes);
}

static void add(struct lines *lines, const char *namespace, const char *group, const char *resource,
                const char *name, const char *verb)
{
    *ARENA_PUSH(lines->arena, lines->list, lines->count) =
        arena_printf(lines->arena, "%s: %s %s.%s/%s", namespace ? namespace : "*", verb, resource,
                     group, name ? name : "");
}

static void add_rule(struct lines *lines, const char *namespace, const struct node *rule)
{
    static const struct node all = { .text = NULL };
    const struct node *names = node_find(rule, "resourceNames");

    for (const struct node *group = node_find(rule, "apiGroups")->first; group; group = group->next)
        for (const struct node *res = node_find(rule, "resources")->first; res; res = res->next)
            for (const struct node *name = names ? names->first : &all; name; name = name->next)
                for (const struct node *verb = node_find(rule, "verbs")->first; verb;
                     verb = verb->next)
                    add(lines, namespace, group->text, res->text, name->text, verb->text);
}

/* What the Roles of a text grant; each has a binding of its name, and nothing else is in it. */
static const char *granted(const char *text, struct arena *arena)
{
    struct diags diags = { .arena = arena };
    struct lines lines = { NULL, 0, arena };
    AUTO(parse_yaml_close)
    struct yaml_reader *reader = parse_yaml_open("t.yaml", text, strlen(text), &diags);
    const struct node *object;

    while (parse_yaml_next(reader, &object, arena) == 1) {
        const char *kind = node_get(object, "kind", NULL);
        const struct node *rules = node_find(object, "rules");

        if (!rules) {
            assert_true(text_ends(kind, "RoleBinding"));
            assert_string_equal(node_get(object, "roleRef", "name", NULL),
                                node_get(object, "metadata", "name", NULL));
            continue;
        }
        for (const struct node *rule = rules->first; rule; rule = rule->next)
            add_rule(&lines, node_get(object, "metadata", "namespace", NULL), rule);
    }
    assert_int_equal(diags.errors, 0);
    return joined(&lines);
}

static const char *wished(const struct rights_wish *wish, struct arena *arena)
{
    struct lines lines = { NULL, 0, arena };
    size_t count;
    const struct grant *grants = rights_grants(wish, &count, arena);

    for (size_t i = 0; i < count; i++)
        add(&lines, grants[i].namespace, grants[i].right->group, grants[i].resource, grants[i].name,
            grants[i].verb);
    return joined(&lines);
}

static void roles_grant_what_the_table_says(void **state)
{
    static const char *const istio[] = { "istio-system", "123" };
    static const char *const maps[] = { "istio", "istio-1-30" };
    static const char *const workloads[] = { "istio-system", "on", "shop" };

    (void)state;
    for (uint32_t features = 0; features < 1u << FEATURE_COUNT; features++)
        for (int limited = 0; limited < 2; limited++) {
            AUTO(arena_free) struct arena *arena = arena_new();
            AUTO_TEXT text = { 0 };
            const struct rights_wish wish = { .features = features,
                                              .optional = limited ? "nodes gateways" : NULL,
                                              .istio_namespaces = istio,
                                              .istio_count = LENGTH(istio),
                                              .mesh_configs = maps,
                                              .config_count = LENGTH(maps),
                                              .workloads = workloads,
                                              .workload_count = LENGTH(workloads),
                                              .listed = workloads,
                                              .listed_count = limited ? LENGTH(workloads) : 0 };

            text_adds(&text, "");
            rights_yaml_roles(&text, &wish, !limited, arena);
            assert_string_equal(granted(text.bytes, arena), wished(&wish, arena));
        }
}

static void every_file_of_the_folder_is_yaml(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    size_t n = 0;

    (void)state;
    for (; rights_yaml_file(n); n++) {
        AUTO_TEXT text = { 0 };

        rights_yaml_write_file(&text, n, arena);
        if (n > 0)
            assert_string_not_equal(granted(text.bytes, arena), "");
        else
            assert_non_null(strstr(text.bytes, "automountServiceAccountToken: false"));
    }
    assert_int_equal(n, 1 + FEATURE_COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roles_grant_what_the_table_says),
        cmocka_unit_test(every_file_of_the_folder_is_yaml),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
