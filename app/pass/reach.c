/* app/pass/reach.c - which clusters answer, as a value that passes can compare. */
#include "app/pass/reach.h"
#include "app/pass/remark.h"
#include "base/parse.h"
#include "base/parse_json.h"
#include "base/write.h"
#include "base/write_json.h"
#include "k8s-job/messages.h"
#include <string.h>

enum reach reach_of(const struct observation *observation)
{
    if (!observation->watched)
        return REACH_UNWATCHED;
    if (observation->refused)
        return REACH_REFUSES;
    return observation->at ? REACH_ANSWERS : REACH_UNREACHABLE;
}

/* The server's own text goes to the log only: it may differ in each pass, and a status must not
 * change because of that. */
static void remark_reach(struct findings *remarks, const struct planned_virtual_mesh *planned,
                         const struct observation *observation)
{
    switch (reach_of(observation)) {
    case REACH_REFUSES:
        remark_warning(remarks, planned->status.ref, K8_REFUSES, observation->cluster,
                       observation->refused);
        return;
    case REACH_UNREACHABLE:
        remark_warning(remarks, planned->status.ref, K7_UNREACHABLE, observation->cluster);
        return;
    case REACH_UNWATCHED:
    case REACH_ANSWERS:
        break;
    }
}

void reach_remark(struct findings *remarks, const struct plan *plan,
                  const struct observed *observed)
{
    for (size_t i = 0; i < observed->count; i++)
        for (size_t k = 0; k < plan->virtual_mesh_count; k++)
            if (plan->virtual_meshes[k].trust
                && strcmp(plan->virtual_meshes[k].trust->name,
                          observed->observations[i].virtual_mesh)
                       == 0)
                remark_reach(remarks, &plan->virtual_meshes[k], &observed->observations[i]);
}

/* --- from pass to pass --- */

static bool list_has(const struct node *list, const char *text)
{
    for (const struct node *item = list ? list->first : NULL; item; item = item->next)
        if (node_text(item) && strcmp(node_text(item), text) == 0)
            return true;
    return false;
}

/* Before FACT_UNREACHABLE the warnings of the last status were the only trace. */
static bool warned_of_unreachable(const struct ledger *ledger, const char *virtual_mesh,
                                  const char *cluster, struct arena *arena)
{
    const struct ledger_status *row = ledger_find_status(ledger, virtual_mesh);
    const struct node *status;
    struct err err;

    return row && parse_json(&status, row->json, strlen(row->json), arena, &err) == 0
           && list_has(node_find(status, "warnings"), arena_printf(arena, K7_UNREACHABLE, cluster));
}

bool reach_was_unreachable(const struct ledger *ledger, const char *virtual_mesh,
                           const char *cluster, struct arena *arena)
{
    const struct ledger_fact *fact = ledger_find_fact(ledger, FACT_UNREACHABLE);
    const struct node *clusters;
    struct err err;

    if (!fact)
        return warned_of_unreachable(ledger, virtual_mesh, cluster, arena);
    return parse_json(&clusters, fact->value, strlen(fact->value), arena, &err) == 0
           && list_has(clusters, cluster);
}

void reach_remember(struct ledger *ledger, const struct observed *observed, struct arena *arena)
{
    const struct ledger_fact *fact = ledger_find_fact(ledger, FACT_UNREACHABLE);
    struct node *clusters = node_list(arena);
    AUTO_TEXT json = { 0 };

    for (size_t i = 0; i < observed->count; i++)
        if (reach_of(&observed->observations[i]) == REACH_UNREACHABLE
            && !list_has(clusters, observed->observations[i].cluster))
            node_add(clusters, node_string(arena, observed->observations[i].cluster));
    write_json(&json, clusters, false);
    if (fact ? strcmp(fact->value, json.bytes) != 0 : clusters->first != NULL)
        ledger_set_fact(ledger, FACT_UNREACHABLE, json.bytes);
}
