/* tests/discovery/golden.c - cases of discovery as folders: lists of API servers in, inventory out.
 *
 *   common/<list>.json       one ordinary cluster, as the API server gives it; common/want: its
 * tree <case>/in/<cluster>/     the lists in which a cluster differs from it <case>/settings.yaml
 * what the configuration says: "discovery", "clusters"; and "request" <case>/former.yaml objects of
 * the last inventory; <case>/seen: what was missing then <case>/want              outcome,
 * findings, Services left out, and the objects that differ from those of the ordinary cluster
 *
 * Each case runs again with the items of all lists in reverse and shuffled: the same must come out.
 * What comes out must decode without a diag and encode to the same bytes again, and must stay as it
 * is when any list fails in the next read.
 * UPDATE_GOLDEN=1 writes what comes out. */
#include "api/discovered_encode.h"
#include "app/discovery_dump.h"
#include "base/blobs.h"
#include "base/decode_value.h"
#include "base/files.h"
#include "base/intern.h"
#include "base/parse_yaml.h"
#include "base/write_yaml.h"
#include "discovery/discovery.h"
#include "discovery/inventory_tree.h"
#include "tests/discovery/stage.h"
#include "tests/lib/discovery_decode.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ORDERS = 4 }; /* the last three are shuffled */

struct object {
    const char *key, *text; /* "cluster-1 Mesh istiod-..." */
};

struct fixture {
    const char *folder, *name;
    const struct node *settings; /* NULL: none */
    struct specs former;
    struct damping_entry *seen;
    size_t seen_count;
    struct arena *arena;
};

/* --- the rest of a case --- */

static void load_specs(struct specs *out, const char *text, const char *name, struct arena *arena)
{
    struct diags diags = { .arena = arena };
    struct specs_reader *reader = specs_begin(arena, &diags, NULL);
    AUTO_TEXT line = { 0 };

    if (text)
        specs_add(reader, "inventory.yaml", text, strlen(text));
    specs_end(out, reader);
    if (diags.first)
        diag_print(&line, diags.first);
    stage_check(!diags.first, line.bytes, name);
}

static void load_seen(struct fixture *fixture, const char *text)
{
    char key[512];
    long long since;
    unsigned reads;

    for (const char *at = text; at && *at; at = strchr(at, '\n') ? strchr(at, '\n') + 1 : NULL)
        if (sscanf(at, "%511s %lld %u", key, &since, &reads) == 3)
            *ARENA_PUSH(fixture->arena, fixture->seen, fixture->seen_count) =
                (struct damping_entry){ arena_text(fixture->arena, key), since, reads };
}

static void load(struct fixture *fixture)
{
    struct diags diags = { .arena = fixture->arena };
    const char *base = arena_printf(fixture->arena, "%s/%s", fixture->folder, fixture->name);
    const char *settings =
        stage_file(arena_printf(fixture->arena, "%s/settings.yaml", base), fixture->arena);

    if (settings)
        stage_check(parse_yaml(&fixture->settings, "settings.yaml", settings, strlen(settings),
                               fixture->arena, &diags)
                        == 0,
                    "settings.yaml is no YAML", fixture->name);
    load_specs(&fixture->former,
               stage_file(arena_printf(fixture->arena, "%s/former.yaml", base), fixture->arena),
               fixture->name, fixture->arena);
    load_seen(fixture, stage_file(arena_printf(fixture->arena, "%s/seen", base), fixture->arena));
}

static struct discovery_settings settings_of(const struct fixture *fixture, const char *cluster)
{
    struct diags diags = { .arena = fixture->arena };
    struct decoder decoder = { &diags, fixture->arena, intern_new(fixture->arena) };
    struct at root = at_root(fixture->settings, &decoder), list = at_key(&root, "clusters");
    struct discovery_settings settings;
    struct at entry = at_key(&root, "none");

    for (size_t i = 0; i < at_count(&list, 100); i++) {
        struct at item = at_item(&list, i);

        if (text_equal(node_get(item.node, "name", NULL), cluster))
            entry = item;
    }
    settings = discovery_decode(at_key(&root, "discovery"), entry);
    stage_check(!diags.errors, "settings.yaml has mistakes", fixture->name);
    return settings;
}

static struct discovery_request request_of(const struct fixture *fixture)
{
    const struct node *request = node_find(fixture->settings, "request");
    const char *mesh = node_get(request, "mesh", NULL), *now = node_get(request, "now", NULL);
    struct discovery_request out = { .now = 1000000,
                                     .seen = fixture->seen,
                                     .seen_count = fixture->seen_count,
                                     .pod_namespace = POD_NAMESPACE_DEFAULT,
                                     .allow_removals = read_true(request, "allowRemovals"),
                                     .replaced = read_true(request, "replaced") };

    if (now)
        stage_check(parse_int(now, 0, INT64_MAX, &out.now), "request.now is no number",
                    fixture->name);
    if (mesh) {
        out.claims.meshes = ARENA_NEW(fixture->arena, const char *, 1);
        *(const char **)UNCONST(out.claims.meshes) = mesh;
        out.claims.mesh_count = 1;
    }
    return out;
}

/* --- what comes out --- */

static void add_object(struct object **objects, size_t *count, const char *cluster,
                       const struct node *node, struct arena *arena)
{
    AUTO_TEXT text = { 0 };

    write_yaml(&text, node);
    *ARENA_PUSH(arena, *objects, *count) =
        (struct object){ arena_printf(arena, "%s %s %s", cluster, node_get(node, "kind", NULL),
                                      node_get(node, "metadata", "name", NULL)),
                         arena_text(arena, text.bytes) };
}

static void add_objects(struct object **objects, size_t *count, const struct inventory *inventory,
                        struct arena *arena)
{
    const char *cluster = inventory->cluster;

    if (inventory->known)
        add_object(objects, count, cluster, discovered_encode_cluster(&inventory->self, arena),
                   arena);
    for (size_t i = 0; i < inventory->mesh_count; i++)
        add_object(objects, count, cluster, discovered_encode_mesh(&inventory->meshes[i], arena),
                   arena);
    for (size_t i = 0; i < inventory->destination_count; i++)
        add_object(objects, count, cluster,
                   discovered_encode_destination(&inventory->destinations[i], arena), arena);
    for (size_t i = 0; i < inventory->workload_count; i++)
        add_object(objects, count, cluster,
                   discovered_encode_workload(&inventory->workloads[i], arena), arena);
}

static const char *find_object(const struct object *objects, size_t count, const char *key)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(objects[i].key, key))
            return objects[i].text;
    return NULL;
}

/* Findings of the ordinary cluster are not repeated; it has none. */
static void print_outcome(struct text *out, const struct discovery *one)
{
    text_addf(out, "%s: %s", one->cluster, enums_name(&discovery_outcomes, (int)one->outcome));
    if (one->held)
        text_addf(out, ", %zu held", one->held);
    text_addc(out, '\n');
    for (size_t i = 0; i < one->findings.count; i++) {
        const struct finding *finding = &one->findings.items[i];

        text_addf(out, "%s %s %s%s%s\n", finding->id, finding->kind, finding->ref.namespace,
                  *finding->ref.namespace ? "/" : "", finding->ref.name);
    }
    for (size_t i = 0; i < one->left_out.count; i++)
        text_addf(out, "left out: %s/%s %s%s\n", one->left_out.items[i].namespace,
                  one->left_out.items[i].service,
                  enums_name(&left_out_reasons, (int)one->left_out.items[i].reason),
                  one->left_out.items[i].mesh_pods ? " (mesh)" : "");
    for (size_t i = 0; i < one->damping.after_count; i++)
        text_addf(out, "seen: %s %lld %u\n", one->damping.after[i].key,
                  (long long)one->damping.after[i].since, one->damping.after[i].reads);
}

struct result {
    struct discovery *clusters;
    size_t count;
    struct object *objects;
    size_t object_count;
};

static void run(struct result *out, const struct fixture *fixture, struct stage stage)
{
    char folder[] = "/tmp/weft-discovery-XXXXXX";
    struct map *taken = map_new(fixture->arena);
    struct discovery_dump dump;
    struct err err;

    stage_check(mkdtemp(folder) != NULL, "no temporary folder", fixture->name);
    stage.folder = fixture->folder;
    stage.name = fixture->name;
    stage_clusters(folder, &stage, fixture->arena);
    stage_check_err(discovery_dump_read(&dump, folder, fixture->arena, &err), &err, fixture->name);
    stage_check_err(file_remove_folders(folder, &err), &err, folder);
    *out = (struct result){ .clusters = ARENA_NEW(fixture->arena, struct discovery, dump.count),
                            .count = dump.count };
    for (size_t i = 0; i < dump.count; i++) {
        const struct inventory former =
            inventory_of_specs(&fixture->former, dump.clusters[i]->cluster, fixture->arena);

        discovery_reserve(taken, &former, fixture->arena);
    }
    for (size_t i = 0; i < dump.count; i++) {
        const char *cluster = dump.clusters[i]->cluster;
        struct discovery_settings *settings =
            ARENA_NEW(fixture->arena, struct discovery_settings, 1);
        struct inventory *former = ARENA_NEW(fixture->arena, struct inventory, 1);
        struct discovery_request request = request_of(fixture);

        *settings = settings_of(fixture, cluster);
        *former = inventory_of_specs(&fixture->former, cluster, fixture->arena);
        request.facts = dump.clusters[i];
        request.settings = settings;
        request.former = former;
        request.taken = taken;
        discovery_run(&out->clusters[i], &request, fixture->arena);
        add_objects(&out->objects, &out->object_count, &out->clusters[i].inventory, fixture->arena);
    }
}

static const char *text_of(const struct result *result, const struct result *common,
                           struct arena *arena)
{
    AUTO_TEXT out = { 0 };

    for (size_t i = 0; i < result->count; i++)
        print_outcome(&out, &result->clusters[i]);
    for (size_t i = 0; i < common->object_count; i++)
        if (!find_object(result->objects, result->object_count, common->objects[i].key))
            text_addf(&out, "gone: %s\n", common->objects[i].key);
    for (size_t i = 0; i < result->object_count; i++)
        if (!text_equal(find_object(common->objects, common->object_count, result->objects[i].key),
                        result->objects[i].text))
            text_addf(&out, "---\n%s", result->objects[i].text);
    return arena_text(arena, out.bytes);
}

/* All objects decode without a diag, and are the same when they are written again. */
static void check_round_trip(const struct result *result, const struct fixture *fixture)
{
    AUTO_TEXT all = { 0 };
    struct specs specs;
    struct object *again = NULL;
    size_t count = 0;

    for (size_t i = 0; i < result->object_count; i++)
        text_addf(&all, "---\n%s", result->objects[i].text);
    load_specs(&specs, all.bytes, fixture->name, fixture->arena);
    for (size_t i = 0; i < result->count; i++) {
        struct inventory inventory =
            inventory_of_specs(&specs, result->clusters[i].cluster, fixture->arena);

        add_objects(&again, &count, &inventory, fixture->arena);
    }
    stage_check(count == result->object_count, "objects get lost when they are read",
                fixture->name);
    for (size_t i = 0; i < count; i++)
        stage_check(
            text_equal(find_object(result->objects, result->object_count, again[i].key),
                       again[i].text),
            arena_printf(fixture->arena, "%s differs when it is written again", again[i].key),
            fixture->name);
}

/* --- lists that cannot be read --- */

static bool all_read(const struct result *result)
{
    for (size_t i = 0; i < result->count; i++)
        if (result->clusters[i].outcome != DISCOVERY_READ)
            return false;
    return true;
}

/* Without the right to list webhooks the configuration names the namespaces of istiod. */
static bool does_without(const struct fixture *fixture, enum fact_list list)
{
    return list == FACT_WEBHOOKS && node_find(fixture->settings, "discovery")
           && node_find(node_find(fixture->settings, "discovery"), "istioNamespaces");
}

static void check_failure(const struct result *before, const struct fixture *fixture,
                          const struct stage *stage)
{
    struct result after;

    run(&after, fixture, *stage);
    for (size_t i = 0; i < before->object_count; i++)
        stage_check(
            text_equal(find_object(after.objects, after.object_count, before->objects[i].key),
                       before->objects[i].text),
            arena_printf(fixture->arena, "%s changes when %s cannot be read (%d)",
                         before->objects[i].key, stage->broken, (int)stage->failure),
            fixture->name);
    stage_check(after.object_count == before->object_count, "a failure adds objects",
                fixture->name);
}

/* What a read found stays byte for byte when one list fails in the next one, whichever it is;
 * the cases differ in how it fails. */
static void check_failures(const struct result *first, const struct fixture *fixture)
{
    AUTO_TEXT all = { 0 };
    struct fixture later = *fixture;

    if (!all_read(first))
        return;
    for (size_t i = 0; i < first->object_count; i++)
        text_addf(&all, "---\n%s", first->objects[i].text);
    load_specs(&later.former, all.bytes, fixture->name, fixture->arena);
    later.seen_count = 0;
    for (unsigned list = 0; list < FACT_LIST_COUNT; list++)
        if (!does_without(fixture, (enum fact_list)list))
            check_failure(first, &later,
                          &(struct stage){ .broken = enums_name(&fact_lists, (int)list),
                                           .failure = (enum stage_failure)(
                                               (list + strlen(fixture->name)) % STAGE_FAILURES) });
}

/* --- the tree of the ordinary cluster --- */

struct tree_print {
    const struct blob_memory *memory;
    struct text *out;
};

static int print_file(void *context, const char *path, const struct git_id *blob)
{
    struct tree_print *print = context;
    size_t len;
    const char *bytes = blob_memory_find(print->memory, blob, &len);

    text_addf(print->out, "== %s\n", path);
    text_add(print->out, bytes, len);
    return 0;
}

static const char *tree_of(const struct result *result, struct arena *arena)
{
    struct blob_memory *memory = blob_memory_new(arena);
    struct blobs blobs = blob_memory_sink(memory);
    struct filetree *tree = filetree_new(arena);
    AUTO_TEXT out = { 0 };
    struct err err;

    for (size_t i = 0; i < result->count; i++) {
        stage_check_err(inventory_tree_put(tree, &result->clusters[i].inventory,
                                           &result->clusters[i].left_out, INVENTORY_FILE_MAX,
                                           &blobs, &err),
                        &err, "tree");
        print_outcome(&out, &result->clusters[i]);
    }
    filetree_walk(tree, print_file, &(struct tree_print){ memory, &out });
    return arena_text(arena, out.bytes);
}

static bool compare(const struct fixture *fixture, const char *got)
{
    const char *path = arena_printf(fixture->arena, "%s/%s/want", fixture->folder, fixture->name);
    const char *want = stage_file(path, fixture->arena);
    const char *update = getenv("UPDATE_GOLDEN");
    struct err err;

    if (update && *update == '1')
        stage_check_err(file_write(path, got, strlen(got), 0644, &err), &err, path);
    else if (!text_equal(want, got)) {
        fprintf(stderr, "%s: differs from %s; it is now:\n%s", fixture->name, path, got);
        return false;
    }
    return true;
}

static bool run_case(const char *folder, const char *name)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct fixture ordinary = { .folder = folder, .name = "common", .arena = arena };
    struct fixture fixture = { .folder = folder, .name = name, .arena = arena };
    struct result common, first, second;
    const bool is_common = text_equal(name, "common");

    run(&common, &ordinary, (struct stage){ 0 });
    load(&fixture);
    run(&first, &fixture, (struct stage){ 0 });
    for (uint32_t order = 1; order <= ORDERS; order++) {
        run(&second, &fixture, (struct stage){ .order = order });
        stage_check(text_equal(text_of(&first, &common, arena), text_of(&second, &common, arena)),
                    "depends on the order of items", name);
    }
    check_round_trip(&first, &fixture);
    check_failures(&first, &fixture);
    return compare(&fixture, is_common ? tree_of(&first, arena) : text_of(&first, &common, arena));
}

int main(int argc, char **argv)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    bool good = true;
    size_t count;
    const char **names;

    if (argc < 2)
        return 2;
    names = stage_names(argv[1], &count, arena);
    for (size_t i = 0; i < count; i++)
        if (text_ends(names[i], "/") && (argc < 3 || text_starts(names[i], argv[2])))
            good &= run_case(argv[1], arena_bytes(arena, names[i], strlen(names[i]) - 1));
    return good ? 0 : 1;
}
