/* tests/fuzz/fuzz_translate.c - any YAML as specs, and any text as former output, to manifests.  A
 * second pass over the first output must change nothing. */
#include "world.h"

#include "tests/fuzz/expect.h"
#include "tests/fuzz/mutate_specs.h"
#include <string.h>

static void run(struct pass *out, const struct files *specs, const struct files *before,
                struct arena *arena)
{
    static const struct translate_options options = { .program = "weft 0.0.0",
                                                      .external_services = true,
                                                      .file_max = 4096 };
    struct err err;

    if (pass_run(out, specs, &options, before, arena, &err) < 0)
        abort();
}

static void check_same(const struct files *a, const struct files *b)
{
    if (a->count != b->count)
        abort();
    for (size_t i = 0; i < a->count; i++)
        if (strcmp(a->items[i].path, b->items[i].path) != 0 || a->items[i].len != b->items[i].len
            || memcmp(a->items[i].bytes, b->items[i].bytes, b->items[i].len) != 0)
            abort();
}

/* The input again, as the content of two files of the output branch. */
static struct files damaged(const struct files *output, const char *bytes, size_t len,
                            struct arena *arena)
{
    static const char *const paths[] = { "clusters/cluster-1/mesh/mesh.yaml",
                                         "clusters/cluster-2/imports/cluster-1/bookinfo.yaml" };
    const char *text = arena_printf(arena, "%s%.*s", rendered_by_weft, (int)len, bytes);
    struct files files = { 0 };

    for (size_t i = 0; i < output->count; i++)
        if (strcmp(output->items[i].path, paths[0]) != 0
            && strcmp(output->items[i].path, paths[1]) != 0)
            files_add(&files, output->items[i].path, output->items[i].bytes, output->items[i].len,
                      arena);
    for (size_t i = 0; i < LENGTH(paths); i++)
        files_add(&files, paths[i], text, strlen(text), arena);
    files_sort(&files);
    return files;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const char *text = arena_bytes(arena, bytes, len);
    const struct files nothing = { 0 };
    struct files specs = { 0 }, before;
    struct pass first, second;

    if (len > 200000)
        return 0;
    files_add(&specs, "fuzz.yaml", text, len, arena);
    run(&first, &specs, &nothing, arena);
    if (first.output.count > 0) {
        run(&second, &specs, &first.output, arena);
        check_same(&first.output, &second.output);
    }
    before = damaged(&first.output, text, len, arena);
    run(&second, &specs, &before, arena);
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
