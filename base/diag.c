/* base/diag.c - collects, prints and orders mistakes of the input.  Must not decide what is a
 * mistake.
 *
 * All mistakes of an input are collected, because a user corrects them together. Their number is
 * bounded for each level: what is beyond it is counted and not kept, so a hostile file cannot fill
 * the memory with messages, and callers still see that it was wrong. Texts and paths are made
 * visible when they are added, so no later writer can pass control bytes of a spec to a terminal.
 */
#include "base/diag.h"

#include "base/visible.h"
#include <stdlib.h>
#include <string.h>

bool diags_full(struct diags *diags, enum diag_level level)
{
    size_t *count = level == DIAG_ERROR ? &diags->errors : &diags->warnings;

    if (*count < DIAGS_KEPT)
        return false;
    ++*count;
    return true;
}

size_t diags_dropped(const struct diags *diags, enum diag_level level)
{
    size_t kept = 0;

    for (const struct diag *diag = diags->first; diag; diag = diag->next)
        kept += diag->level == level;
    return (level == DIAG_ERROR ? diags->errors : diags->warnings) - kept;
}

/* A diag of its level, place and path. */
static void add(struct diags *diags, const struct diag *like, const char *fmt, va_list args)
    PRINTF_LIKE(3, 0);
static void add(struct diags *diags, const struct diag *like, const char *fmt, va_list args)
{
    struct diag *diag;

    if (diags_full(diags, like->level))
        return;
    diag = ARENA_NEW(diags->arena, struct diag, 1);
    *diag = *like;
    diag->text = visible_text(arena_vprintf(diags->arena, fmt, args), diags->arena);
    diag->path = visible_text(like->path ? like->path : "", diags->arena);
    if (diags->last)
        diags->last->next = diag;
    else
        diags->first = diag;
    diags->last = diag;
    if (like->level == DIAG_ERROR)
        diags->errors++;
    else
        diags->warnings++;
}

void diag_add(struct diags *diags, enum diag_level level, struct place place, const char *path,
              const char *fmt, ...)
{
    const struct diag like = { .level = level,
                               .id = level == DIAG_ERROR ? V1_UNREADABLE : V6_REMARK,
                               .place = place,
                               .path = path };
    va_list args;

    va_start(args, fmt);
    add(diags, &like, fmt, args);
    va_end(args);
}

void diag_add_error(struct diags *diags, const char *id, struct place place, const char *path,
                    const char *fmt, ...)
{
    const struct diag like = { .level = DIAG_ERROR, .id = id, .place = place, .path = path };
    va_list args;

    va_start(args, fmt);
    add(diags, &like, fmt, args);
    va_end(args);
}

void diag_print(struct text *out, const struct diag *diag)
{
    if (diag->place.file) {
        visible_add(out, diag->place.file);
        if (diag->place.line)
            text_addf(out, ":%u", diag->place.line);
        if (diag->place.line && diag->place.column)
            text_addf(out, ":%u", diag->place.column);
        text_adds(out, ": ");
    }
    if (*diag->path) {
        visible_add(out, diag->path);
        text_adds(out, ": ");
    }
    if (diag->level == DIAG_WARNING)
        text_adds(out, "warning: ");
    visible_add(out, diag->text);
}

static int compare_numbers(unsigned a, unsigned b) { return (a > b) - (a < b); }

static int compare_files(const char *a, const char *b)
{
    return !a || !b ? (a != NULL) - (b != NULL) : strcmp(a, b);
}

static int diag_compare(const void *left, const void *right)
{
    const struct diag *a = *(const struct diag *const *)left,
                      *b = *(const struct diag *const *)right;
    int order = compare_files(a->place.file, b->place.file);

    if (!order)
        order = compare_numbers(a->place.line, b->place.line);
    if (!order)
        order = compare_numbers(a->place.column, b->place.column);
    if (!order)
        order = strcmp(a->path, b->path);
    if (!order)
        order = strcmp(a->text, b->text);
    return order ? order : compare_numbers(a->level, b->level);
}

/* Rebuilds the list from array, each distinct diag once; those that were never kept stay counted.
 */
static void diags_relink(struct diags *diags, struct diag **array, size_t count)
{
    struct diag **link = &diags->first;

    for (size_t i = 0; i < count; i++) {
        if (i == 0 || diag_compare(&array[i - 1], &array[i]) != 0) {
            *link = diags->last = array[i];
            link = &array[i]->next;
        } else if (array[i]->level == DIAG_ERROR) {
            diags->errors--;
        } else {
            diags->warnings--;
        }
    }
    *link = NULL;
}

void diags_sort(struct diags *diags)
{
    size_t count = 0, i = 0;
    struct diag **array;

    for (const struct diag *diag = diags->first; diag; diag = diag->next)
        count++;
    if (count < 2)
        return;
    array = ARENA_NEW(diags->arena, struct diag *, count);
    for (struct diag *diag = diags->first; diag; diag = diag->next)
        array[i++] = diag;
    qsort(array, count, sizeof *array, diag_compare);
    diags_relink(diags, array, count);
}
