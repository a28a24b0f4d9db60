/* k8s-job/access/rights_yaml.c - manifests and templates out of the table of rights.
 * Must grant nothing that is not in the table: comments and names are all that it adds.
 *
 * Three outputs come from the same rows: the manifests of one cluster with its own names, the
 * files of k8s-job/deploy/cluster with example names, and the templates of the chart. The last two
 * are in the tree, and a test compares them with what this file writes.
 *
 * Rights in the whole cluster become a ClusterRole with its binding, those in a namespace a Role
 * in each. Where a wish names namespaces the rows that can be limited to them (RIGHT_LISTED)
 * become Roles there, so a token that leaks lists no Service or workload of another namespace. */
#include "k8s-job/access/rights_yaml.h"
#include "base/compiler.h"
#include "base/words.h"

#include <string.h>

#define LABELS "labels: {app.kubernetes.io/name: weft, app.kubernetes.io/part-of: weft}"

/* --- words --- */

/* Names are DNS names, but for a ClusterTrustBundle's: only a digit in front, a short word such as
 * "on", or a colon is not a string in every YAML. */
static const char *scalar(const char *name, struct arena *arena)
{
    const bool plain =
        strlen(name) > strlen("false") && (*name < '0' || *name > '9') && !strchr(name, ':');

    return plain ? name : arena_printf(arena, "\"%s\"", name);
}

/* "''" or the group as it is. */
static const char *group_of(const struct right *right)
{
    return *right->group ? right->group : "''";
}

/* "[istio, \"3rd\"]": the objects of a right; NULL: all objects. */
static const char *names_text(const struct right *right, const struct rights_wish *wish,
                              struct arena *arena)
{
    size_t count;
    const char *const *names = rights_names(right, wish, &count, arena);
    const char *out = "[";

    for (size_t i = 0; i < count; i++)
        out = arena_printf(arena, "%s%s%s", out, i ? ", " : "", scalar(names[i], arena));
    return count ? arena_printf(arena, "%s]", out) : NULL;
}

static void add_words(struct text *out, const char *key, const char *words, struct arena *arena)
{
    size_t count;
    const char *const *list = words_split(words, " ", &count, arena);

    text_addf(out, "  %s: [", key);
    for (size_t i = 0; i < count; i++)
        text_addf(out, "%s%s", i ? ", " : "", list[i]);
    text_adds(out, "]\n");
}

static bool is_first_of_role(const struct right *table, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (text_equal(table[k].role, table[i].role))
            return false;
    return true;
}

/* --- rules --- */

/* names NULL: of all objects. */
static void add_rule(struct text *out, const struct right *right, const char *names,
                     struct arena *arena)
{
    if (right->comment)
        text_addf(out, "# %s\n", right->comment);
    text_addf(out, "- apiGroups: [%s]\n", group_of(right));
    add_words(out, "resources", right->resources, arena);
    if (names)
        text_addf(out, "  resourceNames: %s\n", names);
    add_words(out, "verbs", right->verbs, arena);
}

/* Whether a wish gives this right in this place; NULL: in the whole cluster. */
static bool holds_in(const struct right *right, const struct rights_wish *wish, const char *place,
                     struct arena *arena)
{
    size_t count;
    const char *const *in = rights_namespaces(right, wish, &count, arena);

    for (size_t i = 0; i < count; i++)
        if (text_equal(in[i], place))
            return true;
    return false;
}

static void add_optional(struct text *out, const char *role, const struct rights_wish *wish,
                         struct arena *arena)
{
    const char *names;
    size_t count;
    const struct right *table = rights_table(&count);
    bool begun = false;

    for (size_t i = 0; i < count; i++) {
        if (!text_equal(table[i].role, role) || !table[i].optional
            || rights_wished(&table[i], wish))
            continue;
        if (!begun)
            text_addf(out, "# Each of these only where the cluster has what needs it%s.\n",
                      table[i].features & FEATURE(DISCOVERY)
                          ? "; weft warns (I23) when one is missing"
                          : "");
        begun = true;
        text_addf(out, "# %s\n# - {apiGroups: [%s], resources: [%s], ", table[i].comment,
                  group_of(&table[i]), table[i].resources);
        names = names_text(&table[i], wish, arena);
        if (names)
            text_addf(out, "resourceNames: %s, ", names);
        text_addf(out, "verbs: [%s]}\n", table[i].verbs);
    }
}

static void add_head(struct text *out, const char *kind, const char *role, const char *place,
                     struct arena *arena)
{
    text_addf(out,
              "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: %s%s\nmetadata:\n"
              "  name: " RIGHTS_ACCOUNT "-%s\n",
              place ? "" : "Cluster", kind, role);
    if (place)
        text_addf(out, "  namespace: %s\n", scalar(place, arena));
    text_adds(out, "  " LABELS "\n");
}

static void add_role(struct text *out, const char *role, const char *place,
                     const struct rights_wish *wish, bool show_optional, struct arena *arena)
{
    size_t count;
    const struct right *table = rights_table(&count);

    add_head(out, "Role", role, place, arena);
    text_adds(out, "rules:\n");
    for (size_t i = 0; i < count; i++)
        if (text_equal(table[i].role, role) && rights_wished(&table[i], wish)
            && holds_in(&table[i], wish, place, arena))
            add_rule(out, &table[i], names_text(&table[i], wish, arena), arena);
    if (!place && show_optional)
        add_optional(out, role, wish, arena);
    add_head(out, "RoleBinding", role, place, arena);
    text_addf(out,
              "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: %sRole, name: " RIGHTS_ACCOUNT
              "-%s}\nsubjects:\n- {kind: ServiceAccount, name: " RIGHTS_ACCOUNT
              ", namespace: " RIGHTS_NAMESPACE "}\n",
              place ? "" : "Cluster", role);
}

/* --- manifests of a cluster --- */

/* Every place of a role: the cluster first, then namespaces as the wish has them. */
static const char **places_of(const char *role, const struct rights_wish *wish, size_t *count,
                              struct arena *arena)
{
    size_t rights, where;
    const struct right *table = rights_table(&rights);
    const char **out = NULL;

    *count = 0;
    for (size_t i = 0; i < rights; i++) {
        const char *const *in;

        if (!text_equal(table[i].role, role) || !rights_wished(&table[i], wish))
            continue;
        in = rights_namespaces(&table[i], wish, &where, arena);
        for (size_t k = 0; k < where; k++) {
            size_t at = 0;

            while (at < *count && !text_equal(in[k], out[at]))
                at++;
            if (at == *count)
                *ARENA_PUSH(arena, out, *count) = in[k];
        }
    }
    return out;
}

void rights_yaml_roles(struct text *out, const struct rights_wish *wish, bool show_optional,
                       struct arena *arena)
{
    size_t rights, count;
    const struct right *table = rights_table(&rights);

    for (size_t i = 0; i < rights; i++) {
        const char **places;

        if (!is_first_of_role(table, i))
            continue;
        places = places_of(table[i].role, wish, &count, arena);
        for (size_t k = 0; k < count; k++)
            add_role(out, table[i].role, places[k], wish, show_optional, arena);
    }
}

void rights_yaml_account(struct text *out)
{
    text_adds(out,
              "---\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: " RIGHTS_NAMESPACE
              "\n  " LABELS "\n"
              "---\napiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: " RIGHTS_ACCOUNT
              "\n  namespace: " RIGHTS_NAMESPACE "\n  " LABELS
              "\nautomountServiceAccountToken: false\n"
              "---\n"
              "# A token that lasts until this Secret is deleted.  Where tokens must be short, "
              "leave it out and let weft's kubeconfig\n"
              "# name an exec plugin (management.allowExec) or a tokenFile that another "
              "process renews.\n"
              "apiVersion: v1\nkind: Secret\nmetadata:\n  name: " RIGHTS_TOKEN
              "\n  namespace: " RIGHTS_NAMESPACE
              "\n  annotations: {kubernetes.io/service-account.name: " RIGHTS_ACCOUNT "}\n  " LABELS
              "\ntype: kubernetes.io/service-account-token\n");
}

/* --- k8s-job/deploy/cluster --- */

static const struct file {
    const char *name;
    uint32_t features; /* 0: the account */
    const char *title;
} files[] = {
    { "account.yaml", 0,
      "The identity of weft in a cluster that it reaches from outside: an account without any "
      "right of its "
      "own, and its token.\n# The rights are in the other files of this folder, one for each "
      "feature." },
    { "discover.yaml", FEATURE(DISCOVERY),
      "Discovery: lists of what a mesh consists of, and the MeshConfig of istiod.  No Secrets, no "
      "pods, no writes.\n# Deployments hold environment variables: keep passwords out of them." },
    { "evidence.yaml", FEATURE(EVIDENCE),
      "What weft reads in a cluster: the roots that workloads are given, and istiod." },
    { "direct.yaml", FEATURE(DIRECT),
      "delivery.mode direct: weft writes the Secret cacerts itself." },
    { "restart.yaml", FEATURE(RESTART),
      "autoRestartPods: namespaces with workloads of the mesh and of istiod; list yours." },
    { "workloads.yaml", FEATURE(WORKLOADS),
      "weft evidence --workloads: lists of pods, which hold environment variables: keep passwords "
      "out of them.\n# No pass needs this." },
};

const char *rights_yaml_file(size_t n) { return n < LENGTH(files) ? files[n].name : NULL; }

void rights_yaml_write_file(struct text *out, size_t n, struct arena *arena)
{
    static const char *const istio[] = { "istio-system" }, *const maps[] = { "istio" };
    static const char *const workloads[] = { "istio-system", "bookinfo" };
    const struct rights_wish wish = { .features = files[n].features,
                                      .istio_namespaces = istio,
                                      .istio_count = LENGTH(istio),
                                      .mesh_configs = maps,
                                      .config_count = LENGTH(maps),
                                      .workloads = workloads,
                                      .workload_count = LENGTH(workloads) };

    text_addf(out,
              "# %s\n# Made from the table in k8s-job/access/rights.c; \"weft cluster add\" prints "
              "it with the names of a cluster.\n",
              files[n].title);
    if (files[n].features)
        rights_yaml_roles(out, &wish, true, arena);
    else
        rights_yaml_account(out);
}

/* --- the chart --- */

static const char *const scopes[] = { [RIGHT_CLUSTER] = "cluster",
                                      [RIGHT_LISTED] = "cluster",
                                      [RIGHT_ISTIO] = "istio",
                                      [RIGHT_WORKLOADS] = "workloads" };

static bool is_template(const struct right *right, const struct right *like)
{
    return text_equal(right->role, like->role)
           && text_equal(scopes[right->scope], scopes[like->scope]);
}

/* What the chart has for the names of objects. */
static const char *chart_names(const struct right *right, struct arena *arena)
{
    static const char *const values[] = { [RIGHT_NAMED] = NULL,
                                          [RIGHT_MESH_CONFIGS] = "meshConfigs",
                                          [RIGHT_ROOT_MAPS] = "rootConfigMaps",
                                          [RIGHT_ROOT_BUNDLES] = "rootTrustBundles" };
    static const struct rights_wish none = { 0 };

    return values[right->objects]
               ? arena_printf(arena, "{{ toJson .Values.rbac.%s }}", values[right->objects])
               : names_text(right, &none, arena);
}

static void add_chart_rule(struct text *out, const struct right *right, struct arena *arena)
{
    if (right->optional)
        text_addf(out, "{{- if has \"%s\" .Values.rbac.discoverLists }}\n", right->resources);
    add_rule(out, right, chart_names(right, arena), arena);
    if (right->optional)
        text_adds(out, "{{- end }}\n");
}

void rights_yaml_write_chart(struct text *out, struct arena *arena)
{
    size_t count;
    const struct right *table = rights_table(&count);

    text_adds(out, "{{/* Rights in a cluster, feature by feature.  Made from the table in "
                   "k8s-job/access/rights.c; do not change it here. */}}\n");
    for (size_t i = 0; i < count; i++) {
        size_t k = 0;

        while (!is_template(&table[k], &table[i]))
            k++;
        if (k < i)
            continue;
        text_addf(out, "{{- define \"weft.rights.%s.%s\" }}\n", table[i].role,
                  scopes[table[i].scope]);
        for (; k < count; k++)
            if (is_template(&table[k], &table[i]))
                add_chart_rule(out, &table[k], arena);
        text_adds(out, "{{- end }}\n");
    }
}
