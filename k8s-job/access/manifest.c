/* k8s-job/access/manifest.c - objects of a YAML text, applied one after the other.
 *
 * weft applies what it has made itself (rights_yaml.c), so the list of kinds is short on purpose:
 * an unknown kind is a mistake in weft, and no discovery of the server's resources is needed.
 * Objects are applied in the order of the text, the namespace first. Nothing is forced: fields of
 * another manager mean that the manifests are in Git already, and then that tool has to change
 * them. A failure leaves the objects before it applied; applying again is harmless. */
#include "k8s-job/access/manifest.h"
#include "base/compiler.h"
#include "base/parse_yaml.h"
#include "base/text.h"
#include "k8s-job/client/objects.h"

#include <string.h>

#define RBAC "/apis/rbac.authorization.k8s.io/v1"
static const struct {
    const char *kind, *root, *resource;
} kinds[] = {
    { "Namespace", "/api/v1", "namespaces" },
    { "ServiceAccount", "/api/v1", "serviceaccounts" },
    { "Secret", "/api/v1", "secrets" },
    { "ClusterRole", RBAC, "clusterroles" },
    { "ClusterRoleBinding", RBAC, "clusterrolebindings" },
    { "Role", RBAC, "roles" },
    { "RoleBinding", RBAC, "rolebindings" },
};

const char *manifest_path(const struct node *object, struct arena *arena)
{
    const char *kind = node_get(object, "kind", NULL);
    const char *namespace = node_get(object, "metadata", "namespace", NULL);
    const char *name = node_get(object, "metadata", "name", NULL);

    for (size_t i = 0; i < LENGTH(kinds); i++)
        if (text_equal(kinds[i].kind, kind))
            return namespace
                       ? arena_printf(arena, "%s/namespaces/%s/%s/%s", kinds[i].root, namespace,
                                      kinds[i].resource, name)
                       : arena_printf(arena, "%s/%s/%s", kinds[i].root, kinds[i].resource, name);
    return NULL;
}

static int apply(struct kube *kube, const struct node *object, struct arena *arena, struct err *err)
{
    const char *path = manifest_path(object, arena);
    struct kube_answer answer = { 0 };

    if (!path)
        return err_set(err, ERR_INPUT, 0, "an object of line %u is of no known kind", object->line);
    if (objects_apply(kube, &answer, path, object, false, arena, err) == 0)
        return 0;
    err_wrap(err, "apply %s %s", node_get(object, "kind", NULL),
             node_get(object, "metadata", "name", NULL));
    return objects_field_conflict(&answer)
               ? err_wrap(err, "another tool owns fields of it: apply the manifests by that tool")
               : -1;
}

int manifest_apply(size_t *count, struct kube *kube, const char *yaml, struct arena *arena,
                   struct err *err)
{
    struct diags diags = { .arena = arena };
    AUTO(parse_yaml_close)
    struct yaml_reader *reader = parse_yaml_open("manifests", yaml, strlen(yaml), &diags);
    const struct node *object;
    int more;

    *count = 0;
    while ((more = parse_yaml_next(reader, &object, arena)) == 1) {
        if (apply(kube, object, arena, err) < 0)
            return -1;
        ++*count;
    }
    return more < 0 || diags.errors ? err_set(err, ERR_INPUT, 0, "the manifests are no YAML") : 0;
}
