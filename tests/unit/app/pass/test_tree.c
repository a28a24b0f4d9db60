/* tests/unit/app/pass/test_tree.c - which bytes the output branch gets: new ones, those of the
 * ledger, or those that it has. */
#include "app/output_file.h"
#include "app/pass/tree.h"
#include "base/blobs.h"
#include "base/text.h"
#include "translate/resolve.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define PATH "clusters/c1/trust/istio-system.cacerts.yaml"
#define OTHER_PATH "clusters/c2/trust/istio-system.cacerts.yaml"
#define RECEIPT "receipts/c1/istio-system.cacerts.yaml"

struct file {
    const char *path, *text;
};

/* The output branch as it is. */
struct branch {
    const struct file *files;
    size_t count;
};

static int read_file(void *context, const char *path, char **bytes, size_t *len,
                     struct arena *arena, struct err *err)
{
    const struct branch *branch = context;

    (void)err;
    *bytes = NULL;
    *len = 0;
    for (size_t i = 0; i < branch->count; i++)
        if (strcmp(branch->files[i].path, path) == 0) {
            *len = strlen(branch->files[i].text);
            *bytes = arena_bytes(arena, branch->files[i].text, *len);
        }
    return 0;
}

/* Names below a folder, each once; the files are sorted by path. */
static int list_files(void *context, const char *path, const char ***names, size_t *count,
                      struct arena *arena, struct err *err)
{
    const struct branch *branch = context;
    const char *prefix = arena_printf(arena, "%s/", path);

    (void)err;
    *names = ARENA_NEW(arena, const char *, branch->count + 1);
    *count = 0;
    for (size_t i = 0; i < branch->count; i++) {
        const char *rest = branch->files[i].path + strlen(prefix), *name;
        size_t len;

        if (!text_starts(branch->files[i].path, prefix))
            continue;
        len = strcspn(rest, "/");
        name = arena_bytes(arena, rest, len + (rest[len] == '/'));
        if (!*count || strcmp((*names)[*count - 1], name) != 0)
            (*names)[(*count)++] = name;
    }
    return 0;
}

struct world {
    struct arena *arena;
    struct branch branch;
    struct tree_reader tip;
    struct ledger ledger;
    struct specs specs;
    struct plan plan;
    struct virtual_mesh virtual_mesh;
    struct mesh_identity home;
    struct trust_request trust;
    struct planned_virtual_mesh mesh;
    struct blob_memory *memory;
    struct config config;
    struct config_cluster cluster;
    struct tree_inputs inputs;
};

/* A virtual mesh ns/us with one mesh, whose cacerts were delivered. */
static void world_open(struct world *w, const struct file *files, size_t count)
{
    static const struct translate_options options = { .program = "weft test" };
    struct diags diags = { 0 };
    struct ledger_delivery *row;
    struct err err;

    *w = (struct world){ .arena = arena_new(), .branch = { files, count } };
    w->tip = (struct tree_reader){ read_file, list_files, &w->branch };
    w->ledger.arena = w->arena;
    row = ledger_add_delivery(&w->ledger);
    row->path = PATH;
    row->content = "delivered";
    diags.arena = w->arena;
    specs_end(&w->specs, specs_begin(w->arena, &diags, NULL));
    assert_int_equal(
        translate_resolve(&w->plan, &w->specs, &options, &tree_reader_empty, w->arena, &err), 0);
    w->virtual_mesh.meta = (struct meta){ .name = "us", .namespace = "ns", .key = "us.ns." };
    w->home =
        (struct mesh_identity){ .key = "m.ns.", .cluster = "c1", .namespace = "istio-system" };
    w->trust = (struct trust_request){
        .virtual_mesh = &w->virtual_mesh, .name = "ns/us", .meshes = &w->home, .mesh_count = 1
    };
    w->mesh = (struct planned_virtual_mesh){ .virtual_mesh = &w->virtual_mesh, .trust = &w->trust };
    w->mesh.status = (struct vm_status){ .ref = { "us", "ns" }, .state = APPROVAL_ACCEPTED };
    w->plan.virtual_meshes = &w->mesh;
    w->plan.virtual_mesh_count = 1;
    w->cluster = (struct config_cluster){ .name = "c1", .delivery = DELIVERY_DEFAULT };
    w->config = (struct config){ .clusters = &w->cluster,
                                 .cluster_count = 1,
                                 .delivery = DELIVERY_DEFAULT };
    w->memory = blob_memory_new(w->arena);
    w->inputs = (struct tree_inputs){ .config = &w->config,
                                      .specs = &w->specs,
                                      .plan = &w->plan,
                                      .tip = &w->tip,
                                      .ledger = &w->ledger,
                                      .to = blob_memory_sink(w->memory) };
}

/* What the tree has there; NULL: nothing. */
static const char *built(struct world *w, const struct tree *tree, const char *path)
{
    const struct filetree_entry *entry = filetree_find(tree->files, path);
    const char *bytes;
    size_t len;

    if (!entry)
        return NULL;
    bytes = blob_memory_find(w->memory, &entry->blob, &len);
    return arena_bytes(w->arena, bytes, len);
}

static void build(struct tree *tree, struct world *w)
{
    struct err err;

    if (tree_build(tree, &w->inputs, w->arena, &err) < 0)
        fail_msg("%s", err.text);
}

static void assert_text(const char *got, const char *want)
{
    if (!text_equal(got, want))
        fail_msg("got %s, want %s", got ? got : "nothing", want ? want : "nothing");
}

/* Only what a self-test has seen replaces a file that is there. */
static const struct {
    const char *name, *tip, *want;
    bool dry, proven;
} deliveries[] = {
    { "proven, new", NULL, "delivered", false, true },
    { "proven, over another", "former", "delivered", false, true },
    { "not proven, the same is there", "delivered", "delivered", false, false },
    { "not proven, another is there", "former", "former", false, false },
    { "not proven, nothing is there", NULL, NULL, false, false },
    { "a dry pass proves nothing", "former", "delivered", true, false },
};

static void a_delivery_replaces_a_file_when_it_is_proven(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(deliveries); i++) {
        const struct file files[] = { { PATH, deliveries[i].tip } };
        struct map *proven;
        struct world w;
        struct tree tree;

        print_message("%s\n", deliveries[i].name);
        world_open(&w, files, deliveries[i].tip ? 1 : 0);
        proven = map_new(w.arena);
        if (deliveries[i].proven)
            map_put(proven, PATH, proven);
        w.inputs.proven = deliveries[i].dry ? NULL : proven;
        build(&tree, &w);
        assert_text(built(&w, &tree, PATH), deliveries[i].want);
        assert_int_equal(map_find(tree.delivered, PATH) != NULL,
                         deliveries[i].want && strcmp(deliveries[i].want, "delivered") == 0);
        arena_free(w.arena);
    }
}

/* A receipt that no row of the ledger has is retained in its mode only, and so is a manifest. */
static void a_file_without_a_row_is_retained_in_its_mode(void **state)
{
    const struct file files[] = { { PATH, "manifest" }, { RECEIPT, "receipt" } };

    (void)state;
    for (int i = 0; i < 4; i++) {
        const bool direct = i & 1, own = i & 2; /* of all clusters, or of this one alone */
        struct world w;
        struct tree tree;

        world_open(&w, files, LENGTH(files));
        w.ledger.deliveries->gone = true;
        *(own ? &w.cluster.delivery : &w.config.delivery) =
            direct ? DELIVER_DIRECT : DELIVER_SEALED_SECRET;
        if (own)
            w.config.delivery = direct ? DELIVER_SEALED_SECRET : DELIVER_DIRECT;
        else
            w.config.cluster_count = 0;
        build(&tree, &w);
        assert_text(built(&w, &tree, PATH), direct ? NULL : "manifest");
        assert_text(built(&w, &tree, RECEIPT), direct ? "receipt" : NULL);
        arena_free(w.arena);
    }
}

static const char *secret_of(struct world *w, const char *name)
{
    return arena_printf(w->arena,
                        "%smetadata:\n  annotations:\n"
                        "    parents.networking.mesh.gloo.solo.io: '%s'\n",
                        rendered_by_weft, name);
}

#define PARENT(name)                                                                               \
    "{\"networking.mesh.gloo.solo.io/v1, Kind=VirtualMesh\":[{\"name\":\"" name                    \
    "\",\"namespace\":\"ns\"}]}"

/* Whose secrets a virtual mesh retains whose object could not be decoded. */
static const struct {
    const char *name, *parents;
    bool retained;
} parents[] = {
    { "its own", PARENT("us"), true },
    { "another's", PARENT("them"), false },
    { "with its name as a part", PARENT("us-2"), false },
    { "with members in another order",
      "{\"networking.mesh.gloo.solo.io/v1, Kind=VirtualMesh\": [{\"namespace\": \"ns\", \"name\": "
      "\"us\"}]}",
      true },
    { "that cannot be read", "{", true },
};

static void a_refused_virtual_mesh_retains_its_secrets(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(parents); i++) {
        struct refused refused = { .kind = KIND_VIRTUAL_MESH, .ref = { "us", "ns" } };
        struct file files[] = { { OTHER_PATH, NULL }, { "weft/ns.us.json", "record" } };
        struct world w;
        struct tree tree;

        print_message("%s\n", parents[i].name);
        world_open(&w, files, LENGTH(files));
        files[0].text = secret_of(&w, parents[i].parents);
        w.plan.virtual_mesh_count = 0;
        w.specs.refused = &refused;
        build(&tree, &w);
        assert_text(built(&w, &tree, OTHER_PATH), parents[i].retained ? files[0].text : NULL);
        assert_text(built(&w, &tree, "weft/ns.us.json"), "record");
        arena_free(w.arena);
    }
}

/* What nothing in the specs names may be named in those that could not be read; but a file of
 * another program is not weft's. */
static void incomplete_specs_retain_all_files_of_weft(void **state)
{
    struct file files[] = { { OTHER_PATH, NULL },
                            { "clusters/c3/trust/foreign.yaml", "kind: Secret\n" },
                            { "weft/ns.gone.json", "record" } };
    struct world w;
    struct tree tree;

    (void)state;
    world_open(&w, files, LENGTH(files));
    files[0].text = secret_of(&w, PARENT("gone"));
    w.plan.virtual_mesh_count = 0;
    build(&tree, &w);
    assert_text(built(&w, &tree, OTHER_PATH), NULL);
    w.specs.incomplete = true;
    build(&tree, &w);
    assert_text(built(&w, &tree, OTHER_PATH), files[0].text);
    assert_text(built(&w, &tree, files[1].path), NULL);
    assert_text(built(&w, &tree, files[2].path), "record");
    arena_free(w.arena);
}

/* The counter of saves gets into a record that changes anyway, and into no other. */
static void a_record_changes_for_its_content_only(void **state)
{
    const char *path = "weft/ns.us.json";
    struct file files[] = { { path, NULL } };
    const char *first;
    struct world w;
    struct tree tree;

    (void)state;
    world_open(&w, files, 0);
    w.inputs.counter = 5;
    build(&tree, &w);
    first = built(&w, &tree, path);
    assert_true(output_file_is_ours(path, first, strlen(first)));
    files[0].text = first;
    w.branch.count = 1;
    w.inputs.counter = 6;
    build(&tree, &w);
    assert_text(built(&w, &tree, path), first);
    messages_add(&w.mesh.status.warnings, w.arena, "a cluster does not answer");
    build(&tree, &w);
    assert_text(built(&w, &tree, path), first);
    w.mesh.status.state = APPROVAL_FAILED;
    build(&tree, &w);
    assert_non_null(strstr(built(&w, &tree, path), "FAILED"));
    assert_non_null(strstr(built(&w, &tree, path), "a cluster does not answer"));
    arena_free(w.arena);
}

/* A record that cannot be made again stays, and its certificates are those of the branch. */
static void certificates_of_retained_records_are_logged_once(void **state)
{
    static const char record[] =
        "{\"apiVersion\": \"weft.dev/v1alpha1\", \"kind\": \"VirtualMeshRecord\", "
        "\"virtualMesh\": {\"name\": \"gone\", \"namespace\": \"ns\"}, \"state\": \"ACCEPTED\", "
        "\"trust\": {\"roots\": [{\"fingerprint\": \"aa\", \"serial\": \"01\"}]}}";
    struct file files[] = { { "weft/ns.gone.json", record } };
    struct certificate_log before;
    struct tree tree;
    struct world w;

    (void)state;
    world_open(&w, files, LENGTH(files));
    w.plan.virtual_mesh_count = 0;
    w.specs.incomplete = true;
    build(&tree, &w);
    assert_null(built(&w, &tree, CERTIFICATE_LOG_PATH)); /* no log is kept */
    certificate_log_read(&before, "an entry\n", strlen("an entry\n"), w.arena);
    w.inputs.certificates = &before;
    for (int i = 0; i < 2; i++) { /* the inputs stay as they are */
        build(&tree, &w);
        assert_int_equal(tree.certificates.count, 2);
        assert_text(built(&w, &tree, CERTIFICATE_LOG_PATH),
                    arena_printf(w.arena, "an entry\n%s\n", tree.certificates.entries[1]));
    }
    assert_non_null(strstr(tree.certificates.entries[1], "\"ns/gone\""));
    before = tree.certificates;
    build(&tree, &w);
    assert_int_equal(tree.certificates.count, 2);
    arena_free(w.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_delivery_replaces_a_file_when_it_is_proven),
        cmocka_unit_test(a_file_without_a_row_is_retained_in_its_mode),
        cmocka_unit_test(a_refused_virtual_mesh_retains_its_secrets),
        cmocka_unit_test(incomplete_specs_retain_all_files_of_weft),
        cmocka_unit_test(a_record_changes_for_its_content_only),
        cmocka_unit_test(certificates_of_retained_records_are_logged_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
