/* k8s-job/restart/session.c - what reading, deciding and patching share.
 *
 * A session is one cluster in one pass. Once it is closed nothing more is read or patched there,
 * and its numbers count as unknown, never as zero. */
#include "k8s-job/restart/session.h"
#include "base/http_url.h"

const char *restart_key(const char *kind, const char *namespace, const char *name,
                        struct arena *arena)
{
    return arena_printf(arena, "%s/%s/%s", kind, namespace, name);
}

const char *restart_path(const char *kind, const char *namespace, struct arena *arena)
{
    return arena_printf(arena, "/apis/apps/v1/namespaces/%s/%ss", http_url_escape(namespace, arena),
                        restart_resource(kind, arena));
}

void restart_give_up(struct restart_session *session, const char *what, const struct err *err,
                     struct arena *arena)
{
    session->closed = true;
    session->cluster->known = false;
    session->cluster->why = arena_printf(arena, "%s: %s", what, err->text);
}

void restart_recall(struct restart_item *item, const struct restart_session *session,
                    struct arena *arena)
{
    const struct restart_record *record =
        map_find(session->records, restart_key(item->kind, item->namespace, item->name, arena));

    if (!record)
        return;
    item->recorded = true;
    item->recorded_at = record->at;
    item->recorded_settled = record->settled;
}
