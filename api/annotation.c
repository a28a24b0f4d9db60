/* api/annotation.c - checks the annotations that operators write for weft.  Must not act on any.
 *
 * A value that has no effect is a warning with the form that has one. It is no error, because an
 * error would refuse the object, and with it routes and renewals that have nothing to do with the
 * annotation. The same holds for a cluster that the virtual mesh does not have: annotations live
 * longer than clusters.
 *
 * Clusters can be compared only when all Meshes are decoded, so annotation_match_all runs after
 * the last file. What it adds goes into the remarks of the VirtualMesh as well, because an
 * operator reads its status more often than the log of a pass. */
#include "api/annotation.h"
#include "base/base64.h"
#include "base/suggest.h"
#include "base/words.h"

#include "api/certificate.h"
#include "api/virtual_mesh.h"
#include <string.h>

enum { STEP_MAX = 3, ID_DIGITS = 8, FINGERPRINT_DIGITS = 64 };

/* "r<count>-<first 8 digits of the new CA's fingerprint>". */
static bool is_rotation_id(const char *text, size_t len)
{
    size_t at = 1;

    while (at < len && is_digit(text[at]))
        at++;
    return len > 0 && text[0] == 'r' && at > 1 && at < len && text[at] == '-'
           && len - at - 1 == ID_DIGITS && hex_is_plain(text + at + 1, ID_DIGITS);
}

/* By number, or by the state that the step has in conditions; steps are 1 to 3 (docs/rotation.md).
 */
static bool is_step(const char *text)
{
    int state = rotation_state_find(text);
    int64_t number;

    return parse_int(text, 1, STEP_MAX, &number)
           || (state >= ROTATION_ADDING_NEW_ROOT && state <= ROTATION_DELETING_OLD_ROOT);
}

/* The first len bytes are "<rotation id>/<step>". */
static bool names_step(const char *text, size_t len, struct arena *arena)
{
    const char *word = arena_bytes(arena, text, len), *slash = strrchr(word, '/');

    return slash && is_rotation_id(word, (size_t)(slash - word)) && is_step(slash + 1);
}

#define STEP_FORM                                                                                  \
    "\"<rotation id>/<step>\" as conditions and \"weft rotation plan\" show it, such as "          \
    "\"r2-0123abcd/1\""

/* Each of these returns what is wrong with a value, or NULL for one that has an effect. */
static const char *approval_complaint(const char *value, struct arena *arena)
{
    return names_step(value, strlen(value), arena) ? NULL : "approves nothing: write " STEP_FORM;
}

static const char *acknowledgement_complaint(const char *value, struct arena *arena)
{
    size_t len = strcspn(value, " ");

    if (!names_step(value, len, arena))
        return "acknowledges nothing: write " STEP_FORM
               ", then the clusters, each after a blank (none: all)";
    return value[len] && !value[len + strspn(value + len, " ,")]
               ? "acknowledges nothing: a blank follows the step, but no cluster"
               : NULL;
}

static const char *clusters_complaint(const char *value, struct arena *arena)
{
    (void)arena;
    return value[strspn(value, " ,")] ? NULL : "names no cluster; write \"cluster-1, cluster-2\"";
}

static const char *fingerprint_complaint(const char *value, struct arena *arena)
{
    (void)arena;
    return strlen(value) == FINGERPRINT_DIGITS && hex_is_plain(value, FINGERPRINT_DIGITS)
               ? NULL
               : "replaces nothing: write the fingerprint of the lost root, 64 hex digits, as the "
                 "status of the VirtualMesh names it";
}

static const struct annotation_row {
    const char *name, *kind;
    const char *(*complaint)(const char *value, struct arena *arena); /* NULL: checked elsewhere */
    enum { NAMES_NONE, NAMES_ONE, NAMES_LIST, NAMES_AFTER_STEP } names; /* of clusters */
} rows[] = {
    { ANNOTATION_APPROVED, "VirtualMesh", approval_complaint, NAMES_NONE },
    { ANNOTATION_ACKNOWLEDGED, "VirtualMesh", acknowledgement_complaint, NAMES_AFTER_STEP },
    { ANNOTATION_CANARY, "VirtualMesh", NULL, NAMES_ONE },
    { ANNOTATION_UNSEALED, "VirtualMesh", clusters_complaint, NAMES_LIST },
    { ANNOTATION_LOST_ROOT, "VirtualMesh", fingerprint_complaint, NAMES_NONE },
    { ANNOTATION_ROOT_NAMESPACE, "Mesh", NULL, NAMES_NONE },
};

static const struct annotation_row *find_row(const char *name)
{
    for (size_t i = 0; i < LENGTH(rows); i++)
        if (text_equal(rows[i].name, name))
            return &rows[i];
    return NULL;
}

static void warn_unknown(const struct at *annotation)
{
    const char *names[LENGTH(rows)], *near;

    for (size_t i = 0; i < LENGTH(rows); i++)
        names[i] = rows[i].name;
    near = suggest_nearest(annotation->key, names, LENGTH(names));
    at_warn(annotation, "is no annotation that weft reads, and has no effect%s%s%s",
            near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

void annotation_check(const struct at *annotation, const char *kind, const char *value)
{
    const struct annotation_row *row = find_row(annotation->key);
    const char *complaint;

    if (!row)
        warn_unknown(annotation);
    else if (!text_equal(row->kind, kind))
        at_warn(annotation, "is read on a %s, and has no effect here", row->kind);
    else if (row->complaint && (complaint = row->complaint(value, annotation->with->arena)))
        at_warn(annotation, "%s", complaint);
}

/* --- clusters --- */

struct naming { /* an annotation that names clusters, against those of its VirtualMesh */
    const struct annotation_row *row;
    struct place place;
    const char *const *clusters;
    size_t count;
    struct diags *diags;
    struct arena *arena;
};

static bool has_cluster(const struct naming *naming, const char *name)
{
    return text_listed(naming->clusters, naming->count, name);
}

/* No error: a canary that leaves the mesh must not hold its routes and renewals. */
static const char canary_waits[] = ", so step 2 of a rotation waits: name one cluster, or take the "
                                   "annotation away";

static void check_cluster(const struct naming *naming, const char *name)
{
    const char *near = suggest_nearest(name, naming->clusters, naming->count);
    const char *hint = near ? arena_printf(naming->arena, "; did you mean %s?", near) : "";
    const char *path =
        arena_printf(naming->arena, "metadata.annotations[\"%s\"]", naming->row->name);

    if (has_cluster(naming, name))
        return;
    diag_add(naming->diags, DIAG_WARNING, naming->place, path,
             "'%.80s' is no cluster of this virtual mesh%s%s", name,
             naming->row->names == NAMES_ONE ? canary_waits : "", hint);
}

static void check_clusters(const struct naming *naming, const char *value)
{
    const char *name;

    if (naming->row->names == NAMES_AFTER_STEP)
        value += strcspn(value, " ");
    if (text_equal(value, "*"))
        return;
    while ((name = words_next(&value, " ,", naming->arena)))
        check_cluster(naming, name);
}

void annotation_match_all(struct virtual_mesh *mesh, const char *const *clusters, size_t count,
                          struct diags *diags, struct arena *arena)
{
    const struct diag *last = diags->last;

    for (size_t i = 0; i < mesh->meta.annotation_count; i++) {
        const struct pair *pair = &mesh->meta.annotations[i];
        const struct naming naming = {
            find_row(pair->key), mesh->annotation_places[i], clusters, count, diags, arena
        };

        if (!naming.row || naming.row->names == NAMES_NONE
            || (naming.row->complaint && naming.row->complaint(pair->value, arena)))
            continue; /* an invalid value has a diagnostic already */
        if (naming.row->names == NAMES_ONE)
            check_cluster(&naming, pair->value);
        else
            check_clusters(&naming, pair->value);
    }
    annotation_remark_all(mesh, diags, last, arena);
}

void annotation_remark_all(struct virtual_mesh *mesh, const struct diags *diags,
                           const struct diag *last, struct arena *arena)
{
    for (const struct diag *diag = last ? last->next : diags->first; diag; diag = diag->next) {
        AUTO_TEXT line = { 0 };

        if (diag->level != DIAG_WARNING)
            continue;
        diag_print(&line, diag);
        *ARENA_PUSH(arena, mesh->remarks, mesh->remark_count) = arena_text(arena, line.bytes);
    }
}
