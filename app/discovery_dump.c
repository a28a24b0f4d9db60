/* app/discovery_dump.c - lists of API servers out of a folder.  What is wrong with a list is a fact
 * about that list, as it would be with a server; only a file name that names no list stops the
 * reading, because a list that is silently not read would look like one that was not requested. */
#include "app/discovery_dump.h"

#include "base/folder.h"
#include "base/parse_json.h"
#include "base/suggest.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

struct load {
    struct tree_reader reader;
    const char *folder; /* for messages */
    struct arena *arena, *scratch;
    struct err *err;
};

static void add_status(struct facts *facts, enum fact_list list, const struct node *status)
{
    const char *message = node_get(status, "message", NULL);
    const uint32_t code = read_number(status, "code", 999);
    AUTO_TEXT grant = { 0 };

    if (code == 403) {
        text_addf(&grant, "grant list of %s: %s", enums_name(&fact_lists, (int)list),
                  message ? message : "");
        message = grant.bytes;
    }
    if (code == 404)
        facts_close(facts, list, FACT_COMPLETE, ""); /* the server has no such API */
    else
        facts_close(facts, list, code == 401 || code == 403 ? FACT_REFUSED : FACT_UNREAD,
                    message ? message : "the answer is a Status without a message");
}

static void add_items(struct facts *facts, enum fact_list list, const struct node *body)
{
    const struct node *items = node_find(body, "items");

    if (!text_ends(node_get(body, "kind", NULL) ? node_get(body, "kind", NULL) : "", "List")
        || !items || (items->kind != NODE_LIST && items->kind != NODE_NULL)) {
        facts_close(facts, list, FACT_UNREAD, "it is no list of objects");
        return;
    }
    for (const struct node *item = items->first; item; item = item->next)
        facts_add(facts, list, item);
    if (!text_empty(node_get(body, "metadata", "continue", NULL)))
        facts_close(facts, list, FACT_UNREAD, "it ends at a page: get it without limit");
    else
        facts_close(facts, list, FACT_COMPLETE, "");
}

/* An API that is not there answers in plain text, which kubectl passes on. */
static void add_body(struct facts *facts, enum fact_list list, const char *bytes, size_t len,
                     struct arena *scratch)
{
    const struct node *body;
    struct err err;

    if (text_starts(bytes, "404 page not found"))
        facts_close(facts, list, FACT_COMPLETE, "");
    else if (parse_json(&body, bytes, len, scratch, &err) < 0)
        facts_close(facts, list, FACT_UNREAD, err.text);
    else if (text_equal(node_get(body, "kind", NULL), "Status"))
        add_status(facts, list, body);
    else
        add_items(facts, list, body);
}

static int unknown_name(struct load *load, const char *cluster, const char *file, const char *name)
{
    const char *near = suggest_nearest(name, fact_lists.names, fact_lists.count);

    return err_set(load->err, ERR_INPUT, 0,
                   "%s/%s%s is no list that discovery reads%s%s%s; files are named after the "
                   "resource, such as services.json",
                   load->folder, cluster, file, near ? ": did you mean " : "", near ? near : "",
                   near ? ".json?" : "");
}

static int read_file(struct facts *facts, struct load *load, const char *cluster, const char *file)
{
    const char *name = arena_bytes(load->arena, file, strcspn(file, "."));
    const int list = enums_find(&fact_lists, name);
    char *bytes;
    size_t len;

    if (list < 0)
        return unknown_name(load, cluster, file, name);
    arena_reset(load->scratch);
    if (load->reader.read(load->reader.context, arena_printf(load->arena, "%s%s", cluster, file),
                          &bytes, &len, load->scratch, load->err)
        < 0)
        return -1;
    if (bytes)
        add_body(facts, (enum fact_list)list, bytes, len, load->scratch);
    return 0;
}

/* cluster ends in a slash. */
static int read_cluster(struct facts *facts, struct load *load, const char *cluster)
{
    const char **files;
    size_t count;

    if (load->reader.list(load->reader.context,
                          arena_bytes(load->arena, cluster, strlen(cluster) - 1), &files, &count,
                          load->arena, load->err)
        < 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        if (text_ends(files[i], ".json") && read_file(facts, load, cluster, files[i]) < 0)
            return -1;
    facts_end(facts);
    return 0;
}

int discovery_dump_read(struct discovery_dump *out, const char *folder, struct arena *arena,
                        struct err *err)
{
    AUTO(arena_free) struct arena *scratch = arena_new();
    struct load load = { folder_tree_reader(folder), folder, arena, scratch, err };
    const char **names;
    size_t count;

    *out = (struct discovery_dump){ 0 };
    if (access(folder, F_OK) < 0)
        return err_set(err, ERR_INPUT, 0,
                       "--from %s: %s; it takes a folder that holds one for each cluster, with the "
                       "lists of its API server (cluster-1/services.json)",
                       folder, strerror(errno));
    if (load.reader.list(load.reader.context, "", &names, &count, arena, err) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        struct facts *facts;

        if (!text_ends(names[i], "/"))
            continue;
        facts = facts_new(arena_bytes(arena, names[i], strlen(names[i]) - 1), arena);
        if (read_cluster(facts, &load, names[i]) < 0)
            return -1;
        *ARENA_PUSH(arena, out->clusters, out->count) = facts;
    }
    return out->count ? 0
                      : err_set(err, ERR_INPUT, 0,
                                "%s has no folder of a cluster: it should hold one for each, with "
                                "the lists of its API server as JSON files",
                                folder);
}
