/* tests/golden/golden.c - cases of translation as folders: in/ (specs) must give want/ (manifests,
 * statuses, diags).
 *
 *   golden --failing CASES [CASE...]   each read of the branch and each write fails in turn: the
 *                                      pass has to fail, never to go on
 *   golden CASES [CASE...]       compares; UPDATE_GOLDEN=1 writes want/, and git diff is the
 * review
 *
 *   golden --catalogue MESSAGES CASES   every id that the header MESSAGES has must be a finding of
 * some case
 *
 * A case has
 *   in/         specs; a file "uses" in it names files of fixtures/ that belong to them, too
 *   was/        (some) specs of the pass before; its output is what in/ finds on the output branch
 *   before/     (some) files of the output branch as they are, on top of what was/ gave
 *   options     (some) words: file-per-service, external-services, callers-only, file-max=BYTES
 *   want/       clusters/... as committed, status.yaml, diags.txt when there are any */
#include "world.h"

#include "base/files.h"
#include "base/map.h"
#include "translate/findings.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct golden {
    const char *cases; /* folder */
    const char *name;  /* of the case */
    bool update;
    struct arena *arena;
};

static const char *path_of(const struct golden *golden, const char *part)
{
    return arena_printf(golden->arena, "%s/%s/%s", golden->cases, golden->name, part);
}

static int add_fixture(struct files *specs, const struct golden *golden, const char *name,
                       struct err *err)
{
    const char *path = arena_printf(golden->arena, "%s/fixtures/%s.yaml", golden->cases, name);
    char *bytes;
    size_t len;

    if (file_read(&bytes, &len, path, 1 << 20, golden->arena, err) < 0)
        return -1;
    files_add(specs, arena_printf(golden->arena, "fixtures/%s.yaml", name), bytes, len,
              golden->arena);
    return 0;
}

/* The specs of a folder, and the fixtures that its "uses" names. */
static int read_specs(struct files *out, const struct golden *golden, const char *part,
                      struct err *err)
{
    struct files found;
    const struct file *uses;
    const char *rest;

    *out = (struct files){ 0 };
    if (files_read(&found, path_of(golden, part), golden->arena, err) < 0)
        return -1;
    for (size_t i = 0; i < found.count; i++)
        if (!text_equal(found.items[i].path, "uses"))
            files_add(out, found.items[i].path, found.items[i].bytes, found.items[i].len,
                      golden->arena);
    uses = files_find(&found, "uses");
    rest = uses ? uses->bytes : "";
    while (*(rest += strspn(rest, " \n"))) {
        const size_t len = strcspn(rest, " \n");

        if (add_fixture(out, golden, arena_bytes(golden->arena, rest, len), err) < 0)
            return -1;
        rest += len;
    }
    files_sort(out);
    return 0;
}

static struct translate_options read_options(const struct golden *golden)
{
    struct translate_options options = { .program = "weft 0.0.0" };
    const char *max;
    struct err err;
    char *bytes;
    size_t len;

    if (file_read(&bytes, &len, path_of(golden, "options"), 1 << 16, golden->arena, &err) < 0)
        return options;
    options.file_per_service = strstr(bytes, "file-per-service") != NULL;
    options.external_services = strstr(bytes, "external-services") != NULL;
    options.callers_only = strstr(bytes, "callers-only") != NULL;
    max = strstr(bytes, "file-max=");
    options.file_max = max ? strtoul(max + strlen("file-max="), NULL, 10) : 0;
    max = strstr(bytes, "rules-max=");
    options.rules_max = max ? strtoul(max + strlen("rules-max="), NULL, 10) : 0;
    max = strstr(bytes, "object-max=");
    options.object_max = max ? strtoul(max + strlen("object-max="), NULL, 10) : 0;
    return options;
}

/* What the output branch holds when in/ comes. */
static int read_before(struct files *out, const struct golden *golden,
                       const struct translate_options *options, struct err *err)
{
    const struct files nothing = { 0 };
    struct files was, by_hand;
    struct pass pass;

    *out = (struct files){ 0 };
    if (read_specs(&was, golden, "was", err) < 0
        || files_read(&by_hand, path_of(golden, "before"), golden->arena, err) < 0)
        return -1;
    if (was.count) {
        if (pass_run(&pass, &was, options, &nothing, golden->arena, err) < 0)
            return -1;
        for (size_t i = 0; i < pass.output.count; i++)
            if (!files_find(&by_hand, pass.output.items[i].path))
                files_add(out, pass.output.items[i].path, pass.output.items[i].bytes,
                          pass.output.items[i].len, golden->arena);
    }
    for (size_t i = 0; i < by_hand.count; i++)
        files_add(out, by_hand.items[i].path, by_hand.items[i].bytes, by_hand.items[i].len,
                  golden->arena);
    files_sort(out);
    return 0;
}

static int run_case(struct files *out, const struct golden *golden, struct err *err)
{
    const struct translate_options options = read_options(golden);
    struct files specs, before;
    struct pass pass;
    const char *text;

    if (read_specs(&specs, golden, "in", err) < 0 || read_before(&before, golden, &options, err) < 0
        || pass_run(&pass, &specs, &options, &before, golden->arena, err) < 0)
        return -1;
    *out = (struct files){ 0 };
    for (size_t i = 0; i < pass.output.count; i++)
        if (!text_starts(pass.output.items[i].path, "weft/"))
            files_add(out, pass.output.items[i].path, pass.output.items[i].bytes,
                      pass.output.items[i].len, golden->arena);
    text = pass_status(&pass, golden->arena);
    files_add(out, "status.yaml", text, strlen(text), golden->arena);
    text = pass_diags(&pass, golden->arena);
    if (*text)
        files_add(out, "diags.txt", text, strlen(text), golden->arena);
    files_sort(out);
    return 0;
}

static int write_want(const struct golden *golden, const struct files *files, struct err *err)
{
    if (file_remove_folders(path_of(golden, "want"), err) < 0)
        return -1;
    for (size_t i = 0; i < files->count; i++) {
        char *path =
            arena_printf(golden->arena, "%s/%s", path_of(golden, "want"), files->items[i].path);
        char *slash = strrchr(path, '/');

        *slash = '\0';
        if (file_make_folders(path, 0755, err) < 0)
            return -1;
        *slash = '/';
        if (file_write(path, files->items[i].bytes, files->items[i].len, 0644, err) < 0)
            return -1;
    }
    return 0;
}

/* Shows the first line in which two files differ. */
static void show_difference(const char *path, const struct file *want, const struct file *got)
{
    const char *a = want ? want->bytes : "", *b = got ? got->bytes : "";
    unsigned line = 1;

    if (!want || !got) {
        printf("    %s: %s\n", path, want ? "is missing" : "is not wanted");
        return;
    }
    for (;;) {
        const size_t a_len = strcspn(a, "\n"), b_len = strcspn(b, "\n");

        if (a_len != b_len || strncmp(a, b, a_len) != 0 || !a[a_len] || !b[b_len])
            break;
        a += a_len + 1;
        b += b_len + 1;
        line++;
    }
    printf("    %s:%u:\n      want: %.*s\n      got:  %.*s\n", path, line, (int)strcspn(a, "\n"), a,
           (int)strcspn(b, "\n"), b);
}

static bool same(const struct file *a, const struct file *b)
{
    return a && b && a->len == b->len && !memcmp(a->bytes, b->bytes, a->len);
}

static bool compare(const struct files *want, const struct files *got)
{
    bool equal = true;

    for (size_t i = 0; i < want->count; i++) {
        const struct file *file = files_find(got, want->items[i].path);

        if (same(&want->items[i], file))
            continue;
        show_difference(want->items[i].path, &want->items[i], file);
        equal = false;
    }
    for (size_t i = 0; i < got->count; i++) {
        if (files_find(want, got->items[i].path))
            continue;
        show_difference(got->items[i].path, NULL, &got->items[i]);
        equal = false;
    }
    return equal;
}

static bool check_case(const struct golden *golden)
{
    struct files got, want;
    struct err err;
    bool good;

    if (run_case(&got, golden, &err) < 0 || (golden->update && write_want(golden, &got, &err) < 0)
        || files_read(&want, path_of(golden, "want"), golden->arena, &err) < 0) {
        printf("not ok %s\n    %s\n", golden->name, err.text);
        return false;
    }
    good = want.count && compare(&want, &got);
    printf("%s %s\n", good ? "ok" : "not ok", golden->name);
    return good;
}

/* The pass fails at each call that failed; it never goes on as if the branch held nothing or as if
 * everything had been written. */
static bool check_failing(const struct golden *golden)
{
    const struct translate_options options = read_options(golden);
    struct files specs, before;
    struct err err;

    if (read_specs(&specs, golden, "in", &err) < 0
        || read_before(&before, golden, &options, &err) < 0) {
        printf("not ok %s\n    %s\n", golden->name, err.text);
        return false;
    }
    for (int n = 1;; n++) {
        AUTO(arena_free) struct arena *arena = arena_new();
        struct failing failing = { n, 0 };
        struct pass pass;
        int result = pass_run_failing(&pass, &specs, &options, &before, &failing, arena, &err);

        if (failing.calls < n) {
            printf("ok %s: %d calls\n", golden->name, n - 1);
            return true;
        }
        if (result == 0 || failing.calls != n) {
            printf("not ok %s\n    call %d of the pass failed, and it went on\n", golden->name, n);
            return false;
        }
    }
}

/* The ids of findings, in memory that outlives the cases. */
struct catalogue {
    struct map *ids;
    struct arena *arena;
};

/* Adds the ids of what a case has to say. */
static int collect_ids(struct catalogue *out, const struct golden *golden, struct err *err)
{
    const struct translate_options options = read_options(golden);
    struct files specs, before;
    struct pass pass;
    struct findings findings = { .arena = golden->arena };

    if (read_specs(&specs, golden, "in", err) < 0 || read_before(&before, golden, &options, err) < 0
        || pass_run(&pass, &specs, &options, &before, golden->arena, err) < 0)
        return -1;
    findings_gather(&findings, &pass.diags, &pass.specs, &pass.plan);
    for (size_t i = 0; i < findings.count; i++)
        if (!map_find(out->ids, findings.items[i].id))
            map_put(out->ids, arena_text(out->arena, findings.items[i].id), out);
    return 0;
}

/* The id behind "#define" at the line; NULL: it defines none. */
static const char *defined_id(const char *line, struct arena *arena)
{
    static const char define[] = "#define ";
    const char *name = line + strlen(define);
    size_t len;

    if (!text_starts(line, define) || !strchr("EMDAWV", *name))
        return NULL;
    len = 1 + strspn(name + 1, "0123456789");
    return len > 1 && name[len] == '_' ? arena_bytes(arena, name, len) : NULL;
}

static int check_catalogue(const char *header, const struct catalogue *catalogue)
{
    struct arena *arena = catalogue->arena;
    int missing = 0;
    struct err err;
    char *bytes;
    size_t len;

    if (file_read(&bytes, &len, header, 1 << 20, arena, &err) < 0) {
        printf("not ok %s\n", err.text);
        return 1;
    }
    for (const char *line = bytes; line;
         line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
        const char *id = defined_id(line, arena);

        if (!id || map_find(catalogue->ids, id))
            continue;
        printf("not ok no case has the finding %s: %.*s\n", id, (int)strcspn(line, "\n"), line);
        missing++;
    }
    return missing;
}

/* A folder that holds in/. */
static bool is_case(const char *cases, const char *name, struct arena *arena)
{
    struct stat info;

    return *name != '.' && stat(arena_printf(arena, "%s/%s/in", cases, name), &info) == 0
           && S_ISDIR(info.st_mode);
}

enum mode { COMPARE, FAILING, CATALOGUE };

static bool run_mode(enum mode mode, const struct golden *golden, struct catalogue *catalogue)
{
    struct err err;

    switch (mode) {
    case COMPARE:
        return check_case(golden);
    case FAILING:
        return check_failing(golden);
    case CATALOGUE:
        break;
    }
    if (collect_ids(catalogue, golden, &err) == 0)
        return true;
    printf("not ok %s\n    %s\n", golden->name, err.text);
    return false;
}

int main(int argc, char **argv)
{
    AUTO(arena_free) struct arena *kept = arena_new();
    struct catalogue catalogue = { map_new(kept), kept };
    struct dirent **entries = NULL;
    const char *header = NULL;
    enum mode mode = COMPARE;
    int count, failed = 0, cases = 0;

    if (argc > 1 && text_equal(argv[1], "--failing"))
        mode = FAILING;
    if (argc > 2 && text_equal(argv[1], "--catalogue")) {
        mode = CATALOGUE;
        header = argv[2];
        argc--;
        argv++;
    }
    argc -= mode != COMPARE;
    argv += mode != COMPARE;
    if (argc < 2) {
        fprintf(stderr, "usage: golden [--failing | --catalogue HEADER] CASES [CASE...]\n");
        return 2;
    }
    count = argc > 2 ? argc - 2 : scandir(argv[1], &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        AUTO(arena_free) struct arena *arena = arena_new();
        const char *name = argc > 2 ? argv[i + 2] : entries[i]->d_name;
        const struct golden golden = { argv[1], name, getenv("UPDATE_GOLDEN") != NULL, arena };

        if (is_case(argv[1], name, arena)) {
            cases++;
            failed += !run_mode(mode, &golden, &catalogue);
        }
        if (entries)
            free(entries[i]);
    }
    free(entries);
    if (header)
        failed += check_catalogue(header, &catalogue);
    printf("%d of %d cases failed\n", failed, cases);
    return failed || !cases;
}
