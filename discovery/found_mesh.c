/* discovery/found_mesh.c - the Mesh of a control plane.  Pure.
 * Revisions come and go under one Mesh, so nothing in it may move with them but the list of
 * revisions and the version: a rename would break VirtualMeshes, and another service account would
 * re-issue the intermediate.  A revision counts once it was ready or asked for in two reads, and
 * until it was absent in two; in the first read of a mesh at once. */
#include "discovery/found_mesh.h"

#include <stdlib.h>

/* "1.30.2-distroless": major, minor, patch. */
static bool parse_version(int64_t out[3], const char *text)
{
    size_t parts = 0;

    while (parts < 3 && is_digit(*text)) {
        int64_t number = 0;

        for (; is_digit(*text) && number < 100000; text++)
            number = number * 10 + (*text - '0');
        out[parts++] = number;
        if (*text != '.')
            break;
        text++;
    }
    for (size_t i = parts; i < 3; i++)
        out[i] = 0;
    return parts >= 2;
}

static bool is_lower_version(const char *a, const char *b)
{
    int64_t left[3], right[3];

    if (!parse_version(left, a))
        return false;
    if (!parse_version(right, b))
        return true;
    for (size_t i = 0; i < 3; i++)
        if (left[i] != right[i])
            return left[i] < right[i];
    return strcmp(a, b) < 0;
}

static bool has_word(const char *words, const char *word, struct arena *arena)
{
    return words && strstr(arena_printf(arena, " %s ", words), arena_printf(arena, " %s ", word));
}

static bool is_used(const struct revision *revision)
{
    return revision->deployment->istiod->ready || revision->asked;
}

/* Whether a revision of the plane counts now. */
static bool counts(const struct revision *revision, const struct control_plane *plane,
                   const char *former, struct damping *damping)
{
    const bool was = has_word(former, revision->name, damping->arena);
    const char *key =
        arena_printf(damping->arena, "revision/%s/%s", plane->namespace, revision->name);

    if (!former || was == is_used(revision))
        return is_used(revision);
    return damping_lapsed(damping, key, 0) ? !was : was;
}

/* Revisions of the last inventory whose Deployment is gone stay for one read. */
static void add_former(const char ***names, size_t *count, const struct control_plane *plane,
                       const char *former, struct damping *damping)
{
    const char *at = former ? former : "";

    while (*at) {
        const size_t len = strcspn(at, " ");
        const char *name = arena_bytes(damping->arena, at, len);
        const char *key = arena_printf(damping->arena, "revision/%s/%s", plane->namespace, name);

        if (len && !control_plane_revision(plane, name) && !damping_lapsed(damping, key, 0))
            *ARENA_PUSH(damping->arena, *names, *count) = name;
        at += len;
        at += strspn(at, " ");
    }
}

static const char *join(const char **names, size_t count, struct arena *arena)
{
    const char *out = "";

    if (count)
        qsort(names, count, sizeof *names, text_compare);
    for (size_t i = 0; i < count; i++)
        if (!i || !text_equal(names[i - 1], names[i]))
            out = arena_printf(arena, "%s%s%s", out, *out ? " " : "", names[i]);
    return out;
}

/* What a revision says, or what an absent ConfigMap means: the former value, else Istio's
 * default. */
static const char *trust_domain_of(const struct revision *revision, const struct mesh *former)
{
    if (revision->config)
        return *revision->config->trust_domain ? revision->config->trust_domain : "cluster.local";
    return former && *former->trust_domain ? former->trust_domain : "cluster.local";
}

static const char *root_namespace_of(const struct revision *revision,
                                     const struct control_plane *plane, const struct mesh *former)
{
    const char *text = former ? meta_annotation(&former->meta, ANNOTATION_ROOT_NAMESPACE) : NULL;

    if (revision->config)
        return *revision->config->root_namespace ? revision->config->root_namespace
                                                 : plane->namespace;
    return text ? text : plane->namespace;
}

static int disagree(struct err *err, const struct control_plane *plane, const struct revision *a,
                    const struct revision *b, const char *what, const char *one, const char *other)
{
    return err_set(err, ERR_REFUSED, 0,
                   "revisions %s and %s of istiod in %s have different %s, %s and %s; one mesh has "
                   "one, so change a ConfigMap or install one of them in another namespace",
                   a->name, b->name, plane->namespace, what, one, other);
}

struct shared { /* what all revisions of a mesh must have in common */
    const struct revision *by;
    const char *trust_domain, *root_namespace;
    bool dns;
};

/* One mesh has one trust domain, because identities are made of it. Two revisions that differ are
 * refused instead of taking either: certificates and policies would fit half of the pods. */
static int share(struct shared *shared, const struct revision *revision,
                 const struct control_plane *plane, const struct mesh *former, struct err *err)
{
    const char *domain = trust_domain_of(revision, former);
    const char *root = root_namespace_of(revision, plane, former);

    if (shared->by && !text_equal(shared->trust_domain, domain))
        return disagree(err, plane, shared->by, revision, "trust domains", shared->trust_domain,
                        domain);
    if (shared->by && !text_equal(shared->root_namespace, root))
        return disagree(err, plane, shared->by, revision, "root namespaces", shared->root_namespace,
                        root);
    shared->dns = (!shared->by || shared->dns) && revision->config && revision->config->dns_capture;
    shared->by = revision;
    shared->trust_domain = domain;
    shared->root_namespace = root;
    return 0;
}

static void remark_revision(const struct scan *scan, const struct control_plane *plane,
                            const struct revision *revision)
{
    const struct fact_istiod *istiod = revision->deployment->istiod;
    const struct object_ref ref = scan_ref(plane->mesh, scan->pod_namespace);

    if (!revision->config)
        remark_add(scan->findings, REMARK_NO_MESH_CONFIG, "Mesh", ref, revision->config_name,
                   revision->name, "the mesh has its former settings, else Istio's defaults");
    if (istiod->shared_mesh_config)
        remark_add(scan->findings, REMARK_SHARED_CONFIG, "Mesh", ref, revision->name,
                   revision->config_name);
    /* "Kubernetes" is what the charts write when nothing is configured. */
    if (*istiod->cluster_id && !text_equal(istiod->cluster_id, "Kubernetes")
        && !text_equal(istiod->cluster_id, scan->facts->cluster))
        remark_add(scan->findings, REMARK_CLUSTER_ID, "Mesh", ref, revision->name,
                   istiod->cluster_id, scan->facts->cluster);
}

/* The account of the default revision, else of the first one; once it is in the inventory it stays.
 */
static const char *account_of(const struct scan *scan, const struct control_plane *plane,
                              const struct mesh *former)
{
    const struct revision *revision = control_plane_revision(plane, REVISION_DEFAULT);
    const char *account;

    if (!revision)
        revision = &plane->revisions[0];
    account = revision->deployment->service_account;
    if (!former || !*former->service_account)
        return account;
    if (!text_equal(account, former->service_account))
        remark_add(scan->findings, REMARK_ACCOUNT_DIFFERS, "Mesh",
                   scan_ref(plane->mesh, scan->pod_namespace), account, former->service_account);
    return former->service_account;
}

const char *found_mesh_region(const struct scan *scan, const char *former)
{
    const struct facts *facts = scan->facts;

    if (!facts_complete(facts, FACT_NODES))
        return former ? former : "";
    for (size_t i = 1; i < facts->node_count; i++)
        if (!text_equal(facts->nodes[i].region, facts->nodes[0].region))
            return "";
    return facts->node_count ? facts->nodes[0].region : "";
}

/* The lowest version among revisions that are ready: what is rendered must suit all of them. */
static const char *lowest_version(const struct control_plane *plane, const bool *counted,
                                  const struct mesh *former)
{
    const char *lowest = NULL;

    for (size_t i = 0; i < plane->revision_count; i++) {
        const struct fact_istiod *istiod = plane->revisions[i].deployment->istiod;

        if (counted[i] && istiod->ready && (!lowest || is_lower_version(istiod->version, lowest)))
            lowest = istiod->version;
    }
    if (lowest)
        return lowest;
    return former ? former->version : plane->revisions[0].deployment->istiod->version;
}

static void fill(struct mesh *out, const struct scan *scan, const struct control_plane *plane,
                 const struct mesh *former, const struct shared *shared)
{
    static const struct pair istiod_labels[] = { { "app", "istiod" } };

    *out = (struct mesh){ .meta = { .name = plane->mesh, .namespace = scan->pod_namespace },
                          .istio = true,
                          .type = "istio",
                          .namespace = plane->namespace,
                          .cluster = scan->facts->cluster,
                          .region = found_mesh_region(scan, former ? former->region : NULL),
                          .pod_labels = istiod_labels,
                          .pod_label_count = 1,
                          .trust_domain = shared->trust_domain,
                          .service_account = account_of(scan, plane, former),
                          .smart_dns = shared->dns,
                          .agent_namespace = "" };
    if (!text_equal(shared->root_namespace, plane->namespace))
        inventory_annotate(&out->meta, ANNOTATION_ROOT_NAMESPACE, shared->root_namespace,
                           scan->arena);
}

int found_mesh_object(struct mesh *out, bool *there, const struct scan *scan,
                      const struct control_plane *plane, struct damping *damping, struct err *err)
{
    const struct mesh *former = inventory_mesh(scan->former, plane->namespace);
    const char *before = former ? meta_annotation(&former->meta, ANNOTATION_REVISIONS) : NULL;
    bool *counted = ARENA_NEW(scan->arena, bool, plane->revision_count);
    const char **names = NULL;
    struct shared shared = { 0 };
    size_t count = 0;

    for (size_t i = 0; i < plane->revision_count; i++) {
        counted[i] = counts(&plane->revisions[i], plane, before, damping);
        if (!counted[i])
            continue;
        if (share(&shared, &plane->revisions[i], plane, former, err) < 0)
            return -1;
        remark_revision(scan, plane, &plane->revisions[i]);
        *ARENA_PUSH(scan->arena, names, count) = plane->revisions[i].name;
    }
    *there = count > 0;
    if (!*there)
        return 0;
    add_former(&names, &count, plane, before, damping);
    fill(out, scan, plane, former, &shared);
    out->version = lowest_version(plane, counted, former);
    inventory_annotate(&out->meta, ANNOTATION_REVISIONS, join(names, count, scan->arena),
                       scan->arena);
    return 0;
}

static const char *domain_of(const struct scan *scan)
{
    for (size_t i = 0; i < scan->planes.count; i++)
        for (size_t k = 0; k < scan->planes.items[i].revision_count; k++) {
            const char *domain = scan->planes.items[i].revisions[k].deployment->istiod->domain;

            if (*domain)
                return domain;
        }
    return scan->former->known ? scan->former->self.domain : CLUSTER_DOMAIN_DEFAULT;
}

struct kubernetes_cluster found_mesh_cluster(const struct scan *scan)
{
    const struct fact_namespace *system = facts_namespace(scan->facts, NAMESPACE_OF_IDENTITY);
    struct kubernetes_cluster out = { .meta = { .name = scan->facts->cluster,
                                                .namespace = scan->pod_namespace },
                                      .secret_name = "",
                                      .domain = domain_of(scan) };

    if (system && *system->uid)
        inventory_annotate(&out.meta, ANNOTATION_CLUSTER_UID, system->uid, scan->arena);
    return out;
}
