/* app/pass/inventory_memory.c - one fact of the state: the inventory's commit, and since when what
 * is missing.
 * Reads no object of Git.
 *
 * {"branch": ..., "url": ..., "commit": ..., "missing": {cluster: ...}, "read": {cluster: seconds
 * since 1970}}, with url only where inventory.url is given. The commit is the inventory that this
 * state last took or pushed, and is preferred to the tip of the branch, so that what others push
 * there shows as drift. It counts for another branch of the repository as well, whatever that has:
 * that may be an inventory of long ago. For another repository it never counts. A clone that does
 * not have the commit, after a history was rewritten, makes the tip the last inventory.
 *
 * "read" has the time of each cluster's last complete read, so the fact changes with each pass
 * that reads one; "missing" is what damping counts (discovery/damping.h). */
#include "app/pass/inventory_memory.h"
#include "base/parse.h"
#include "base/parse_json.h"
#include "base/write.h"
#include "base/write_json.h"
#include "discovery/damping_record.h"
#include "sync/fetch.h"
#include <stdio.h>
#include <string.h>

/* A fact that cannot be read is as good as none: waits begin again, and the branch is believed. */
struct inventory_memory inventory_memory_read(const struct session *session)
{
    const struct ledger_fact *fact = ledger_find_fact(&session->ledger, FACT_INVENTORY);
    const struct config *config = session->config;
    struct inventory_memory memory = { .commit = "" };
    const struct node *root;
    struct err err;

    if (!fact || parse_json(&root, fact->value, strlen(fact->value), session->arena, &err) < 0)
        return memory;
    memory.missing = node_find(root, "missing");
    memory.read = node_find(root, "read");
    memory.commit = node_get(root, "commit", NULL) ? node_get(root, "commit", NULL) : "";
    memory.branch = node_get(root, "branch", NULL);
    memory.near = *memory.commit && text_equal(node_get(root, "url", NULL), config->inventory.url);
    memory.here = memory.near && text_equal(memory.branch, config->discovery.branch);
    return memory;
}

/* The commit is on another branch, which a new clone does not have. */
static int fetch_former(struct clone *clone, const struct inventory_memory *memory, struct err *err)
{
    char tip[41];

    if (!memory->near || memory->here || !memory->branch || clone_has(clone, memory->commit))
        return 0;
    return clone_fetch(clone, tip, memory->branch, true, err);
}

int inventory_memory_last(struct inventory_last *out, const struct inventory_memory *memory,
                          struct clone *clone, const struct config *config, struct err *err)
{
    const char *branch = config->discovery.branch;

    if (fetch_former(clone, memory, err) < 0 || clone_fetch(clone, out->tip, branch, true, err) < 0)
        return err_wrap(err, "fetch the inventory branch %s of %s", branch,
                        config_inventory_url(config));
    out->remembered = memory->near && clone_has(clone, memory->commit);
    snprintf(out->commit, sizeof out->commit, "%s", out->remembered ? memory->commit : out->tip);
    return 0;
}

const struct damping_entry *inventory_memory_seen(const struct inventory_memory *memory,
                                                  const char *cluster, size_t *count,
                                                  struct arena *arena)
{
    return damping_record_read(memory->missing ? node_find(memory->missing, cluster) : NULL, count,
                               arena);
}

int64_t inventory_memory_read_at(const struct inventory_memory *memory, const char *cluster)
{
    const char *text = memory->read ? node_get(memory->read, cluster, NULL) : NULL;
    int64_t at;

    return text && parse_int(text, 0, INT64_MAX, &at) ? at : 0;
}

static void add_read(struct node *root, const struct inventory_memory *memory,
                     const struct fleet *fleet, int64_t now, struct arena *arena)
{
    struct node *read = node_map(arena);

    for (size_t i = 0; i < fleet->count; i++) {
        const struct discovery *one = &fleet->clusters[i];
        const int64_t at =
            one->outcome == DISCOVERY_READ ? now : inventory_memory_read_at(memory, one->cluster);

        if (at)
            node_set_int(arena, read, one->cluster, at);
    }
    if (read->first)
        node_set(root, "read", read);
}

static const char *memory_text(const struct session *session, const char *commit,
                               const struct fleet *fleet)
{
    const struct inventory_memory memory = inventory_memory_read(session);
    struct node *root = node_map(session->arena), *missing;
    AUTO_TEXT json = { 0 };

    node_set_text(session->arena, root, "branch", session->config->discovery.branch);
    if (session->config->inventory.url)
        node_set_text(session->arena, root, "url", session->config->inventory.url);
    node_set_text(session->arena, root, "commit", commit);
    missing = node_set(root, "missing", node_map(session->arena));
    for (size_t i = 0; i < fleet->count; i++) {
        const struct damping *damping = &fleet->clusters[i].damping;

        if (damping->after_count)
            node_set(missing, fleet->clusters[i].cluster,
                     damping_record_node(damping->after, damping->after_count, session->arena));
    }
    add_read(root, &memory, fleet, session->options->now, session->arena);
    write_json(&json, root, false);
    return arena_text(session->arena, json.bytes);
}

void inventory_memory_write(struct session *session, const char *commit, const struct fleet *fleet)
{
    const struct ledger_fact *before = ledger_find_fact(&session->ledger, FACT_INVENTORY);
    const char *json = memory_text(session, commit, fleet);

    if (!before || !text_equal(before->value, json))
        ledger_set_fact(&session->ledger, FACT_INVENTORY, json);
}
