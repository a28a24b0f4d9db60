/* forge/forge_app.c - two requests: which installation, and a token of it.
 *
 * The token is narrowed to what weft does with it, one repository and its pull requests, whatever
 * else the App may do: a token that leaks is worth that much, for an hour.  Nothing keeps it longer
 * than the caller. */
#include "forge/forge_app.h"
#include "base/text.h"
#include "forge/forge_call.h"
#include "forge/forge_row.h"

static int find_installation(int64_t *id, const struct forge *forge, const char *given,
                             struct err *err)
{
    const struct node *answer = NULL;
    const char *text = given;

    if (!given) {
        if (forge_call(&answer, forge, "find the installation of the App", "GET",
                       forge_row_url(forge, forge_row(forge->target.kind)->app_installation, 0, 0),
                       NULL, err)
            < 0)
            return -1;
        text = node_get(answer, "id", NULL);
    }
    if (!text || !parse_int(text, 1, INT64_MAX, id))
        return err_set(err, ERR_INPUT, 0, "the installation of the App has no number");
    return 0;
}

/* {"repositories": ["NAME"], "permissions": {"pull_requests": "write",
 * "statuses": "write"}}: proposals, and the status that says whether their step may be merged. */
static struct node *wish_of(const struct forge *forge)
{
    const char *slash = strrchr(forge->target.repository, '/');
    struct node *out = node_map(forge->arena), *rights;

    node_add(node_set(out, "repositories", node_list(forge->arena)),
             node_string(forge->arena, slash ? slash + 1 : forge->target.repository));
    rights = node_set(out, "permissions", node_map(forge->arena));
    node_set_text(forge->arena, rights, "pull_requests", "write");
    node_set_text(forge->arena, rights, "statuses", "write");
    return out;
}

static int exchange(const char **token, const struct forge *forge, const char *installation,
                    struct err *err)
{
    const struct node *answer = NULL;
    int64_t id;

    if (find_installation(&id, forge, installation, err) < 0
        || forge_call(&answer, forge, "get a token of the App", "POST",
                      forge_row_url(forge, forge_row(forge->target.kind)->app_token, id, 0),
                      wish_of(forge), err)
               < 0)
        return -1;
    *token = node_get(answer, "token", NULL);
    return text_empty(*token) ? err_set(err, ERR_HTTP, 201, "the forge gives no token of the App")
                              : 0;
}

int forge_app_token(const char **token, const struct forge_target *target, const char *installation,
                    const char *agent, struct arena *secret, struct err *err)
{
    AUTO_FORGE forge = { .http = NULL };

    if (!forge_row(target->kind)->app_token)
        return err_set(err, ERR_INPUT, 0, "%s has no Apps", forge_row(target->kind)->name);
    if (forge_open(&forge, target, agent, secret, err) < 0)
        return -1;
    forge.secret = true;
    return exchange(token, &forge, installation, err);
}
