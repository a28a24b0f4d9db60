/* app/schemas.c - a program of the build, not installed: writes the files that are made from the
 * tables of fields.  They are kept in the tree, so that editors, Helm and kubectl can use a
 * checkout as it is; a test compares them.
 *
 *   weft-schemas TREE [OUT]     writes below OUT, or in TREE itself */
#include "api/kinds.h"
#include "api/schema_crd.h"
#include "api/schema_json.h"
#include "api/schema_reference.h"
#include "app/config_schema.h"
#include "base/files.h"
#include "base/parse_json.h"
#include "base/write_json.h"
#include "k8s-job/access/rights_yaml.h"

#include <stdio.h>
#include <stdlib.h>

#define VALUES "k8s-job/deploy/chart/weft/values.schema.json"
enum { VALUES_MAX = 1 << 20 };

struct generator {
    const char *tree, *out;
    struct arena *arena;
};

static void stop(struct err *err)
{
    fprintf(stderr, "weft-schemas: %s\n", err->text);
    exit(1);
}

static void put(const struct generator *generator, const char *folder, const char *name,
                const struct text *text)
{
    struct err err;
    const char *parent = arena_printf(generator->arena, "%s/%s", generator->out, folder);
    const char *path = arena_printf(generator->arena, "%s/%s", parent, name);

    if (file_make_folders(parent, 0755, &err) < 0
        || file_write(path, text->bytes, text->len, 0644, &err) < 0)
        stop(&err);
}

static void put_json(const struct generator *generator, const char *folder, const char *name,
                     const struct node *node)
{
    AUTO_TEXT text = { 0 };

    write_json(&text, node, true);
    put(generator, folder, name, &text);
}

static void put_kind(const struct generator *generator, enum object_kind kind)
{
    AUTO_TEXT crd = { 0 };

    put_json(generator, "schemas",
             arena_printf(generator->arena, "%s.json", object_kind_name(kind)),
             schema_json_kind(kind, generator->arena));
    schema_crd_write(&crd, kind, generator->arena);
    put(generator, "k8s-job/deploy/kustomize/crd", schema_crd_file(kind, generator->arena), &crd);
}

/* The rights that weft needs in a cluster, for kubectl and for Helm. */
static void put_rights(const struct generator *generator)
{
    AUTO_TEXT chart = { 0 };

    for (size_t i = 0; rights_yaml_file(i); i++) {
        AUTO_TEXT file = { 0 };

        rights_yaml_write_file(&file, i, generator->arena);
        put(generator, "k8s-job/deploy/cluster", rights_yaml_file(i), &file);
    }
    rights_yaml_write_chart(&chart, generator->arena);
    put(generator, "k8s-job/deploy/chart/weft/templates", "_rights.tpl", &chart);
}

/* A copy of a map with one of its members replaced. */
static struct node *with_member(const struct node *map, const char *key, struct node *value,
                                struct arena *arena)
{
    struct node *copy = node_map(arena);

    for (const struct node *member = map->first; member; member = member->next)
        node_set(copy, member->key,
                 text_equal(member->key, key) ? value : node_copy(arena, member));
    return copy;
}

/* The chart's own schema is written by hand, but for config. */
static void put_values(const struct generator *generator)
{
    struct arena *arena = generator->arena;
    const char *path = arena_printf(arena, "%s/%s", generator->tree, VALUES);
    const struct node *values;
    struct node *properties;
    struct err err;
    char *bytes;
    size_t len;

    if (file_read(&bytes, &len, path, VALUES_MAX, arena, &err) < 0
        || parse_json(&values, bytes, len, arena, &err) < 0)
        stop(&err);
    properties = with_member(node_find(values, "properties"), "config",
                             schema_json(&config_schema, SCHEMA_VALUES, arena), arena);
    put_json(generator, "k8s-job/deploy/chart/weft", "values.schema.json",
             with_member(values, "properties", properties, arena));
}

int main(int argc, char **argv)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct generator generator;
    AUTO_TEXT reference = { 0 };

    if (argc != 2 && argc != 3) {
        fprintf(stderr, "usage: weft-schemas TREE [OUT]\n");
        return 2;
    }
    generator = (struct generator){ argv[1], argv[argc - 1], arena };
    for (int kind = 0; kind < KIND_COUNT; kind++)
        put_kind(&generator, (enum object_kind)kind);
    put_json(&generator, "schemas", "specs.json", schema_json_specs(arena));
    put_json(&generator, "schemas", "config.json",
             schema_json_document(&config_schema, "The configuration of weft", arena));
    schema_reference_write(&reference);
    put(&generator, "docs", "reference.md", &reference);
    put_values(&generator);
    put_rights(&generator);
    return 0;
}
