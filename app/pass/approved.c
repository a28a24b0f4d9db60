/* app/pass/approved.c - holds a pass to a plan that was reviewed.
 *
 * The specs commit, the inventory, the configuration and the tip of the output branch decide what a
 * pass renders, so they are compared first, before anything is issued.  Time and what clusters show
 * decide as well, therefore the files are compared again before each push.  Certificates and
 * what is encrypted for a cluster do not exist when a plan is made: of such a file only the path is
 * compared.  The plan grants nothing: whatever it says, a pass does what the specs ask for, or
 * nothing. */
#include "app/pass/approved.h"
#include "app/pass/inputs.h"
#include "app/pass/pending.h"
#include "base/visible.h"

#define REVIEW "run \"weft plan --out\" again and review what it shows"

static int refuse(const struct approved *approved, const char *what, struct err *err)
{
    return err_set(err, ERR_REFUSED, 0, "the plan %s is not what this pass would do: %s; " REVIEW,
                   approved->file, what);
}

static int compare(const struct approved *approved, const char *what, const char *was,
                   const char *is, struct err *err)
{
    AUTO_TEXT text = { 0 };

    if (strcmp(was, is) == 0)
        return 0;
    text_addf(&text, "%s is %.12s, not %.12s", what, *is ? is : "not there", *was ? was : "none");
    return refuse(approved, text.bytes, err);
}

int approved_check_tip(const struct approved *approved, const char *tip, struct err *err)
{
    return compare(approved, "the tip of the output branch", approved->output_tip, tip, err);
}

int approved_check_inputs(const struct approved *approved, const struct inputs *inputs,
                          struct err *err)
{
    if (compare(approved, "the specs commit", approved->specs_commit, inputs->specs_commit, err)
        < 0)
        return -1;
    return approved_check_tip(approved, inputs->output_tip, err);
}

int approved_check_inventory(const struct approved *approved, const struct inputs *inputs,
                             struct err *err)
{
    if (compare(approved, "the inventory", approved->inventory_commit, inputs->inventory_commit,
                err)
        < 0)
        return -1;
    return strcmp(approved->inputs, inputs->digest) == 0
               ? 0
               : refuse(approved,
                        "the configuration, a certificate to encrypt for, or the version of weft "
                        "is another one",
                        err);
}

static int refuse_path(const struct approved *approved, const char *path, const char *how,
                       struct err *err)
{
    AUTO(arena_free) struct arena *arena = arena_new();

    return refuse(approved, arena_printf(arena, "%s %s", visible_text(path, arena), how), err);
}

static bool is_same(const struct change *planned, const struct change *change)
{
    return planned->kind == change->kind
           && (pending_file(planned) || git_id_equal(&planned->after, &change->after));
}

/* Both lists are in path order. */
int approved_check_changes(const struct approved *approved, const struct change *changes,
                           size_t count, struct err *err)
{
    const struct change *planned = approved->changes;
    const struct change *end = planned + approved->change_count;

    for (size_t i = 0; i < count; i++) {
        for (; planned < end && strcmp(planned->path, changes[i].path) < 0; planned++)
            if (!pending_file(planned))
                return refuse_path(approved, planned->path, "would not change", err);
        if (planned == end || strcmp(planned->path, changes[i].path) != 0)
            return refuse_path(approved, changes[i].path, "would change, too", err);
        if (!is_same(planned++, &changes[i]))
            return refuse_path(approved, changes[i].path, "would get another content", err);
    }
    for (; planned < end; planned++)
        if (!pending_file(planned))
            return refuse_path(approved, planned->path, "would not change", err);
    return 0;
}

static bool is_same_due(const struct report_due *a, const struct report_due *b)
{
    return strcmp(a->virtual_mesh, b->virtual_mesh) == 0 && strcmp(a->mesh, b->mesh) == 0
           && strcmp(a->what, b->what) == 0;
}

int approved_check_due(const struct approved *approved, const struct report_due *due, size_t count,
                       struct err *err)
{
    AUTO_TEXT text = { 0 };

    for (size_t i = 0; i < count; i++) {
        if (i < approved->due_count && is_same_due(&approved->due[i], &due[i]))
            continue;
        text_addf(&text, "virtual mesh %s: another %s is due (%s)", due[i].virtual_mesh,
                  due[i].what, due[i].why);
        return refuse(approved, text.bytes, err);
    }
    if (count == approved->due_count)
        return 0;
    text_addf(&text, "virtual mesh %s: the %s is not due any more",
              approved->due[count].virtual_mesh, approved->due[count].what);
    return refuse(approved, text.bytes, err);
}
