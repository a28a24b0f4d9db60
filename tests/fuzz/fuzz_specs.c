/* tests/fuzz/fuzz_specs.c - any bytes as a file of the specs repository: specs, in order, each
 * object either used or refused, and a VirtualMesh that was used is its own normal form. */
#include "api/canonical.h"
#include "api/specs.h"
#include "api/specs_index.h"
#include "base/write.h"
#include "base/write_json.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/mutate_specs.h"
#include <string.h>

static void read_specs(struct specs *specs, const char *bytes, size_t len, struct arena *arena,
                       struct diags *diags)
{
    struct specs_reader *reader = specs_begin(arena, diags, NULL);

    specs_add(reader, "fuzz.yaml", bytes, len);
    specs_end(specs, reader);
}

static void check_normal_form(const struct virtual_mesh *mesh, struct arena *arena)
{
    AUTO_TEXT yaml = { 0 };
    struct diags diags = { .arena = arena };
    struct specs specs;

    text_addf(&yaml,
              "apiVersion: networking.mesh.gloo.solo.io/v1\nkind: VirtualMesh\n"
              "metadata: {name: \"%s\", namespace: \"%s\"}\nspec: ",
              mesh->meta.name, mesh->meta.namespace);
    write_json(&yaml, canonical_virtual_mesh_spec(mesh, arena), false);
    read_specs(&specs, yaml.bytes, yaml.len, arena, &diags);
    EXPECT(specs.virtual_mesh_count == 1 && diags.errors == 0);
    EXPECT(strcmp(specs.virtual_meshes[0].digest, mesh->digest) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct diags diags = { .arena = arena };
    struct specs specs;

    read_specs(&specs, (const char *)bytes, len, arena, &diags);
    EXPECT(!(specs.refused_count || specs.incomplete) || diags.errors);
    for (size_t i = 0; i < specs.virtual_mesh_count; i++) {
        struct meta *meta = &specs.virtual_meshes[i].meta;

        EXPECT(i == 0 || strcmp(specs.virtual_meshes[i - 1].meta.key, meta->key) < 0);
        EXPECT(!specs_is_refused(&specs, KIND_VIRTUAL_MESH,
                                 (struct object_ref){ meta->name, meta->namespace }));
        if (len < 10000)
            check_normal_form(&specs.virtual_meshes[i], arena);
    }
    for (size_t i = 0; i < specs.destination_count; i++)
        EXPECT(!specs.destinations[i].service != !specs.destinations[i].external);
    for (const struct refused *refused = specs.refused; refused; refused = refused->next)
        EXPECT(refused->error && *refused->error);
    return 0;
}

size_t LLVMFuzzerMutate(uint8_t *bytes, size_t len, size_t max) __attribute__((weak));
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t len, size_t max, unsigned seed);

/* libFuzzer's own mutations keep their part: they reach what is no YAML. */
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t len, size_t max, unsigned seed)
{
    size_t changed = seed % 4 ? mutate_specs(bytes, len, max, seed) : 0;

    return changed || !LLVMFuzzerMutate ? changed : LLVMFuzzerMutate(bytes, len, max);
}
