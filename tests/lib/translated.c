/* tests/lib/translated.c - small fleets in a few lines, and what translation makes of them. */
#include "tests/lib/translated.h"

#include "translate/findings.h"
#include <stdlib.h>

void translated_begin(struct translated *world)
{
    *world = (struct translated){ .arena = arena_new(), .options = { .program = "weft 0.0.0" } };
}

void translated_free(struct translated *world) { arena_free(world->arena); }

void translated_add(struct translated *world, const char *fmt, ...)
{
    va_list args;
    const char *text;

    va_start(args, fmt);
    text = arena_vprintf(world->arena, fmt, args);
    va_end(args);
    files_add(&world->specs, arena_printf(world->arena, "%03zu.yaml", world->specs.count), text,
              strlen(text), world->arena);
}

static const char *head(struct translated *world, const char *group, const char *kind,
                        const char *name)
{
    return arena_printf(world->arena,
                        "apiVersion: %s.mesh.gloo.solo.io/v1\nkind: %s\n"
                        "metadata: {name: %s, namespace: gloo-mesh}\nspec:\n",
                        group, kind, name);
}

void translated_mesh(struct translated *world, const char *cluster, const char *domain,
                     const char *more)
{
    const char *name = arena_printf(world->arena, "istiod-%s", cluster);

    translated_add(world,
                   "%s  istio:\n"
                   "    installation: {namespace: istio-system, cluster: %s, podLabels: {app: "
                   "istiod}, version: 1.22.3}\n"
                   "    trustDomain: \"%s\"\n    smartDnsProxyingEnabled: true\n%s",
                   head(world, "discovery", "Mesh", name), cluster, domain, more);
}

static void add_service(struct translated *world, const char *name, const char *namespace,
                        const char *cluster, const char *selector, const char *rest)
{
    const char *key = arena_printf(world->arena, "%s-%s-%s", name, namespace, cluster);

    translated_add(world,
                   "%s  mesh: {name: istiod-%s, namespace: gloo-mesh}\n  kubeService:\n"
                   "    ref: {name: %s, namespace: %s, clusterName: %s}\n"
                   "    workloadSelectorLabels: {%s}\n    labels: {team: %s}\n%s",
                   head(world, "discovery", "Destination", key), cluster, name, namespace, cluster,
                   selector, name, rest);
}

void translated_gateway(struct translated *world, const char *cluster, const char *address)
{
    add_service(world, "gateway", "istio-system", cluster, "istio: ingressgateway",
                arena_printf(world->arena,
                             "    serviceType: LOAD_BALANCER\n    externalAddresses: [%s]\n"
                             "    ports: [{name: tls, port: 15443, protocol: TCP, "
                             "targetPortNumber: 15443}]\n",
                             address));
}

void translated_service(struct translated *world, const char *name, const char *namespace,
                        const char *cluster, const char *more)
{
    add_service(
        world, name, namespace, cluster, arena_printf(world->arena, "app: %s", name),
        arena_printf(world->arena, "%s%s",
                     strstr(more, "ports:")
                         ? ""
                         : "    ports: [{name: http, port: 80, protocol: TCP, targetPortNumber: "
                           "8080}]\n",
                     more));
}

void translated_workload(struct translated *world, const char *name, const char *namespace,
                         const char *cluster, const char *account)
{
    translated_add(world,
                   "%s  mesh: {name: istiod-%s, namespace: gloo-mesh}\n  kubernetes:\n"
                   "    controller: {name: %s, namespace: %s, clusterName: %s}\n"
                   "    podLabels: {app: %s}\n    serviceAccountName: %s\n",
                   head(world, "discovery", "Workload",
                        arena_printf(world->arena, "%s-%s-%s", name, namespace, cluster)),
                   cluster, name, namespace, cluster, name, account);
}

void translated_virtual_mesh(struct translated *world, const char *name, const char *clusters,
                             const char *more)
{
    AUTO_TEXT meshes = { 0 };

    while (*(clusters += strspn(clusters, " "))) {
        const size_t len = strcspn(clusters, " ");

        text_addf(&meshes, "  - {name: istiod-%.*s, namespace: gloo-mesh}\n", (int)len, clusters);
        clusters += len;
    }
    translated_add(world, "%s  meshes:\n%s%s", head(world, "networking", "VirtualMesh", name),
                   meshes.bytes, more);
}

void translated_policy(struct translated *world, const char *name, const char *spec)
{
    translated_add(world, "%s%s", head(world, "networking", "AccessPolicy", name), spec);
}

void translated_run(struct translated *world)
{
    struct err err;

    files_sort(&world->specs);
    if (pass_run(&world->pass, &world->specs, &world->options, &world->before, world->arena, &err)
        < 0)
        fail_msg("%s", err.text);
    world->before = world->pass.output;
}

void translated_clear(struct translated *world) { world->specs = (struct files){ 0 }; }

static struct previous_documents documents_of(const struct translated *world, const char *cluster)
{
    const char *prefix = arena_printf(world->arena, "clusters/%s/", cluster);
    struct previous_files found = { 0 };

    for (size_t i = 0; i < world->pass.output.count; i++) {
        const struct file *file = &world->pass.output.items[i];

        if (text_starts(file->path, prefix))
            *ARENA_PUSH(world->arena, found.items, found.count) =
                (struct previous_file){ file->path, file->bytes, file->len };
    }
    return previous_parse(&found, world->arena);
}

const struct previous_document *translated_document(const struct translated *world,
                                                    const char *cluster, const char *kind,
                                                    const char *name)
{
    const struct previous_documents documents = documents_of(world, cluster);

    for (size_t i = 0; i < documents.count; i++)
        if (text_equal(documents.items[i].kind, kind) && text_equal(documents.items[i].name, name))
            return &documents.items[i];
    return NULL;
}

size_t translated_count(const struct translated *world, const char *cluster, const char *kind)
{
    const struct previous_documents documents = documents_of(world, cluster);
    size_t count = 0;

    for (size_t i = 0; i < documents.count; i++)
        count += text_equal(documents.items[i].kind, kind);
    return count;
}

bool translated_has(const struct translated *world, const char *path, const char *text)
{
    const struct file *file = files_find(&world->pass.output, path);

    return file && strstr(file->bytes, text);
}

const char *translated_findings(const struct translated *world)
{
    struct findings findings = { .arena = world->arena };
    const char **ids = NULL;
    size_t count = 0;
    AUTO_TEXT out = { 0 };

    findings_gather(&findings, &world->pass.diags, &world->pass.specs, &world->pass.plan);
    for (size_t i = 0; i < findings.count; i++)
        if (!text_starts(findings.items[i].id, "V"))
            *ARENA_PUSH(world->arena, ids, count) = findings.items[i].id;
    if (count)
        qsort(ids, count, sizeof *ids, text_compare);
    text_adds(&out, "");
    for (size_t i = 0; i < count; i++)
        if (!i || !text_equal(ids[i - 1], ids[i]))
            text_addf(&out, "%s%s", out.len ? " " : "", ids[i]);
    return arena_text(world->arena, out.bytes);
}

struct resolved_mesh *translated_resolved_mesh(const struct translated *world, const char *cluster)
{
    struct resolved *resolved = world->pass.plan.resolved;

    for (size_t i = 0; i < resolved->mesh_count; i++)
        if (text_equal(resolved->meshes[i].cluster, cluster))
            return &resolved->meshes[i];
    return NULL;
}
