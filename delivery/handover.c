/* delivery/handover.c - knows whether a SealedSecret of ours may still be in a cluster.  Changes
 * nothing. */
#include "delivery/handover.h"

#include "api/annotation.h"
#include "api/meta.h"
#include "base/words.h"
#include "delivery/path.h"

bool handover_is_confirmed(const struct delivery *delivery, struct arena *arena)
{
    const char *names =
        meta_annotation(&delivery->request->virtual_mesh->meta, ANNOTATION_UNSEALED);
    const char *name;

    if (text_equal(names, "*"))
        return true;
    while (names && (name = words_next(&names, " ,", arena)))
        if (text_equal(name, delivery->mesh->cluster))
            return true;
    return false;
}

/* Its controller writes the Secret again whenever it starts or the object changes, and deletes
 * nothing (skip-set-owner-references). */
static int refuse(const struct delivery *delivery, struct err *err)
{
    const struct mesh_identity *mesh = delivery->mesh;

    return err_set(err, ERR_REFUSED, 0,
                   "cacerts of cluster %s was delivered as a SealedSecret before, whose controller "
                   "would write the former certificates back: run \"kubectl delete sealedsecret "
                   "cacerts --namespace %s --cascade=orphan\" in that cluster, and see that the "
                   "Secret cacerts is still there; then annotate the VirtualMesh with %s: \"%s\" "
                   "(\"*\" for all clusters)",
                   mesh->cluster, mesh->namespace, ANNOTATION_UNSEALED, mesh->cluster);
}

int handover_check(const struct ledger *ledger, const struct delivery *delivery, struct err *err)
{
    const struct ledger_delivery *former =
        ledger_find_delivery(ledger, delivery_path(delivery->mesh, ledger->arena));

    if (former && former->recipient.kind == RECIPIENT_KEY
        && !handover_is_confirmed(delivery, ledger->arena))
        return refuse(delivery, err);
    return 0;
}
