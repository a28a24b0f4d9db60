/* app/pass/subject.c - compares the trust of each virtual mesh with its record on the tip, and
 * counts the manifests.  Decides from states and ids, never from sentences.
 *
 * The subject is for people who read git log, so nothing may depend on it: it is made after the
 * tree, from the same plan, and machines read the trailers. What happened is what differs from the
 * record on the tip, not what this pass did, since a pass that lost a race or was killed commits
 * what an earlier one issued. A record that is damaged counts as none, for a wrong subject is
 * better than no commit. */
#include "app/pass/subject.h"
#include "api/record.h"
#include "app/audit/certificate_log.h"
#include "base/clock.h"
#include "base/parse.h"
#include "base/parse_json.h"
#include "base/plural.h"
#include "base/text.h"
#include "pki/inspect.h"
#include "report/summary.h"
#include <string.h>

enum { EVENTS_SHOWN = 3 };

struct events {
    const struct subject_facts *facts;
    const struct planned_virtual_mesh *recorded; /* the first one whose record changes */
    size_t recorded_count;
    const char *list[EVENTS_SHOWN];
    size_t count; /* of all, also of those that are not in list */
    struct arena *arena;
};

static void add(struct events *events, const char *text)
{
    if (!text)
        return;
    if (events->count < EVENTS_SHOWN)
        events->list[events->count] = text;
    events->count++;
}

/* --- one virtual mesh --- */

/* Records are last in the order of paths. */
static bool changes_path(const struct subject_facts *facts, const char *path)
{
    for (size_t i = facts->change_count; i > 0 && strcmp(facts->changes[i - 1].path, "weft/") > 0;
         i--)
        if (text_equal(facts->changes[i - 1].path, path))
            return true;
    return false;
}

/* Its record on the tip as it was written; NULL: none, or one that is damaged. */
static const struct node *previous_record(const struct events *events, const char *path)
{
    const struct tree_reader *tip = events->facts->tip;
    const struct node *root;
    struct err err;
    char *bytes;
    size_t len;

    if (tip->read(tip->context, path, &bytes, &len, events->arena, &err) < 0 || !bytes
        || parse_json(&root, bytes, len, events->arena, &err) < 0)
        return NULL;
    return root;
}

static const struct node *part(const struct node *node, const char *key)
{
    return node ? node_find(node, key) : NULL;
}

/* The last condition of a rotation is not the one that the record has. */
static bool moved(const struct vm_status *status, const struct node *record, struct arena *arena)
{
    const struct node *list = part(part(record, "status"), "conditions");
    const struct rotation_condition *last =
        status->condition_count ? &status->conditions[status->condition_count - 1] : NULL;

    if (!last || last->state == ROTATION_NOT_ROTATING)
        return false;
    return !list || list->count != status->condition_count || !list->last
           || !text_equal(node_get(list->last, "state", NULL),
                          enums_name(&rotation_states, (int)last->state))
           || !text_equal(node_get(list->last, "timestamp", NULL),
                          clock_text(last->timestamp, arena));
}

static const char *step(const struct ledger_rotation *row, const char *what, struct arena *arena)
{
    return arena_printf(arena, "rotation %s %d/3: %s", row->virtual_mesh, row->step, what);
}

/* What is said of a step that is being verified, by the id of its last condition. */
static const char *verifying_text(const char *id)
{
    static const struct {
        const char *id, *text;
    } texts[] = {
        { "R4", "overdue" },         { "R8", "loaded by every cluster" },
        { "R10", "verified again" }, { "R13", "the other clusters follow the canary" },
        { "R70", "approved" },       { "R73", "held" },
        { "R74", "resumed" },
    };

    for (size_t i = 0; i < LENGTH(texts); i++)
        if (text_equal(texts[i].id, id))
            return texts[i].text;
    return "being verified";
}

static const char *rotation_text(const struct ledger_rotation *row,
                                 const struct rotation_condition *last, struct arena *arena)
{
    const char *new = *row->new_root ? row->new_root : row->deployed_root;

    switch (last->state) {
    case ROTATION_ADDING_NEW_ROOT:
        return step(row,
                    arena_printf(arena, "root %.8s added%s%.8s", new,
                                 *row->old_root ? " beside " : "", row->old_root),
                    arena);
    case ROTATION_PROPAGATING_NEW_INTERMEDIATE:
        return step(row, arena_printf(arena, "intermediates under root %.8s", new), arena);
    case ROTATION_DELETING_OLD_ROOT:
        return step(row, arena_printf(arena, "root %.8s alone", new), arena);
    case ROTATION_VERIFYING:
        return step(row, verifying_text(last->id), arena);
    case ROTATION_VERIFIED:
        return step(row, "verified", arena);
    case ROTATION_ROLLING_BACK:
        return arena_printf(arena, "rotation %s rolls back to root %.8s", row->virtual_mesh,
                            row->old_root);
    case ROTATION_FINISHED:
        return arena_printf(arena, "rotation %s finished: root %.8s", row->virtual_mesh,
                            row->deployed_root);
    case ROTATION_FAILED:
        return arena_printf(arena, "rotation %s failed in step %d", row->virtual_mesh, row->step);
    case ROTATION_PREVIOUS_CA:
        return arena_printf(arena, "rotation %s rolled back: root %.8s", row->virtual_mesh,
                            *row->old_root ? row->old_root : row->deployed_root);
    case ROTATION_NOT_ROTATING:
        break;
    }
    return NULL;
}

/* How many intermediates the record does not have; *cluster is one of them. */
static size_t count_new(const char **cluster, const struct trust_facts *trust,
                        const struct node *record)
{
    const struct node *list = part(part(record, "trust"), "intermediates");
    size_t count = 0;

    for (size_t i = 0; i < trust->intermediate_count; i++) {
        const struct node *item = list ? list->first : NULL;

        while (item
               && !text_equal(node_get(item, "fingerprint", NULL),
                              trust->intermediates[i].fingerprint))
            item = item->next;
        if (item)
            continue;
        *cluster = trust->intermediates[i].cluster;
        count++;
    }
    return count;
}

static const char *issue_text(const char *name, const struct trust_facts *trust,
                              const struct node *record, struct arena *arena)
{
    const char *cluster = "";
    const size_t count = count_new(&cluster, trust, record);

    if (!part(record, "trust") && trust->root_count)
        return arena_printf(arena, "issue %s: root %.8s, %s", name,
                            trust->roots[trust->root_count - 1].fingerprint,
                            plural_count(count, "intermediate", arena));
    if (!count)
        return NULL;
    return count == 1 ? arena_printf(arena, "renew %s: intermediate of %s", name, cluster)
                      : arena_printf(arena, "renew %s: %s", name,
                                     plural_count(count, "intermediate", arena));
}

static void add_virtual_mesh(struct events *events, const struct planned_virtual_mesh *planned)
{
    const struct subject_facts *facts = events->facts;
    const char *name = object_ref_text(planned->status.ref, events->arena);
    const char *path = record_path(planned->status.ref, events->arena);
    const struct ledger_rotation *row = ledger_find_rotation(facts->ledger, name);
    const struct node *record;
    struct trust_facts trust;
    struct err err;

    if (!changes_path(facts, path))
        return;
    if (!events->recorded_count++)
        events->recorded = planned;
    if (planned->retained || planned->trust_retained
        || inspect_trust(&trust, facts->ledger, name, events->arena, &err) < 0)
        return;
    record = previous_record(events, path);
    if (row && part(record, "trust") && moved(&planned->status, record, events->arena))
        add(events,
            rotation_text(row, &planned->status.conditions[planned->status.condition_count - 1],
                          events->arena));
    else
        add(events, issue_text(name, &trust, record, events->arena));
}

/* --- the commit --- */

static void add_count(struct text *out, char sign, size_t count)
{
    if (count)
        text_addf(out, " %c%zu", sign, count);
}

static const char *record_text(const struct events *events)
{
    const struct vm_status *status = events->recorded ? &events->recorded->status : NULL;

    if (!status && changes_path(events->facts, CERTIFICATE_LOG_PATH))
        return "log the deployed certificates";
    if (!status)
        return arena_printf(events->arena, "record specs at %.12s", events->facts->specs_commit);
    return arena_printf(events->arena, "record %s: %s%s",
                        object_ref_text(status->ref, events->arena),
                        enums_name(&approval_states, (int)status->state),
                        events->recorded_count > 1
                            ? arena_printf(events->arena, "; %zu more", events->recorded_count - 1)
                            : "");
}

/* What the specs changed, else files of the trust that went out again as they are, else what only a
 * record says; NULL: what happened is said already. */
static const char *manifests_text(const struct events *events)
{
    const struct subject_facts *facts = events->facts;
    const bool trust_named = events->count > 0;
    struct arena *arena = events->arena;
    const struct summary summary = summary_of(facts->changes, facts->change_count, arena);
    size_t added = 0, changed = 0, removed = 0, delivered = 0, clusters = 0;
    const char *cluster = "";
    AUTO_TEXT out = { 0 };

    for (size_t i = 0; i < summary.count; i++) {
        const struct summary_row *row = &summary.rows[i];

        if (text_equal(row->kind, "trust"))
            delivered += row->added + row->changed;
        if (!*row->cluster || text_equal(row->kind, "trust"))
            continue;
        clusters += !text_equal(row->cluster, cluster);
        cluster = row->cluster;
        added += row->added;
        changed += row->changed;
        removed += row->removed;
    }
    if (added + changed + removed) {
        text_addf(&out, "render specs at %.12s:", facts->specs_commit);
        add_count(&out, '+', added);
        add_count(&out, '~', changed);
        add_count(&out, '-', removed);
        text_addf(&out, " file%s", added + changed + removed == 1 ? "" : "s");
        text_addf(&out, " in %s", plural_count(clusters, "cluster", arena));
    } else if (delivered && !trust_named) {
        text_addf(&out, "deliver certificates again to %s",
                  plural_count(delivered, "cluster", arena));
    } else if (!trust_named) {
        return record_text(events);
    } else {
        return NULL;
    }
    return arena_bytes(arena, out.bytes, out.len);
}

const char *subject_of(const struct subject_facts *facts, struct arena *arena)
{
    struct events events = { .facts = facts, .arena = arena };
    const char *manifests;
    AUTO_TEXT out = { 0 };

    for (size_t i = 0; i < facts->plan->virtual_mesh_count; i++)
        add_virtual_mesh(&events, &facts->plan->virtual_meshes[i]);
    manifests = manifests_text(&events);
    for (size_t i = 0; i < events.count && i < EVENTS_SHOWN; i++)
        text_addf(&out, "%s%s", i ? "; " : "", events.list[i]);
    if (events.count > EVENTS_SHOWN)
        text_addf(&out, "; %zu more", events.count - EVENTS_SHOWN);
    if (manifests)
        text_addf(&out, "%s%s", events.count ? "; " : "", manifests);
    return arena_bytes(arena, out.bytes, out.len);
}
