/* pki/order.c - what has to be issued in this pass.  Pure: no clock, no randomness, no keys. */
#include "pki/order.h"

#include "base/map.h"
#include "base/text.h"

const struct trust_mesh *trust_mesh_home(const struct trust_request *request,
                                         const struct trust_mesh *mesh)
{
    for (size_t i = 0; i < request->mesh_count; i++)
        if (text_equal(request->meshes[i].cluster, mesh->cluster)
            && text_equal(request->meshes[i].namespace, mesh->namespace))
            return &request->meshes[i];
    return mesh;
}

static void add_failure(struct orders *orders, const struct trust_request *request,
                        const struct trust_mesh *mesh, const char *text)
{
    *ARENA_PUSH(orders->arena, orders->failures, orders->failure_count) =
        (struct issue_failure){ request->name, mesh->key, text };
}

static void add_failures(struct orders *orders, const struct trust_request *request,
                         const char *text)
{
    for (size_t i = 0; i < request->mesh_count; i++)
        add_failure(orders, request, &request->meshes[i], text);
}

/* Why nothing can be issued for a request; NULL: it can. */
static const char *unserved(const struct shared_trust *shared)
{
    switch (shared->kind) {
    case CA_UNSET:
        return NULL;
    case CA_INTERMEDIATE:
        return "intermediateCertificateAuthority (Vault) is not supported yet: no certificate is "
               "issued for this mesh; use rootCertificateAuthority";
    case CA_ROOT:
        break;
    }
    if (shared->root_unset)
        return "rootCertificateAuthority names no source: set generated or secret";
    if (shared->source == ROOT_SECRET)
        return "rootCertificateAuthority.secret is not supported yet: no certificate is issued for "
               "this mesh; use rootCertificateAuthority.generated";
    return NULL;
}

static const struct ledger_root *active_root(const struct ledger *ledger, const char *virtual_mesh)
{
    const struct ledger_root *root = ledger->roots;

    while (root && !(root->state == KEY_ACTIVE && text_equal(root->virtual_mesh, virtual_mesh)))
        root = root->next;
    return root;
}

/* Two istiods in one namespace of a cluster read the same Secret, so only one VirtualMesh can fill
 * it: the one that did before, else the first. */
struct owners {
    struct map *by_place; /* "cluster/namespace" -> the request */
    struct arena *arena;
};

static const char *place_of(const struct trust_mesh *mesh, struct arena *arena)
{
    return arena_printf(arena, "%s/%s", mesh->cluster, mesh->namespace);
}

static void claim_places(struct owners *owners, const struct ledger *ledger,
                         const struct trust_request *request, bool had_only)
{
    for (size_t i = 0; i < request->mesh_count; i++) {
        const struct trust_mesh *mesh = &request->meshes[i];
        const char *place = place_of(mesh, owners->arena);

        if (had_only && !ledger_active_intermediate(ledger, request->name, mesh->key))
            continue;
        if (!map_find(owners->by_place, place))
            map_put(owners->by_place, place, (void *)(uintptr_t)request);
    }
}

static struct owners find_owners(const struct ledger *ledger,
                                 const struct trust_request *const *requests, size_t count,
                                 struct arena *arena)
{
    struct owners owners = { map_new(arena), arena };

    for (size_t i = 0; i < count; i++)
        claim_places(&owners, ledger, requests[i], true);
    for (size_t i = 0; i < count; i++)
        claim_places(&owners, ledger, requests[i], false);
    return owners;
}

static struct order *add_order(struct orders *orders)
{
    return ARENA_PUSH(orders->arena, orders->list, orders->count);
}

/* False: another VirtualMesh fills this place. */
static bool check_owner(struct orders *orders, const struct owners *owners,
                        const struct trust_request *request, const struct trust_mesh *mesh)
{
    const struct trust_request *owner = map_find(owners->by_place, place_of(mesh, owners->arena));

    if (owner == request)
        return true;
    add_failure(orders, request, mesh,
                arena_printf(orders->arena,
                             "the certificates of namespace %s in cluster %s belong to virtual "
                             "mesh %s already; put both meshes into one virtual mesh",
                             mesh->namespace, mesh->cluster, owner->name));
    return false;
}

static void plan_request(struct orders *orders, const struct ledger *ledger,
                         const struct owners *owners, const struct trust_request *request)
{
    const struct ledger_root *root = active_root(ledger, request->name);
    size_t signer = orders->count;

    if (request->mesh_count == 0)
        return;
    if (!root)
        *add_order(orders) = (struct order){ .kind = ORDER_ROOT,
                                             .request = request,
                                             .why = "the virtual mesh has no root yet" };
    for (size_t i = 0; i < request->mesh_count; i++) {
        const struct trust_mesh *mesh = &request->meshes[i];

        if (trust_mesh_home(request, mesh) != mesh || !check_owner(orders, owners, request, mesh)
            || ledger_active_intermediate(ledger, request->name, mesh->key))
            continue;
        *add_order(orders) = (struct order){
            .kind = ORDER_INTERMEDIATE,
            .request = request,
            .mesh = mesh,
            .root = root ? root->id : NULL,
            .signer = signer,
            .why = "the mesh has no intermediate under this root yet",
        };
    }
}

void orders_plan(struct orders *out, const struct ledger *ledger,
                 const struct trust_request *const *requests, size_t count)
{
    struct owners owners = find_owners(ledger, requests, count, out->arena);

    for (size_t i = 0; i < count; i++) {
        const char *why_not = unserved(requests[i]->shared);

        if (why_not)
            add_failures(out, requests[i], why_not);
        else
            plan_request(out, ledger, &owners, requests[i]);
    }
}

void trust_due(struct issue_dues *out, const struct ledger *ledger,
               const struct trust_request *const *requests, size_t count,
               const struct issue_options *options, struct arena *arena)
{
    struct orders orders = { .arena = arena };

    (void)options;
    orders_plan(&orders, ledger, requests, count);
    *out = (struct issue_dues){ .list = ARENA_NEW(arena, struct issue_due, orders.count),
                                .count = orders.count,
                                .failures = orders.failures,
                                .failure_count = orders.failure_count };
    for (size_t i = 0; i < orders.count; i++) {
        const struct order *order = &orders.list[i];

        out->list[i] = (struct issue_due){
            .virtual_mesh = order->request->name,
            .mesh = order->mesh ? order->mesh->key : "",
            .what = order->kind == ORDER_ROOT ? "root" : "intermediate",
            .why = order->why,
        };
    }
}
