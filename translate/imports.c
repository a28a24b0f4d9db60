/* translate/imports.c - the imports of all clusters.  No manifest here may depend on a client but
 * through its variant.
 *
 * A fleet of n clusters has n * (n - 1) folders of imports, most of them equal. Clients are
 * therefore grouped by a signature, and a folder is rendered once for each signature and mounted
 * for every client that has it. Invariant: two clients with equal signatures would get the same
 * bytes. So the signature holds everything by which a manifest may depend on its client: namespace
 * and dialect of each mesh, the families of its pods, which importers it belongs to, and the
 * digest of the previous files, since what is retained comes from there. A mesh without DNS
 * capture signs with its own name, because what stays for it depends on what is selected for this
 * mesh alone. A manifest that is to depend on more needs it in the variant and in the signature;
 * service_entry_remote gets a variant and no client, which makes that hard to miss. */
#include "translate/imports.h"
#include "base/base64.h"
#include "translate/render.h"

#include "translate/destination_rule.h"
#include "translate/folder_write.h"

static bool is_dual(const struct cluster *owner)
{
    bool dual = false;

    for (size_t i = 0; i < owner->mesh_count; i++)
        dual |= owner->meshes[i]->dual_stack;
    return dual;
}

static struct variant variant_of(const struct resolved_mesh *mesh, const struct cluster *owner)
{
    return (struct variant){ mesh->namespace, mesh->dialect,
                             is_dual(owner) && mesh->pod_families ? mesh->pod_families
                                                                  : FAMILY_BOTH,
                             mesh->pod_families == FAMILY_IPV6 };
}

/* What one mesh gets of the owner cluster's Services. */
static void add_imports(struct rendering *rendering, const struct cluster *owner,
                        const struct resolved_mesh *client)
{
    const struct variant variant = variant_of(client, owner);
    struct arena *scratch = rendering->documents.scratch;

    for (size_t i = 0; i < owner->export_count; i++) {
        const struct export *export = owner->exports[i];

        if (export->retained || !importers_have(export->importers, client))
            continue;
        folder_write_add(rendering, export, "ServiceEntry", variant.namespace, export->host,
                         service_entry_remote(rendering->resolved, export, variant, scratch));
        folder_write_add(rendering, export, "DestinationRule", variant.namespace, export->rule_name,
                         destination_rule_remote(rendering->resolved, export, variant, scratch));
    }
}

/* An owner cluster at work.  Two clients with the same signature get the same folder: it says which
 * Services they see, in which form, and what stays there. */
struct sharing {
    struct rendering *rendering;
    const struct cluster *owner;
    const struct importers **importers; /* of the owner's exports, each once */
    size_t count;
    struct map *folders; /* signature -> struct filetree */
    struct text signature;
};

static void sharing_init(struct sharing *sharing)
{
    struct arena *arena = sharing->rendering->arena;
    struct map *seen = map_new(arena);

    sharing->folders = map_new(arena);
    sharing->importers = ARENA_NEW(arena, const struct importers *, sharing->owner->export_count);
    for (size_t i = 0; i < sharing->owner->export_count; i++) {
        const struct importers *importers = sharing->owner->exports[i]->importers;

        if (i && importers == sharing->owner->exports[i - 1]->importers)
            continue;
        if (!map_put(seen, arena_printf(arena, "%zu", importers->index), sharing))
            sharing->importers[sharing->count++] = importers;
    }
}

/* Returns whether the mesh gets anything new. */
static bool sign_mesh(struct sharing *sharing, const struct resolved_mesh *mesh)
{
    bool any = false;

    if (mesh->no_dns_capture) /* what stays depends on what is selected for this mesh alone */
        text_addf(&sharing->signature, "no DNS %s;", mesh->spec->meta.key);
    for (size_t i = 0; i < sharing->count; i++) {
        if (!importers_have(sharing->importers[i], mesh))
            continue;
        if (!any)
            text_addf(&sharing->signature, "%s %s %d %d %u %d", mesh->namespace,
                      mesh->dialect->networking, mesh->dialect->thrift,
                      mesh->dialect->entry_selects_pods, variant_of(mesh, sharing->owner).families,
                      variant_of(mesh, sharing->owner).ipv6);
        text_addf(&sharing->signature, ",%zu", i);
        any = true;
    }
    text_addc(&sharing->signature, ';');
    return any;
}

static bool sign(struct sharing *sharing, const struct cluster *client,
                 const struct previous_files *files)
{
    bool any = false;

    text_clear(&sharing->signature);
    if (files->count) {
        const struct sha256 digest = previous_digest(files);
        char hex[2 * sizeof digest.bytes + 1];

        hex_encode(hex, digest.bytes, sizeof digest.bytes);
        text_adds(&sharing->signature, hex);
    }
    for (size_t i = 0; i < client->mesh_count; i++)
        any |= sign_mesh(sharing, client->meshes[i]);
    return any;
}

static int render_client(struct filetree **out, struct sharing *sharing,
                         const struct cluster *client, const struct place_folder *folder,
                         const struct previous_files *files, struct err *err)
{
    for (size_t i = 0; i < client->mesh_count && !retain_all(sharing->rendering->retain); i++)
        if (client->meshes[i]->virtual_mesh)
            add_imports(sharing->rendering, sharing->owner, client->meshes[i]);
    if (folder_write_store(out, sharing->rendering, folder, files, err) < 0)
        return -1;
    if (*out)
        map_put(sharing->folders, arena_text(sharing->rendering->arena, sharing->signature.bytes),
                *out);
    return 0;
}

static int render_for(struct sharing *sharing, const struct cluster *client, struct err *err)
{
    struct rendering *rendering = sharing->rendering;
    const struct place_folder folder = { AREA_IMPORTS, client->name, sharing->owner->name };
    struct previous_files files = { 0 };
    struct filetree *dir;
    int result = 0;

    if (folder_write_previous(&files, rendering, &folder, err) < 0)
        return -1;
    if (sign(sharing, client, &files) || files.count) {
        dir = map_find(sharing->folders, sharing->signature.bytes);
        if (!dir)
            result = render_client(&dir, sharing, client, &folder, &files, err);
        if (dir)
            filetree_mount(rendering->tree, layout_folder(&folder, rendering->previous), dir);
    }
    arena_reset(rendering->previous);
    return result;
}

int imports_render(struct rendering *rendering, const struct cluster *owner, struct err *err)
{
    struct sharing sharing = { .rendering = rendering, .owner = owner };
    int result = 0;

    sharing_init(&sharing);
    for (size_t i = 0; i < rendering->cluster_count && result == 0; i++)
        if (&rendering->clusters[i] != owner)
            result = render_for(&sharing, &rendering->clusters[i], err);
    text_free(&sharing.signature);
    return result;
}
