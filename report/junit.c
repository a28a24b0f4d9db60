/* report/junit.c - writes findings as JUnit XML; judges nothing.
 *
 * The format has no standard.  What is written is what the readers have in common: the attributes
 * name, tests, failures, errors and skipped of a suite, name, classname and file of a case (GitLab
 * compares cases of two pipelines by name and classname, and links file), and one <failure> for
 * each case, because Jenkins takes no more.
 *
 * Findings and objects become one list of cases, sorted by file and name; each case takes the
 * findings that have its key.  The list owns all findings: none is left out, none is twice. */
#include "report/junit.h"
#include "base/map.h"
#include "base/plural.h"
#include "base/visible.h"
#include <stdlib.h>

struct testcase {
    const char *file, *name;
    struct text errors, warnings;
    size_t error_count;
    const struct finding *first; /* of its errors */
};

struct cases {
    struct testcase **items;
    size_t count;
    struct map *known; /* file and name -> struct testcase */
    struct arena *arena;
};

/* --- collecting --- */

static const char *file_name(const char *file) { return file ? file : "specs"; }

static struct testcase *find_case(struct cases *cases, const char *file, const char *name)
{
    const char *key = arena_printf(cases->arena, "%s\n%s", file, name);
    struct testcase *found = map_find(cases->known, key);

    if (found)
        return found;
    found = ARENA_NEW(cases->arena, struct testcase, 1);
    *found = (struct testcase){ .file = file, .name = name };
    *ARENA_PUSH(cases->arena, cases->items, cases->count) = found;
    map_put(cases->known, key, found);
    return found;
}

static const char *object_name(const char *kind, struct object_ref ref, struct arena *arena)
{
    return arena_printf(arena, "%s %s", kind, object_ref_text(ref, arena));
}

/* The file of the object rather than that of the finding, which may lie in another object. */
static struct testcase *case_of(struct cases *cases, const struct finding *finding,
                                const struct map *files)
{
    const char *file = place_is_object(finding->place) ? "inventory" : finding->place.file;
    const char *name, *own;

    if (!*finding->kind)
        return find_case(cases, file_name(file), file_name(file));
    name = object_name(finding->kind, finding->ref, cases->arena);
    own = map_find(files, name);
    return find_case(cases, own ? own : file_name(file), name);
}

static void add_finding(struct cases *cases, const struct finding *finding, const struct map *files)
{
    struct testcase *to = case_of(cases, finding, files);
    struct text *lines = finding->severity == SEVERITY_ERROR ? &to->errors : &to->warnings;
    AUTO_TEXT line = { 0 };

    if (finding->severity == SEVERITY_ERROR && !to->error_count++)
        to->first = finding;
    finding_print(&line, finding);
    text_addf(lines, "%s\n", visible_text(line.bytes, cases->arena));
}

static struct map *add_objects(struct cases *cases, const struct junit_object *objects,
                               size_t count)
{
    struct map *files = map_new(cases->arena);

    for (size_t i = 0; i < count; i++) {
        const char *name = object_name(objects[i].kind, objects[i].ref, cases->arena);
        const char *file = file_name(objects[i].file);

        find_case(cases, file, name);
        if (!map_find(files, name))
            map_put(files, name, UNCONST(file));
    }
    return files;
}

static int by_file_and_name(const void *a, const void *b)
{
    const struct testcase *x = *(struct testcase *const *)a, *y = *(struct testcase *const *)b;
    const int files = strcmp(x->file, y->file);

    return files ? files : strcmp(x->name, y->name);
}

/* --- writing --- */

/* XML 1.0 has no form for U+FFFE and U+FFFF; control bytes are visible already. */
static void add_escaped(struct text *out, const char *text)
{
    for (const char *at = text; *at; at++)
        if (*at == '&')
            text_adds(out, "&amp;");
        else if (*at == '<')
            text_adds(out, "&lt;");
        else if (*at == '>')
            text_adds(out, "&gt;");
        else if (*at == '"')
            text_adds(out, "&quot;");
        else if (text_starts(at, "\xef\xbf\xbe") || text_starts(at, "\xef\xbf\xbf"))
            text_adds(out, "\xef\xbf\xbd"), at += 2;
        else
            text_addc(out, *at);
}

static void add_attribute(struct text *out, const char *key, const char *value, struct arena *arena)
{
    text_addf(out, " %s=\"", key);
    add_escaped(out, visible_text(value, arena));
    text_addc(out, '"');
}

static void add_counts(struct text *out, size_t tests, size_t failures)
{
    text_addf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"0\">\n", tests,
              failures);
}

static void add_failure(struct text *out, const struct testcase *one, struct arena *arena)
{
    const char *text = finding_text(one->first, arena);

    text_adds(out, "      <failure");
    add_attribute(out, "type", *one->first->id ? one->first->id : "error", arena);
    add_attribute(out, "message",
                  one->error_count > 1
                      ? arena_printf(arena, "%s (and %s)", text,
                                     plural_count(one->error_count - 1, "more error", arena))
                      : text,
                  arena);
    text_addc(out, '>');
    add_escaped(out, one->errors.bytes);
    text_adds(out, "</failure>\n");
}

static void add_case(struct text *out, const struct testcase *one, struct arena *arena)
{
    text_adds(out, "    <testcase");
    add_attribute(out, "classname", one->file, arena);
    add_attribute(out, "name", one->name, arena);
    add_attribute(out, "file", one->file, arena);
    if (!one->error_count && !one->warnings.len) {
        text_adds(out, "/>\n");
        return;
    }
    text_adds(out, ">\n");
    if (one->error_count)
        add_failure(out, one, arena);
    if (one->warnings.len) {
        text_adds(out, "      <system-out>");
        add_escaped(out, one->warnings.bytes);
        text_adds(out, "</system-out>\n");
    }
    text_adds(out, "    </testcase>\n");
}

static size_t failures(const struct cases *cases, size_t from, size_t to)
{
    size_t count = 0;

    for (size_t i = from; i < to; i++)
        count += cases->items[i]->error_count > 0;
    return count;
}

/* The cases of one file; returns where the next one begins. */
static size_t add_suite(struct text *out, const struct cases *cases, size_t from)
{
    const char *file = cases->items[from]->file;
    size_t to = from;

    while (to < cases->count && strcmp(cases->items[to]->file, file) == 0)
        to++;
    text_adds(out, "  <testsuite");
    add_attribute(out, "name", file, cases->arena);
    add_counts(out, to - from, failures(cases, from, to));
    for (size_t i = from; i < to; i++)
        add_case(out, cases->items[i], cases->arena);
    text_adds(out, "  </testsuite>\n");
    return to;
}

static void free_lines(const struct cases *cases)
{
    for (size_t i = 0; i < cases->count; i++) {
        text_free(&cases->items[i]->errors);
        text_free(&cases->items[i]->warnings);
    }
}

void junit_write(struct text *out, const struct findings *findings,
                 const struct junit_object *objects, size_t count)
{
    struct cases cases = { .known = map_new(findings->arena), .arena = findings->arena };
    const struct map *files = add_objects(&cases, objects, count);

    for (size_t i = 0; i < findings->count; i++)
        add_finding(&cases, &findings->items[i], files);
    if (cases.count)
        qsort(cases.items, cases.count, sizeof(struct testcase *), by_file_and_name);
    text_adds(out,
              "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"weft validate\"");
    add_counts(out, cases.count, failures(&cases, 0, cases.count));
    for (size_t at = 0; at < cases.count;)
        at = add_suite(out, &cases, at);
    text_adds(out, "</testsuites>\n");
    free_lines(&cases);
}
