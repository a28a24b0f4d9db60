/* app/pass/artifact_memory.c - the artifacts as one fact of the ledger, in JSON.
 *
 * The registry holds the truth; this saves work and tells one's own artifact from another's.  Lost,
 * it costs a comparison of bytes with what the registry has (app/pass/artifacts.c).
 *
 * The last few digests of a cluster are kept with their commits, because a cluster that is still at
 * one of them, or went back to it, shows something else than what was delivered, and that is not
 * the same as showing nothing (rotation/observation.h). */
#include "app/pass/artifact_memory.h"
#include "base/parse_json.h"
#include "base/text.h"
#include "base/write_json.h"

static bool is_for(const struct node *root, const struct config_output *output)
{
    return text_equal(node_get(root, "registry", NULL), output->oci.url)
           && text_equal(node_get(root, "tag", NULL), output->oci.tag)
           && text_equal(node_get(root, "branch", NULL), output->branch)
           && text_equal(node_get(root, "path", NULL), output->path);
}

static struct artifact_former *read_former(size_t *count, const struct node *list,
                                           struct arena *arena)
{
    struct artifact_former *items = NULL;

    for (const struct node *at = list ? list->first : NULL; at; at = at->next)
        *ARENA_PUSH(arena, items, *count) =
            (struct artifact_former){ node_get_text(at, "digest"), node_get_text(at, "commit") };
    return items;
}

static struct artifact read_one(const struct node *map, struct arena *arena)
{
    struct artifact out = { .cluster = node_get_text(map, "cluster"),
                            .tree = node_get_text(map, "tree"),
                            .commit = node_get_text(map, "commit"),
                            .created = node_get_text(map, "created"),
                            .digest = node_get_text(map, "digest") };

    out.former = read_former(&out.former_count, node_find(map, "former"), arena);
    return out;
}

struct artifact_memory artifact_memory_read(const struct ledger *ledger,
                                            const struct config *config, struct arena *arena)
{
    const struct ledger_fact *fact = ledger_find_fact(ledger, FACT_ARTIFACTS);
    struct artifact_memory out = { .commit = "" };
    const struct node *root, *list;
    struct artifact *items = NULL;
    struct err err;

    if (!config->output.oci.url || !fact || !*fact->value
        || parse_json(&root, fact->value, strlen(fact->value), arena, &err) < 0
        || !is_for(root, &config->output))
        return out;
    out.commit = node_get_text(root, "commit");
    list = node_find(root, "clusters");
    for (const struct node *at = list ? list->first : NULL; at; at = at->next)
        *ARENA_PUSH(arena, items, out.count) = read_one(at, arena);
    out.items = items;
    return out;
}

const struct artifact *artifact_memory_find(const struct artifact_memory *memory,
                                            const char *cluster)
{
    for (size_t i = 0; i < memory->count; i++)
        if (text_equal(memory->items[i].cluster, cluster))
            return &memory->items[i];
    return NULL;
}

void artifact_memory_follow(struct artifact *artifact, const struct artifact *before,
                            struct arena *arena)
{
    struct artifact_former *former;
    size_t count = 0;

    artifact->former_count = 0;
    if (!before)
        return;
    former = ARENA_NEW(arena, struct artifact_former, ARTIFACT_FORMER_MAX);
    if (*before->digest && !text_equal(before->digest, artifact->digest))
        former[count++] = (struct artifact_former){ before->digest, before->commit };
    for (size_t i = 0; i < before->former_count && count < ARTIFACT_FORMER_MAX; i++)
        if (!text_equal(before->former[i].digest, artifact->digest))
            former[count++] = before->former[i];
    artifact->former = former;
    artifact->former_count = count;
}

static void write_former(struct node *out, const struct artifact *artifact, struct arena *arena)
{
    struct node *list;

    if (!artifact->former_count)
        return;
    list = node_set(out, "former", node_list(arena));
    for (size_t i = 0; i < artifact->former_count; i++) {
        struct node *one = node_map(arena);

        node_set_text(arena, one, "digest", artifact->former[i].digest);
        node_set_text(arena, one, "commit", artifact->former[i].commit);
        node_add(list, one);
    }
}

static struct node *write_one(const struct artifact *artifact, struct arena *arena)
{
    struct node *out = node_map(arena);

    node_set_text(arena, out, "cluster", artifact->cluster);
    node_set_text(arena, out, "tree", artifact->tree);
    node_set_text(arena, out, "commit", artifact->commit);
    node_set_text(arena, out, "created", artifact->created);
    node_set_text(arena, out, "digest", artifact->digest);
    write_former(out, artifact, arena);
    return out;
}

void artifact_memory_write(struct session *session, const struct artifact_memory *memory)
{
    const struct config_output *output = &session->config->output;
    struct arena *arena = session->arena;
    struct node *root = node_map(arena), *list;
    AUTO_TEXT json = { 0 };

    node_set_text(arena, root, "registry", output->oci.url);
    node_set_text(arena, root, "tag", output->oci.tag);
    node_set_text(arena, root, "branch", output->branch);
    node_set_text(arena, root, "path", output->path);
    node_set_text(arena, root, "commit", memory->commit);
    list = node_set(root, "clusters", node_list(arena));
    for (size_t i = 0; i < memory->count; i++)
        node_add(list, write_one(&memory->items[i], arena));
    write_json(&json, root, false);
    ledger_set_fact(&session->ledger, FACT_ARTIFACTS, json.bytes);
}

bool artifact_memory_lacks(const struct session *session, const char *commit)
{
    return session->config->output.oci.url && *commit
           && !text_equal(
               artifact_memory_read(&session->ledger, session->config, session->arena).commit,
               commit);
}
