/* app/pass/preflight.c - gathers what rotation/preflight.c judges.
 *
 * A recipient that cannot be read is a finding of the preflight, not an error of the pass: the
 * rotation waits until it is there. A key that is lost (PREFLIGHT_KEY_GONE) shows here, before a
 * rotation begins that could not sign. */
#include "app/pass/preflight.h"
#include "app/pass/deliver.h"
#include "app/pass/trust.h"
#include "delivery/recipient.h"
#include "pki/issuer.h"
#include <string.h>

static struct preflight_cluster gather_cluster(struct session *session,
                                               const struct observation *observation)
{
    const struct delivery_method *method = config_delivery(session->config, observation->cluster);
    struct preflight_cluster out = { .observation = observation };
    struct err err;

    if (!method->format)
        return out;
    out.recipient = recipient_file_name(method);
    if (deliver_recipient_check(session, observation->cluster, &err) < 0)
        out.recipient_error = arena_text(session->arena, err.text);
    return out;
}

static enum preflight_key find_key(const struct ledger *ledger, const char *virtual_mesh)
{
    enum preflight_key out = PREFLIGHT_KEY_NO_ROOT;

    for (const struct ledger_root *row = ledger->roots; row; row = row->next)
        if (row->state == KEY_ACTIVE && strcmp(row->virtual_mesh, virtual_mesh) == 0)
            out = issuer_can_sign(row) ? PREFLIGHT_KEY_HELD : PREFLIGHT_KEY_GONE;
    return out;
}

struct preflight *pass_preflight(size_t *count, struct session *session,
                                 const struct observed *observed, const char *virtual_mesh)
{
    struct preflight_cluster *clusters =
        ARENA_NEW(session->arena, struct preflight_cluster, observed->count);
    struct preflight_input input = { .key = find_key(&session->ledger, virtual_mesh),
                                     .leaf_ttl = session->config->evidence.leaf_ttl,
                                     .clusters = clusters };

    for (size_t i = 0; i < observed->count; i++)
        if (strcmp(observed->observations[i].virtual_mesh, virtual_mesh) == 0)
            clusters[input.count++] = gather_cluster(session, &observed->observations[i]);
    return preflight_list(count, &input, session->arena);
}
