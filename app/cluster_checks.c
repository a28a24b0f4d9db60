/* app/cluster_checks.c - asks each cluster what it grants, and judges what it shows.
 * All reviews of all clusters are sent together.  Unknown is never ok: a cluster that could not be
 * read has a line that says so.
 *
 * The order of a cluster's checks is the order in which a mistake hides others: without an answer
 * nothing else is asked, and without an injector there is no Istio to judge. Discovery is run on
 * the lists that were read anyway, so a check costs a cluster its lists, one access review for
 * each grant, and two rules reviews.
 *
 * Excess rights are looked for in two namespaces, istiod's and kube-system: the first shows what
 * is granted for the mesh, the second what is granted everywhere. A list of all namespaces would
 * cost two requests each and show the same. They are a warning and nothing more, since an account
 * may serve other programs. */
#include "app/cluster_checks.h"

#include "app/cluster_credential.h"
#include "base/clock.h"
#include "base/plural.h"
#include "discovery/cluster_identity.h"
#include "k8s-job/access/review.h"
#include "k8s-job/access/rights_yaml.h"
#include "k8s-job/observe/cluster.h"
#include "rotation/istio_fault.h"

#include <string.h>

static const char *const result_names[] = {
    [CHECK_OK] = "ok",           [CHECK_NOTE] = "note",       [CHECK_WARNING] = "warning",
    [CHECK_UNKNOWN] = "unknown", [CHECK_MISSING] = "missing", [CHECK_FAILED] = "failed"
};
const struct enum_table check_results = ENUM_TABLE(result_names);
static const char *const kind_names[] = {
    [CHECK_API] = "api server",        [CHECK_IDENTITY] = "identity",
    [CHECK_CREDENTIAL] = "credential", [CHECK_RIGHTS] = "rights",
    [CHECK_EXCESS] = "excess rights",  [CHECK_ISTIO] = "istio",
    [CHECK_FAULT] = "istio fault",     [CHECK_ROOTS] = "several roots",
    [CHECK_DNS] = "dns capture",       [CHECK_GATEWAY] = "gateway",
    [CHECK_AMBIENT] = "ambient"
};
const struct enum_table check_kinds = ENUM_TABLE(kind_names);

/* kube-system has neither istiod nor workloads of a mesh: what is granted there is granted
 * everywhere. */
#define ELSEWHERE "kube-system"
enum { EXPIRES_SOON_S = 14 * 24 * 3600, SHOWN_MAX = 5, RULE_REVIEWS = 2 };

struct subject {
    const struct cluster_survey *survey;
    struct rights_wish wish;
    struct grant *grants;
    struct review *reviews; /* parallel to grants */
    size_t count;
    struct review_rules *rules;  /* RULE_REVIEWS: istiod's namespace, ELSEWHERE */
    struct cluster_facts *facts; /* of istiod; NULL: not asked */
};

struct making {
    struct cluster_checks out;
    struct subject *subjects;
    size_t count;
    int64_t now;
    struct arena *arena;
};

static struct cluster_check *add(struct making *making, const struct subject *subject,
                                 enum check_kind kind, enum check_result result, const char *text)
{
    struct cluster_check *check = ARENA_PUSH(making->arena, making->out.items, making->out.count);

    *check = (struct cluster_check){ subject->survey->cluster->name, kind, result, text, "", "" };
    return check;
}

/* --- asking --- */

static void ask_rights(struct making *making)
{
    struct review *all = NULL;
    struct review_rules *rules =
        ARENA_NEW(making->arena, struct review_rules, making->count * RULE_REVIEWS);
    size_t count = 0, rule_count = 0;

    for (size_t i = 0; i < making->count; i++)
        if (making->subjects[i].survey->answers)
            for (size_t k = 0; k < making->subjects[i].count; k++)
                *ARENA_PUSH(making->arena, all, count) =
                    (struct review){ .kube = making->subjects[i].survey->kube,
                                     .grant = &making->subjects[i].grants[k] };
    review_all(all, count, making->arena);
    for (size_t i = 0, at = 0; i < making->count; i++) {
        struct subject *subject = &making->subjects[i];

        if (!subject->survey->answers)
            continue;
        subject->reviews = all + at;
        at += subject->count;
        subject->rules = rules + rule_count;
        rules[rule_count++] =
            (struct review_rules){ .kube = subject->survey->kube,
                                   .namespace = subject->wish.istio_namespaces[0] };
        rules[rule_count++] =
            (struct review_rules){ .kube = subject->survey->kube, .namespace = ELSEWHERE };
    }
    review_rules_all(rules, rule_count, making->arena);
}

static void ask_istiods(struct making *making)
{
    struct cluster_facts *facts = ARENA_NEW(making->arena, struct cluster_facts, making->count);
    size_t count = 0;

    for (size_t i = 0; i < making->count; i++) {
        struct subject *subject = &making->subjects[i];

        if (!subject->survey->answers || !(subject->wish.features & FEATURE(EVIDENCE)))
            continue;
        facts[count] = (struct cluster_facts){ .kube = subject->survey->kube,
                                               .cluster = subject->survey->cluster->name,
                                               .namespace = subject->wish.istio_namespaces[0] };
        subject->facts = &facts[count++];
    }
    cluster_read(facts, count, making->arena);
}

/* --- server and credential --- */

static bool check_api(struct making *making, const struct subject *subject)
{
    const struct cluster_survey *survey = subject->survey;

    if (!survey->answers) {
        add(making, subject, CHECK_API, CHECK_FAILED, survey->why);
        return false;
    }
    making->out.answered = true;
    add(making, subject, CHECK_API, CHECK_OK,
        arena_printf(making->arena, "Kubernetes %s at %s",
                     *survey->version ? survey->version : "of unknown version",
                     kube_server(survey->kube)));
    return true;
}

static void check_identity(struct making *making, const struct subject *subject)
{
    const char *uid = cluster_identity_of(subject->survey->facts);

    if (!*uid) {
        add(making, subject, CHECK_IDENTITY, CHECK_UNKNOWN,
            "Namespace kube-system could not be read");
        return;
    }
    for (const struct subject *other = making->subjects; other < subject; other++)
        if (text_equal(cluster_identity_of(other->survey->facts), uid)) {
            add(making, subject, CHECK_IDENTITY, CHECK_FAILED,
                arena_printf(making->arena,
                             "is the same cluster as %s: one of the two kubeconfigs is wrong",
                             other->survey->cluster->name));
            return;
        }
    add(making, subject, CHECK_IDENTITY, CHECK_OK, uid);
}

static void check_credential(struct making *making, const struct subject *subject)
{
    const struct cluster_credential credential =
        cluster_credential_read(&subject->survey->cluster->server, making->arena);
    const char *end = credential.expires ? clock_text(credential.expires, making->arena) : "";
    enum check_result result = CHECK_OK;
    const char *text = credential.kind;

    if (*credential.why) {
        result = CHECK_FAILED;
        text = credential.why;
    } else if (credential.expires && credential.expires <= making->now) {
        result = CHECK_FAILED;
        text = arena_printf(making->arena, "the %s expired %s", credential.kind, end);
    } else if (credential.expires) {
        result = credential.expires - making->now < EXPIRES_SOON_S ? CHECK_WARNING : CHECK_OK;
        text = arena_printf(making->arena, "%s, expires %s", credential.kind, end);
    }
    add(making, subject, CHECK_CREDENTIAL, result, text);
}

/* --- rights --- */

static const char *place_of(const struct subject *subject, const struct grant *grant,
                            struct arena *arena)
{
    const bool own = subject->survey->cluster->server.in_cluster;
    const char *name =
        arena_printf(arena, "%s-%s", own ? "weft" : RIGHTS_ACCOUNT, grant->right->role);

    return grant->namespace ? arena_printf(arena, "Role %s in namespace %s", name, grant->namespace)
                            : arena_printf(arena, "ClusterRole %s", name);
}

static void add_missing(struct making *making, const struct subject *subject,
                        const struct grant *grant)
{
    struct cluster_check *check =
        add(making, subject, CHECK_RIGHTS, CHECK_MISSING,
            arena_printf(making->arena, "%s %s%s%s", grant->verb, grant->resource,
                         grant->name ? " " : "", grant->name ? grant->name : ""));

    check->rule = rights_rule(grant, making->arena);
    check->place = place_of(subject, grant, making->arena);
}

static void check_rights(struct making *making, const struct subject *subject)
{
    const char *unknown = NULL;
    size_t granted = 0;

    for (size_t i = 0; i < subject->count; i++)
        if (!subject->reviews[i].known)
            unknown = subject->reviews[i].why;
        else
            granted += subject->reviews[i].allowed;
    add(making, subject, CHECK_RIGHTS, unknown ? CHECK_UNKNOWN : CHECK_OK,
        unknown ? unknown
                : arena_printf(making->arena, "%zu of %zu granted, for %s", granted, subject->count,
                               rights_features_text(subject->wish.features, ", ", making->arena)));
    for (size_t i = 0; i < subject->count; i++)
        if (subject->reviews[i].known && !subject->reviews[i].allowed)
            add_missing(making, subject, &subject->grants[i]);
}

static void add_excess(struct making *making, const struct subject *subject, const char *where,
                       const char *const *list, size_t count)
{
    const char *text = "";

    for (size_t i = 0; i < count && i < SHOWN_MAX; i++)
        text = arena_printf(making->arena, "%s%s%s", text, i ? ", " : "", list[i]);
    if (count > SHOWN_MAX)
        text = arena_printf(making->arena, "%s and %zu more", text, count - SHOWN_MAX);
    add(making, subject, CHECK_EXCESS, CHECK_WARNING,
        arena_printf(making->arena, "not needed for %s, but granted in %s: %s",
                     rights_features_text(subject->wish.features, ", ", making->arena), where,
                     text));
}

/* Lists what is granted everywhere once, not for each namespace. */
static void check_excess(struct making *making, const struct subject *subject)
{
    const struct review_rules *here = &subject->rules[0], *elsewhere = &subject->rules[1];
    const char **wide, **local;
    size_t wide_count, local_count, kept = 0;

    if (!here->known || !elsewhere->known) {
        add(making, subject, CHECK_EXCESS, CHECK_UNKNOWN,
            "the API server does not list all rights of an account");
        return;
    }
    wide = review_excess(elsewhere->rules, subject->grants, subject->count, NULL, &wide_count,
                         making->arena);
    local = review_excess(here->rules, subject->grants, subject->count, here->namespace,
                          &local_count, making->arena);
    for (size_t i = 0; i < local_count; i++)
        if (!text_listed(wide, wide_count, local[i]))
            local[kept++] = local[i];
    if (wide_count)
        add_excess(making, subject, "every namespace", wide, wide_count);
    if (kept)
        add_excess(making, subject, here->namespace, local, kept);
    if (!wide_count && !kept)
        add(making, subject, CHECK_EXCESS, CHECK_OK, "none");
}

/* --- Istio --- */

static size_t ambient_workloads(const struct cluster_survey *survey)
{
    const struct inventory *inventory = &survey->found.inventory;
    size_t count = 0;

    for (size_t i = 0; i < inventory->workload_count; i++)
        count += text_equal(meta_annotation(&inventory->workloads[i].meta, ANNOTATION_DATAPLANE),
                            "ambient");
    return count;
}

static void check_faults(struct making *making, const struct subject *subject)
{
    const struct inventory *inventory = &subject->survey->found.inventory;
    const bool ambient = ambient_workloads(subject->survey) > 0;
    size_t count;
    const struct istio_fault *faults = istio_faults(&count);

    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < inventory->mesh_count; k++)
            if ((ambient || !faults[i].ambient)
                && istio_fault_in(&faults[i], inventory->meshes[k].version)) {
                add(making, subject, CHECK_FAULT, faults[i].handled ? CHECK_NOTE : CHECK_WARNING,
                    arena_printf(making->arena, "%s in %s: %s", faults[i].issue,
                                 inventory->meshes[k].version, faults[i].text));
                break;
            }
}

static bool check_istio(struct making *making, const struct subject *subject)
{
    const struct cluster_survey *survey = subject->survey;
    const char *istio = cluster_survey_istio(survey, making->arena);

    if (survey->found.outcome != DISCOVERY_READ) {
        add(making, subject, CHECK_ISTIO, CHECK_UNKNOWN, survey->found.why);
        return false;
    }
    add(making, subject, CHECK_ISTIO, *istio ? CHECK_OK : CHECK_WARNING,
        *istio ? istio : "no injector webhook leads to an istiod in this cluster");
    return *istio != '\0';
}

static void check_roots(struct making *making, const struct subject *subject)
{
    const struct cluster_facts *facts = subject->facts;

    if (!facts)
        return;
    if (!facts->known || !facts->istiod.found)
        add(making, subject, CHECK_ROOTS, CHECK_UNKNOWN,
            facts->known     ? "no Deployment with the label app=istiod was found"
            : facts->refused ? facts->refused
                             : facts->why);
    else if (facts->istiod.multi_root)
        add(making, subject, CHECK_ROOTS, CHECK_OK, "ISTIO_MULTIROOT_MESH=true");
    else
        add(making, subject, CHECK_ROOTS, CHECK_WARNING,
            "ISTIO_MULTIROOT_MESH is not true: istiod takes changed roots only when it is "
            "restarted");
}

static void check_dns(struct making *making, const struct subject *subject)
{
    const struct inventory *inventory = &subject->survey->found.inventory;
    const char *without = "";

    for (size_t i = 0; i < inventory->mesh_count; i++)
        if (!inventory->meshes[i].smart_dns)
            without = inventory->meshes[i].namespace;
    add(making, subject, CHECK_DNS, *without ? CHECK_WARNING : CHECK_OK,
        *without ? arena_printf(making->arena,
                                "MeshConfig in %s does not set ISTIO_META_DNS_CAPTURE: sidecars "
                                "cannot resolve federated host names",
                                without)
                 : "ISTIO_META_DNS_CAPTURE=true");
}

static void check_gateway(struct making *making, const struct subject *subject)
{
    const struct kube_service *gateway = cluster_survey_gateway(subject->survey);

    add(making, subject, CHECK_GATEWAY,
        gateway && gateway->address_count ? CHECK_OK : CHECK_WARNING,
        gateway ? cluster_survey_gateway_text(gateway, making->arena)
                : "no east-west gateway with port 15443: other clusters cannot call its "
                  "services");
}

static void check_ambient(struct making *making, const struct subject *subject)
{
    const struct left_out_list *left_out = &subject->survey->found.left_out;
    const size_t workloads = ambient_workloads(subject->survey);
    const char *services = "";
    size_t count = 0;

    for (size_t i = 0; i < left_out->count; i++)
        if (left_out->items[i].reason == LEFT_OUT_AMBIENT && count++ < SHOWN_MAX)
            services = arena_printf(making->arena, "%s%s%s/%s", services, *services ? ", " : "",
                                    left_out->items[i].namespace, left_out->items[i].service);
    if (count > SHOWN_MAX)
        services = arena_printf(making->arena, "%s and %zu more", services, count - SHOWN_MAX);
    if (!workloads)
        add(making, subject, CHECK_AMBIENT, CHECK_OK, "no workload of ztunnel");
    else
        add(making, subject, CHECK_AMBIENT, CHECK_WARNING,
            arena_printf(making->arena,
                         "%s without a sidecar: a gateway that routes by SNI reaches none of "
                         "them; not federated: %s%s%s",
                         plural_count(workloads, "workload", making->arena),
                         plural_count(count, "Service", making->arena), *services ? ": " : "",
                         services));
}

/* --- all together --- */

static void check_cluster(struct making *making, const struct subject *subject)
{
    if (!check_api(making, subject))
        return;
    check_identity(making, subject);
    check_credential(making, subject);
    check_rights(making, subject);
    check_excess(making, subject);
    if (!check_istio(making, subject))
        return;
    check_faults(making, subject);
    check_roots(making, subject);
    check_dns(making, subject);
    check_gateway(making, subject);
    check_ambient(making, subject);
}

struct cluster_checks cluster_checks_make(struct cluster_surveys *surveys, uint32_t features,
                                          int64_t now, struct arena *arena)
{
    struct making making = { .now = now, .arena = arena, .count = surveys->count };

    making.subjects = ARENA_NEW(arena, struct subject, surveys->count);
    for (size_t i = 0; i < surveys->count; i++) {
        struct subject *subject = &making.subjects[i];

        subject->survey = &surveys->items[i];
        subject->wish = surveys->items[i].wish;
        subject->wish.features =
            features ? features : cluster_survey_features(surveys->items[i].cluster);
        subject->grants = rights_grants(&subject->wish, &subject->count, arena);
    }
    ask_rights(&making);
    ask_istiods(&making);
    for (size_t i = 0; i < making.count; i++)
        check_cluster(&making, &making.subjects[i]);
    return making.out;
}
