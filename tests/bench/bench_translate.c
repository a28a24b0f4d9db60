/* tests/bench/bench_translate.c - what translation costs beside what it cannot do without.
 *
 *   bench_translate [S|M|L]...
 *
 * A made-up fleet (S = 3 x 30, M = 50 x 100, L = 500 x 200 clusters x Services, everything
 * federated to all) is decoded, resolved and rendered; outputs are hashed and deflated as Git
 * would. The anchor is a bare libyaml event loop over the same input plus SHA-1 plus zlib level 1
 * of the same output bytes, in the same run. Each runs in a process of its own, so that peak memory
 * is its own. */
#include "base/blobs.h"
#include "fleet.h"
#include "translate/render.h"
#include "translate/resolve.h"
#include "world.h"

#include "base/files.h"
#include "translate/translate.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <yaml.h>
#include <zlib.h>

struct figures {
    double decode, resolve, render, sink; /* seconds of CPU; sink is part of render */
    double again, held; /* resolve and render on top of the first output; the same with every
                           VirtualMesh INVALID */
    double events, anchor_sink;
    long rss, rss_decoded; /* KiB, peak */
    size_t input, output, blobs, trees, paths;
    size_t errors;
};

static double cpu_now(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
           + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static long peak_rss(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

/* Git's part: the id and the deflated bytes, which are then dropped. */
struct sink {
    z_stream stream;
    unsigned char *room;
    size_t room_size;
    double seconds;
    size_t blobs, bytes;
    FILE *copy; /* the outputs for the anchor; NULL: none */
};

static void sink_init(struct sink *sink, FILE *copy)
{
    *sink = (struct sink){ .copy = copy };
    if (deflateInit(&sink->stream, 1) != Z_OK)
        abort();
}

static void sink_bytes(struct sink *sink, struct git_id *id, const char *bytes, size_t len)
{
    const size_t bound = deflateBound(&sink->stream, len);

    *id = git_id_of_blob(bytes, len);
    if (bound > sink->room_size) {
        sink->room_size = 2 * bound;
        sink->room = realloc(sink->room, sink->room_size);
    }
    union { /* zlib only reads */
        const char *in;
        unsigned char *out;
    } input = { .in = bytes };

    deflateReset(&sink->stream);
    sink->stream.next_in = input.out;
    sink->stream.avail_in = (unsigned)len;
    sink->stream.next_out = sink->room;
    sink->stream.avail_out = (unsigned)sink->room_size;
    if (deflate(&sink->stream, Z_FINISH) != Z_STREAM_END)
        abort();
    sink->blobs++;
    sink->bytes += len;
}

static int put(void *context, struct git_id *id, const char *bytes, size_t len, struct err *err)
{
    struct sink *sink = context;
    double start = cpu_now();

    (void)err;
    sink_bytes(sink, id, bytes, len);
    sink->seconds += cpu_now() - start;
    if (sink->copy
        && (fwrite(&len, sizeof len, 1, sink->copy) != 1
            || fwrite(bytes, 1, len, sink->copy) != len))
        abort();
    return 0;
}

static const char *input_path(const char *folder, size_t cluster, char path[300])
{
    snprintf(path, 300, "%s/%zu.yaml", folder, cluster);
    return path;
}

static char *read_all(const char *path, size_t *len)
{
    FILE *file = fopen(path, "r");
    char *bytes;

    if (!file || fseek(file, 0, SEEK_END) != 0)
        abort();
    *len = (size_t)ftell(file);
    rewind(file);
    bytes = malloc(*len + 1);
    if (fread(bytes, 1, *len, file) != *len)
        abort();
    bytes[*len] = '\0';
    fclose(file);
    return bytes;
}

static int count_path(void *context, const char *path, const struct git_id *blob)
{
    (void)path, (void)blob;
    ++*(size_t *)context;
    return 0;
}

/* Distinct folders: those that are mounted in many places are one object. */
static void count_trees(struct filetree *tree, struct map *seen, struct arena *arena)
{
    size_t count;
    const struct filetree_entry *entries = filetree_entries(tree, &count);
    char *key = arena_printf(arena, "%p", (void *)tree);

    if (map_put(seen, key, tree))
        return;
    for (size_t i = 0; i < count; i++)
        if (entries[i].dir)
            count_trees(entries[i].dir, seen, arena);
}

static void run_weft(struct figures *figures, const char *folder, size_t files, FILE *copy)
{
    struct arena *arena = arena_new(), *counting = arena_new();
    struct diags diags = { .arena = arena };
    const struct translate_options options = { .program = "weft 0.0.0" };
    struct specs_reader *reader = specs_begin(arena, &diags, NULL);
    struct filetree *tree = filetree_new(arena);
    struct map *seen = map_new(counting);
    struct specs specs;
    struct plan plan;
    struct sink sink;
    struct blobs blobs = { put, &sink };
    struct err err;
    char path[300];
    double start = cpu_now();

    for (size_t i = 0; i < files; i++) {
        size_t len;
        char *bytes = read_all(input_path(folder, i, path), &len);

        specs_add(reader, path, bytes, len);
        figures->input += len;
        free(bytes);
    }
    specs_end(&specs, reader);
    figures->decode = cpu_now() - start;
    figures->rss_decoded = peak_rss();
    start = cpu_now();
    if (translate_resolve(&plan, &specs, &options, &tree_reader_empty, arena, &err) < 0)
        abort();
    figures->resolve = cpu_now() - start;
    sink_init(&sink, copy);
    start = cpu_now();
    if (translate_render(tree, &plan, &blobs, &tree_reader_empty, arena, &err) < 0)
        abort();
    figures->render = cpu_now() - start;
    figures->sink = sink.seconds;
    figures->rss = peak_rss();
    figures->blobs = sink.blobs;
    figures->output = sink.bytes;
    figures->errors = diags.errors;
    filetree_walk(tree, count_path, &figures->paths);
    count_trees(tree, seen, counting);
    figures->trees = map_count(seen);
}

/* A mistake in the VirtualMesh. */
static void spoil(struct specs *specs, struct arena *arena)
{
    for (size_t i = 0; i < specs->virtual_mesh_count; i++) {
        struct virtual_mesh *mesh = &specs->virtual_meshes[i];
        struct object_ref *refs = ARENA_NEW(arena, struct object_ref, mesh->mesh_count + 1);

        memcpy(refs, mesh->meshes, mesh->mesh_count * sizeof *refs);
        refs[mesh->mesh_count++] = (struct object_ref){ "lost", "gloo-mesh" };
        mesh->meshes = refs;
    }
}

static double pass_again(const struct specs *specs, const struct tree_reader *before,
                         struct arena *arena)
{
    const struct translate_options options = { .program = "weft 0.0.0" };
    struct blob_memory *memory = blob_memory_new(arena);
    struct blobs blobs = blob_memory_sink(memory);
    struct filetree *tree = filetree_new(arena);
    struct plan plan;
    struct err err;
    double start = cpu_now();

    if (translate_resolve(&plan, specs, &options, before, arena, &err) < 0
        || translate_render(tree, &plan, &blobs, before, arena, &err) < 0)
        abort();
    return cpu_now() - start;
}

/* Later passes: nothing changed, and everything held.  Former contents come from memory, not from a
 * Git object store. */
static void run_later(struct figures *figures, const char *folder, size_t files, FILE *copy)
{
    const struct translate_options options = { .program = "weft 0.0.0" };
    struct arena *arena = arena_new();
    struct diags diags = { .arena = arena };
    struct blob_memory *memory = blob_memory_new(arena);
    struct blobs blobs = blob_memory_sink(memory);
    struct branch branch = { filetree_new(arena), memory };
    const struct tree_reader before = branch_reader(&branch);
    struct specs_reader *reader = specs_begin(arena, &diags, NULL);
    struct specs specs;
    struct plan plan;
    struct err err;
    char path[300];

    (void)copy;
    for (size_t i = 0; i < files; i++) {
        size_t len;
        char *bytes = read_all(input_path(folder, i, path), &len);

        specs_add(reader, path, bytes, len);
        free(bytes);
    }
    specs_end(&specs, reader);
    if (translate_resolve(&plan, &specs, &options, &tree_reader_empty, arena, &err) < 0
        || translate_render(branch.tree, &plan, &blobs, &tree_reader_empty, arena, &err) < 0)
        abort();
    figures->again = pass_again(&specs, &before, arena);
    spoil(&specs, arena);
    figures->held = pass_again(&specs, &before, arena);
}

static void run_anchor(struct figures *figures, const char *folder, size_t files, FILE *copy)
{
    struct sink sink;
    size_t len, room = 0;
    char *bytes = NULL, path[300];
    double start;

    for (size_t i = 0; i < files; i++) {
        char *input = read_all(input_path(folder, i, path), &len);
        yaml_parser_t parser;
        yaml_event_t event;
        bool end = false;

        start = cpu_now();
        yaml_parser_initialize(&parser);
        yaml_parser_set_input_string(&parser, (const unsigned char *)input, len);
        while (!end && yaml_parser_parse(&parser, &event)) {
            end = event.type == YAML_STREAM_END_EVENT;
            yaml_event_delete(&event);
        }
        yaml_parser_delete(&parser);
        figures->events += cpu_now() - start;
        free(input);
    }
    sink_init(&sink, NULL);
    rewind(copy);
    while (fread(&len, sizeof len, 1, copy) == 1) {
        struct git_id id;

        if (len > room)
            bytes = realloc(bytes, room = 2 * len);
        if (fread(bytes, 1, len, copy) != len)
            abort();
        start = cpu_now();
        sink_bytes(&sink, &id, bytes, len);
        figures->anchor_sink += cpu_now() - start;
    }
}

/* Runs work in a process of its own. */
static void in_child(struct figures *figures, const char *folder, size_t files, FILE *copy,
                     void (*work)(struct figures *, const char *, size_t, FILE *))
{
    int ends[2], status;
    pid_t child;

    if (pipe(ends) < 0 || (child = fork()) < 0)
        abort();
    if (child == 0) {
        work(figures, folder, files, copy);
        if (copy)
            fflush(copy);
        _exit(write(ends[1], figures, sizeof *figures) == (ssize_t)sizeof *figures ? 0 : 1);
    }
    close(ends[1]);
    if (read(ends[0], figures, sizeof *figures) != (ssize_t)sizeof *figures
        || waitpid(child, &status, 0) < 0 || status != 0)
        abort();
    close(ends[0]);
}

static size_t write_inputs(const char *folder, const struct fleet *fleet)
{
    char path[300];

    for (size_t i = 0; i <= fleet->clusters; i++) {
        AUTO_TEXT text = { 0 };
        FILE *file = fopen(input_path(folder, i, path), "w");

        if (i < fleet->clusters)
            fleet_cluster(&text, fleet, i);
        else
            fleet_shared(&text, fleet);
        if (!file || fwrite(text.bytes, 1, text.len, file) != text.len || fclose(file) != 0)
            abort();
    }
    return fleet->clusters + 1;
}

static int by_size(const void *a, const void *b)
{
    const double left = *(const double *)a, right = *(const double *)b;

    return left < right ? -1 : left > right;
}

static double median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, by_size);
    return values[count / 2];
}

static double milliseconds(double seconds) { return 1000 * seconds; }

static void bench(const char *name, const struct fleet *fleet, size_t rounds)
{
    char folder[] = "/tmp/weft-bench-XXXXXX";
    struct err err;
    double ratios[16];
    struct figures last = { 0 }, later = { 0 };
    size_t files;

    if (!mkdtemp(folder))
        abort();
    files = write_inputs(folder, fleet);
    for (size_t i = 0; i < rounds; i++) {
        FILE *copy = tmpfile();
        struct figures weft = { 0 }, anchor = { 0 }, memory = { 0 };

        in_child(&weft, folder, files, copy, run_weft);
        in_child(&anchor, folder, files, copy, run_anchor);
        in_child(&memory, folder, files, NULL, run_weft);
        fclose(copy);
        weft = memory;
        weft.events = anchor.events;
        weft.anchor_sink = anchor.anchor_sink;
        ratios[i] =
            (weft.decode + weft.resolve + weft.render) / (anchor.events + anchor.anchor_sink);
        last = weft;
    }
    in_child(&later, folder, files, NULL, run_later);
    printf("%-2s %4zu x %-4zu %7.1f %8.1f %8zu %7.0f %8.0f %7.0f %6.0f | %7.0f %6.0f | %6.2f | "
           "%6.1f %6.1f | %6zu %6zu %8zu | %6.0f %6.0f\n",
           name, fleet->clusters, fleet->services, (double)last.input / 1e6,
           (double)last.output / 1e6, last.errors, milliseconds(last.decode),
           milliseconds(last.resolve), milliseconds(last.render), milliseconds(last.sink),
           milliseconds(last.events), milliseconds(last.anchor_sink), median(ratios, rounds),
           (double)last.rss_decoded / 1024, (double)last.rss / 1024, last.blobs, last.trees,
           last.paths, milliseconds(later.again), milliseconds(later.held));
    fflush(stdout);
    if (file_remove_folders(folder, &err) < 0)
        abort();
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        struct fleet fleet;
        size_t rounds;
    } sizes[] = {
        { "S", { 1, 3, 30, false }, 7 },
        { "M", { 1, 50, 100, false }, 7 },
        { "L", { 1, 500, 200, false }, 1 },
    };

    printf("   fleet      in (MB) out (MB)  errors  decode  resolve  render  (sink) | events  sink "
           " | ratio  | RSS    peak   "
           "| blobs  trees  paths    | again   held\n");
    for (size_t i = 0; i < LENGTH(sizes); i++) {
        bool wanted = argc == 1 && i < 2;

        for (int k = 1; k < argc; k++)
            wanted |= text_equal(argv[k], sizes[i].name);
        if (wanted)
            bench(sizes[i].name, &sizes[i].fleet, sizes[i].rounds);
    }
    return 0;
}
