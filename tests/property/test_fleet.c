/* tests/property/test_fleet.c - what must hold for every fleet, on fleets made up from seeds. */
#include "base/sanitizer.h"
#include "base/write_yaml.h"
#include "fleet.h"
#include "world.h"

#include "base/parse.h"
#include "base/write.h"
#include "translate/previous.h"
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the four above first */
#include <cmocka.h>

#if SANITIZED /* .ci/run has all of them without sanitizers */
enum { SEEDS = 20 };
#else
enum { SEEDS = 60 };
#endif

static const struct translate_options options = { .program = "weft 0.0.0" };
static const struct files nothing;

struct state {
    struct arena *arena;
    struct fleet fleet;
    struct files specs;
    struct pass pass;
};

static void add_text(struct files *files, const char *path, const struct text *text,
                     struct arena *arena)
{
    files_add(files, path, arena_bytes(arena, text->bytes, text->len), text->len, arena);
}

/* One file for each cluster, and one for the rest. */
static struct files specs_of(const struct fleet *fleet, struct arena *arena)
{
    struct files files = { 0 };

    for (size_t i = 0; i < fleet->clusters; i++) {
        AUTO_TEXT text = { 0 };

        fleet_cluster(&text, fleet, i);
        add_text(&files, arena_printf(arena, "c%zu.yaml", i), &text, arena);
    }
    AUTO_TEXT shared = { 0 };

    fleet_shared(&shared, fleet);
    add_text(&files, "shared.yaml", &shared, arena);
    files_sort(&files);
    return files;
}

static struct pass run(const struct files *specs, const struct files *before, struct arena *arena)
{
    struct pass pass;
    struct err err;

    if (pass_run(&pass, specs, &options, before, arena, &err) < 0)
        fail_msg("%s", err.text);
    return pass;
}

static struct state start(uint64_t seed)
{
    struct state state = { .arena = arena_new() };
    uint64_t random = seed;

    state.fleet =
        (struct fleet){ seed, 2 + random_below(&random, 5), 1 + random_below(&random, 8), true };
    state.specs = specs_of(&state.fleet, state.arena);
    state.pass = run(&state.specs, &nothing, state.arena);
    assert_int_equal(state.pass.diags.errors, 0);
    return state;
}

static void assert_same_files(uint64_t seed, const struct files *a, const struct files *b)
{
    for (size_t i = 0; i < a->count; i++) {
        const struct file *other = files_find(b, a->items[i].path);

        if (!other || other->len != a->items[i].len
            || memcmp(other->bytes, a->items[i].bytes, other->len) != 0)
            fail_msg("seed %lu: %s differs", (unsigned long)seed, a->items[i].path);
    }
    assert_int_equal(a->count, b->count);
}

/* The documents of the files whose path begins with prefix. */
static struct previous_documents documents_below(const struct files *files, const char *prefix,
                                                 struct arena *arena)
{
    struct previous_files found = { 0 };

    for (size_t i = 0; i < files->count; i++)
        if (text_starts(files->items[i].path, prefix) && text_ends(files->items[i].path, ".yaml"))
            *ARENA_PUSH(arena, found.items, found.count) =
                (struct previous_file){ files->items[i].path, files->items[i].bytes,
                                        files->items[i].len };
    return previous_parse(&found, arena);
}

/* Each document as a file of its own, shuffled. */
static struct files shuffled(const struct files *specs, uint64_t seed, struct arena *arena)
{
    struct files files = { 0 };

    for (size_t i = 0; i < specs->count; i++) {
        const char *at = specs->items[i].bytes, *next;

        for (; at; at = next) {
            next = strstr(at + 1, "---\n");
            files_add(&files, "", at, next ? (size_t)(next - at) : strlen(at), arena);
        }
    }
    for (size_t i = files.count; i > 1; i--) {
        const size_t other = random_below(&seed, i);
        const struct file swap = files.items[i - 1];

        files.items[i - 1] = files.items[other];
        files.items[other] = swap;
    }
    for (size_t i = 0; i < files.count; i++)
        files.items[i].path = arena_printf(arena, "file-%zu.yaml", i);
    return files;
}

static void test_order_of_input_does_not_matter(void **unused)
{
    (void)unused;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct state state = start(seed);
        const struct files other = shuffled(&state.specs, seed, state.arena);
        const struct pass pass = run(&other, &nothing, state.arena);

        assert_same_files(seed, &state.pass.output, &pass.output);
        assert_string_equal(pass_status(&state.pass, state.arena), pass_status(&pass, state.arena));
        arena_free(state.arena);
    }
}

static void test_a_second_pass_changes_nothing(void **unused)
{
    (void)unused;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct state state = start(seed);
        const struct pass pass = run(&state.specs, &state.pass.output, state.arena);

        assert_same_files(seed, &state.pass.output, &pass.output);
        arena_free(state.arena);
    }
}

static void check_addresses(uint64_t seed, const struct files *output, size_t cluster,
                            struct arena *arena)
{
    const char *prefix = arena_printf(arena, "clusters/c%zu/imports/", cluster);
    const struct previous_documents documents = documents_below(output, prefix, arena);
    struct map *by_host = map_new(arena), *by_address = map_new(arena);

    for (size_t i = 0; i < documents.count; i++) {
        const struct previous_document *document = &documents.items[i];
        const struct node *addresses;
        char *address, *host;

        if (!text_equal(document->kind, "ServiceEntry"))
            continue;
        addresses = node_find(node_find(document->object, "spec"), "addresses");
        assert_int_equal(addresses->count, 1);
        address = arena_text(arena, addresses->first->text);
        host = arena_text(arena, document->host);
        if (map_put(by_host, host, address) || map_put(by_address, address, host))
            fail_msg("seed %lu: %s and %s", (unsigned long)seed, host, address);
    }
}

static void test_each_host_has_one_address_of_its_own(void **unused)
{
    (void)unused;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct state state = start(seed);

        for (size_t i = 0; i < state.fleet.clusters; i++)
            check_addresses(seed, &state.pass.output, i, state.arena);
        arena_free(state.arena);
    }
}

static void check_unique(uint64_t seed, const struct files *output, size_t cluster,
                         struct arena *arena)
{
    const char *prefix = arena_printf(arena, "clusters/c%zu/", cluster);
    const struct previous_documents documents = documents_below(output, prefix, arena);
    struct map *names = map_new(arena);

    for (size_t i = 0; i < documents.count; i++) {
        const struct previous_document *document = &documents.items[i];
        const char *name =
            arena_printf(arena, "%s/%s/%s", document->kind, document->namespace, document->name);

        if (map_put(names, name, names))
            fail_msg("seed %lu: %s is twice in %s", (unsigned long)seed, name, prefix);
    }
}

/* In all files of the cluster, whatever people call their Services. */
static void test_each_name_is_unique_in_its_cluster(void **unused)
{
    static const struct translate_options external = { .program = "weft 0.0.0",
                                                       .external_services = true };

    (void)unused;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct state state = start(seed);
        struct pass pass, again;
        AUTO_TEXT text = { 0 };
        struct err err;

        fleet_collisions(&text, &state.fleet);
        add_text(&state.specs, "collisions.yaml", &text, state.arena);
        files_sort(&state.specs);
        assert_int_equal(pass_run(&pass, &state.specs, &external, &nothing, state.arena, &err), 0);
        assert_string_equal(pass_diags(&pass, state.arena), "");
        for (size_t i = 0; i < state.fleet.clusters; i++)
            check_unique(seed, &pass.output, i, state.arena);
        state.specs = shuffled(&state.specs, seed, state.arena);
        assert_int_equal(pass_run(&again, &state.specs, &external, &pass.output, state.arena, &err),
                         0);
        assert_same_files(seed, &pass.output, &again.output);
        arena_free(state.arena);
    }
}

/* The number in a cluster name "c<number>" at text; -1: there is none. */
static long cluster_at(const char *text)
{
    char *end;
    long number;

    if (*text != 'c' || !is_digit(text[1]))
        return -1;
    number = strtol(text + 1, &end, 10);
    return is_alnum(*end) ? -1 : number;
}

/* Only principals of access policies may name other clusters. */
static void check_names(uint64_t seed, const struct file *file)
{
    const char *imports = strstr(file->path, "/imports/");
    const long owner =
        cluster_at(imports ? imports + strlen("/imports/") : file->path + strlen("clusters/"));

    assert_true(owner >= 0);
    for (const char *at = file->bytes + 1; *at; at++) {
        const long named = is_alnum(at[-1]) ? -1 : cluster_at(at);

        if (named >= 0 && named != owner)
            fail_msg("seed %lu: %s names cluster c%ld", (unsigned long)seed, file->path, named);
    }
}

static void test_no_document_names_a_third_cluster(void **unused)
{
    (void)unused;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct state state = start(seed);

        for (size_t i = 0; i < state.pass.output.count; i++)
            if (text_starts(state.pass.output.items[i].path, "clusters/")
                && !strstr(state.pass.output.items[i].path, "/policies/"))
                check_names(seed, &state.pass.output.items[i]);
        arena_free(state.arena);
    }
}

static bool is_federated(const struct pass *pass, const char *key)
{
    for (size_t i = 0; i < pass->plan.virtual_mesh_count; i++)
        for (size_t k = 0; k < pass->plan.virtual_meshes[i].status.destination_count; k++)
            if (text_equal(pass->plan.virtual_meshes[i].status.destinations[k].key, key))
                return true;
    return false;
}

static void check_hidden(const struct state *state, const struct destination *destination)
{
    const struct cluster_ref ref = destination->service->ref;
    const char *host =
        arena_printf(state->arena, "%s.%s.svc.%s.", ref.name, ref.namespace, ref.cluster);

    for (size_t i = 0; i < state->pass.output.count; i++) {
        const struct file *file = &state->pass.output.items[i];

        if (text_starts(file->path, "clusters/") && strstr(file->bytes, host))
            fail_msg("%s shows %s, which is federated to no mesh", file->path, host);
    }
}

static void test_what_is_not_federated_appears_nowhere(void **unused)
{
    (void)unused;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct state state = start(seed);

        for (size_t i = 0; i < state.pass.specs.destination_count; i++)
            if (!is_federated(&state.pass, state.pass.specs.destinations[i].meta.key))
                check_hidden(&state, &state.pass.specs.destinations[i]);
        arena_free(state.arena);
    }
}

static void test_documents_are_written_as_they_are_read(void **unused)
{
    (void)unused;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct state state = start(seed);
        const struct previous_documents documents =
            documents_below(&state.pass.output, "clusters/", state.arena);

        for (size_t i = 0; i < documents.count; i++) {
            AUTO_TEXT text = { 0 };

            assert_non_null(documents.items[i].object);
            write_yaml(&text, documents.items[i].object);
            assert_int_equal(text.len, documents.items[i].len);
            assert_memory_equal(text.bytes, documents.items[i].text, text.len);
        }
        arena_free(state.arena);
    }
}

static void test_one_changed_service_touches_only_its_documents(void **unused)
{
    (void)unused;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct state state = start(seed);
        const struct files specs = specs_of(&state.fleet, state.arena);
        const char *mark = "    ref:\n      name: service-0\n", *ports = "port: 8080\n";
        char *at = strstr(specs.items[0].bytes, mark);
        struct previous_documents was, is;
        struct pass pass;

        memcpy(strstr(at, ports), "port: 8088\n", strlen(ports));
        pass = run(&specs, &state.pass.output, state.arena);
        was = documents_below(&state.pass.output, "clusters/", state.arena);
        is = documents_below(&pass.output, "clusters/", state.arena);
        assert_int_equal(was.count, is.count);
        for (size_t i = 0; i < was.count; i++)
            if (was.items[i].len != is.items[i].len
                || memcmp(was.items[i].text, is.items[i].text, is.items[i].len) != 0)
                assert_true(text_starts(is.items[i].host, "service-0.shop.svc.c0."));
        arena_free(state.arena);
    }
}

/* A mistake in every VirtualMesh: all that is there stays, to the byte. */
static void test_invalid_virtual_meshes_keep_everything(void **unused)
{
    (void)unused;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct state state = start(seed);
        struct files specs = specs_of(&state.fleet, state.arena), was = { 0 }, is = { 0 };
        struct pass pass;

        for (size_t i = 0; i < specs.count; i++) {
            AUTO_TEXT text = { 0 };
            const char *bytes = specs.items[i].bytes;

            for (const char *next; (next = strstr(bytes, "  meshes:\n  - name: "));
                 bytes = next + 10) {
                text_add(&text, bytes, (size_t)(next - bytes) + 10);
                text_adds(&text, "  - name: lost\n    namespace: gloo-mesh\n");
            }
            text_adds(&text, bytes);
            specs.items[i].bytes = arena_bytes(state.arena, text.bytes, text.len);
            specs.items[i].len = text.len;
        }
        pass = run(&specs, &state.pass.output, state.arena);
        for (size_t i = 0; i < state.pass.output.count; i++)
            if (text_starts(state.pass.output.items[i].path, "clusters/"))
                *ARENA_PUSH(state.arena, was.items, was.count) = state.pass.output.items[i];
        for (size_t i = 0; i < pass.output.count; i++)
            if (text_starts(pass.output.items[i].path, "clusters/"))
                *ARENA_PUSH(state.arena, is.items, is.count) = pass.output.items[i];
        assert_same_files(seed, &was, &is);
        for (size_t i = 0; i < pass.plan.virtual_mesh_count; i++)
            assert_int_equal(pass.plan.virtual_meshes[i].status.state, APPROVAL_INVALID);
        arena_free(state.arena);
    }
}

/* The bit of the AccessPolicy at the start of a document; 0: it is another object. */
static unsigned policy_bit(const char *document, const char *end)
{
    static const char head[] = "kind: AccessPolicy\nmetadata:\n  name: policy-";
    const char *found = strstr(document, head);

    return found && (!end || found < end) ? 1U << (found[strlen(head)] - '0') : 0;
}

/* The specs without some AccessPolicies, and with others that name a Service which does not exist.
 */
static struct files with_policies(const struct files *specs, unsigned without, unsigned invalid,
                                  struct arena *arena)
{
    static const char key[] = "  destinationSelector:\n";
    struct files out = { 0 };

    for (size_t i = 0; i < specs->count; i++) {
        AUTO_TEXT text = { 0 };
        const char *at = specs->items[i].bytes, *next;

        for (; at; at = next) {
            next = strstr(at + 1, "---\n");
            if (policy_bit(at, next) & without)
                continue;
            if (policy_bit(at, next) & invalid) {
                const char *selector = strstr(at, key) + strlen(key);

                text_add(&text, at, (size_t)(selector - at));
                text_adds(&text, "  - kubeServiceRefs:\n      services:\n"
                                 "      - {name: nowhere, namespace: shop, clusterName: c0}\n");
                at = selector;
            }
            text_add(&text, at, next ? (size_t)(next - at) : strlen(at));
        }
        add_text(&out, specs->items[i].path, &text, arena);
    }
    return out;
}

/* Adds each rule of the AuthorizationPolicies of Services as "<cluster> <namespace>/<name>:
 * <rule>". */
static void add_rules(struct map *rules, const struct files *output, size_t clusters,
                      struct arena *arena)
{
    for (size_t cluster = 0; cluster < clusters; cluster++) {
        const char *prefix = arena_printf(arena, "clusters/c%zu/policies/", cluster);
        const struct previous_documents documents = documents_below(output, prefix, arena);

        for (size_t i = 0; i < documents.count; i++) {
            const struct previous_document *at = &documents.items[i];
            const struct node *list = node_find(node_find(at->object, "spec"), "rules");

            for (const struct node *rule = list ? list->first : NULL; rule; rule = rule->next) {
                AUTO_TEXT text = { 0 };

                text_addf(&text, "c%zu %s/%s: ", cluster, at->namespace, at->name);
                write_yaml(&text, rule);
                map_put(rules, arena_text(arena, text.bytes), rules);
            }
        }
    }
}

/* Of AccessPolicies that turn INVALID the rules stay that they had, and of no other: what some give
 * up in the same pass is gone. */
static void test_invalid_policies_keep_their_own_rules(void **unused)
{
    (void)unused;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct state state = start(seed);
        struct arena *arena = state.arena;
        uint64_t random = seed;
        const unsigned invalid = (unsigned)random_below(&random, 16);
        const unsigned gone = (unsigned)random_below(&random, 16) & ~invalid;
        const struct files specs = with_policies(&state.specs, gone, invalid, arena);
        const struct files alone = with_policies(&state.specs, ~invalid, 0, arena);
        const struct files others = with_policies(&state.specs, gone | invalid, 0, arena);
        struct map *want = map_new(arena), *got = map_new(arena);
        const struct pass pass = run(&specs, &state.pass.output, arena);
        const struct pass old = run(&alone, &nothing, arena), new = run(&others, &nothing, arena);

        add_rules(want, &old.output, state.fleet.clusters, arena);
        add_rules(want, &new.output, state.fleet.clusters, arena);
        add_rules(got, &pass.output, state.fleet.clusters, arena);
        if (map_count(want) != map_count(got))
            fail_msg("seed %lu: %zu rules, %zu expected", (unsigned long)seed, map_count(got),
                     map_count(want));
        add_rules(want, &pass.output, state.fleet.clusters, arena);
        assert_int_equal(map_count(want), map_count(got));
        arena_free(arena);
    }
}

static bool has_document(const struct previous_documents *documents,
                         const struct previous_document *wanted)
{
    for (size_t i = 0; i < documents->count; i++)
        if (text_equal(documents->items[i].kind, wanted->kind)
            && text_equal(documents->items[i].name, wanted->name)
            && text_equal(documents->items[i].namespace, wanted->namespace))
            return true;
    return false;
}

/* A file that cannot be read may have held anything: here a whole cluster. */
static void test_unreadable_specs_remove_nothing(void **unused)
{
    (void)unused;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct state state = start(seed);
        struct files specs = specs_of(&state.fleet, state.arena);
        struct pass pass;

        specs.items[seed % specs.count].bytes = "kind: [\n";
        specs.items[seed % specs.count].len = strlen("kind: [\n");
        pass = run(&specs, &state.pass.output, state.arena);
        for (size_t i = 0; i < state.fleet.clusters; i++) {
            const char *prefix = arena_printf(state.arena, "clusters/c%zu/", i);
            const struct previous_documents was =
                documents_below(&state.pass.output, prefix, state.arena);
            const struct previous_documents is = documents_below(&pass.output, prefix, state.arena);

            for (size_t k = 0; k < was.count; k++)
                if (!has_document(&is, &was.items[k]))
                    fail_msg("seed %lu: %s %s is gone from %s", (unsigned long)seed,
                             was.items[k].kind, was.items[k].name, prefix);
        }
        arena_free(state.arena);
    }
}

/* INVALID when, and only when, there is an error to read. */
static void test_statuses_say_why(void **unused)
{
    (void)unused;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct state state = start(seed);

        for (size_t i = 0; i < state.pass.plan.virtual_mesh_count; i++) {
            const struct vm_status *status = &state.pass.plan.virtual_meshes[i].status;
            size_t errors = status->errors.count;

            for (size_t k = 0; k < status->mesh_count; k++)
                errors += status->meshes[k].errors.count;
            for (size_t k = 0; k < status->destination_count; k++)
                errors += status->destinations[k].errors.count;
            assert_int_equal(status->state, errors ? APPROVAL_INVALID : APPROVAL_ACCEPTED);
        }
        arena_free(state.arena);
    }
}

/* What clients share does not grow with their number: one more client costs its own folders only.
 */
static void test_sharing(void **unused)
{
    size_t objects[3] = { 0 };

    (void)unused;
    for (size_t i = 0; i < 3; i++) {
        struct arena *arena = arena_new();
        const struct fleet small = { 1, 3, 20, false };
        struct fleet large = { 1, 3 + 5 * i, 0, false };
        struct files specs = { 0 };
        AUTO_TEXT shared = { 0 };
        struct pass pass;

        for (size_t cluster = 0; cluster < large.clusters; cluster++) {
            AUTO_TEXT text = { 0 };

            fleet_cluster(&text, cluster < 3 ? &small : &large, cluster);
            add_text(&specs, arena_printf(arena, "c%02zu.yaml", cluster), &text, arena);
        }
        fleet_shared(&shared, &large);
        add_text(&specs, "shared.yaml", &shared, arena);
        pass = run(&specs, &nothing, arena);
        objects[i] = pass.objects;
        arena_free(arena);
    }
    /* A further cluster brings its folder, its imports, and its own gateway: mesh/ and the file in
     * it, policies/ and the file in it, exports/ and the file in it, and the folder and the file
     * that its gateway is to all others. */
    assert_int_equal(objects[1] - objects[0], 5 * 10);
    assert_int_equal(objects[2] - objects[1], objects[1] - objects[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order_of_input_does_not_matter),
        cmocka_unit_test(test_a_second_pass_changes_nothing),
        cmocka_unit_test(test_each_host_has_one_address_of_its_own),
        cmocka_unit_test(test_each_name_is_unique_in_its_cluster),
        cmocka_unit_test(test_no_document_names_a_third_cluster),
        cmocka_unit_test(test_what_is_not_federated_appears_nowhere),
        cmocka_unit_test(test_documents_are_written_as_they_are_read),
        cmocka_unit_test(test_one_changed_service_touches_only_its_documents),
        cmocka_unit_test(test_invalid_virtual_meshes_keep_everything),
        cmocka_unit_test(test_invalid_policies_keep_their_own_rules),
        cmocka_unit_test(test_unreadable_specs_remove_nothing),
        cmocka_unit_test(test_statuses_say_why),
        cmocka_unit_test(test_sharing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
