/* app/starter.c - texts of the files that weft init writes.  What they grant is narrow: the first
 * VirtualMesh shares a root of trust and federates nothing until a namespace is named.
 *
 * Each file is text and not a template of the schema, because its readers see weft for the first
 * time. `clusters:` comes last, so that the output of cluster add can be appended. */
#include "app/starter.h"

static void write_config(struct text *out, const struct starter *starter)
{
    (void)starter;
    text_adds(
        out,
        "# The configuration of weft; every key is in docs/configuration.md.  Paths are relative "
        "to "
        "this file.\n"
        "apiVersion: weft.dev/v1alpha1\n"
        "kind: Config\n"
        "specs:\n"
        "  url: https://git.example.com/mesh/specs.git # change: what you want, by people\n"
        "  ref: main\n"
        "  path: specs\n"
        "output:\n"
        "  url: https://git.example.com/mesh/manifests.git # change: what weft writes, for Argo CD "
        "or Flux\n"
        "  branch: rendered\n"
        "# Credentials are files: specs.auth and output.auth.\n"
        "state:\n"
        "  path: state/state.db\n"
        "  keyFile: state.key\n"
        "# delivery: {mode: direct} # weft writes cacerts itself, where there is no "
        "sealed-secrets\n"
        "# \"weft cluster add NAME --apply --output . >>weft.yaml\" adds an entry: keep this the "
        "last "
        "key.\n"
        "clusters:\n");
}

static void write_ignore(struct text *out, const struct starter *starter)
{
    (void)starter;
    text_adds(out, "# Secrets, and what weft keeps for itself: none of it belongs into Git.\n"
                   "state/\n*.key\n*.kubeconfig\n");
}

/* Without "#" in front where meshes are known. */
static void add_meshes(struct text *out, const struct starter *starter)
{
    for (size_t i = 0; i < starter->mesh_count; i++)
        text_addf(out, "  - name: %s\n    namespace: %s\n", starter->meshes[i].name,
                  starter->meshes[i].namespace);
}

#define MTLS                                                                                       \
    "  mtlsConfig:\n"                                                                              \
    "    shared:\n"                                                                                \
    "      rootCertificateAuthority:\n"                                                            \
    "        generated: {} # a root of weft's own; docs/rotation.md for others\n"
#define FEDERATION                                                                                 \
    "  # Nothing is federated until you name what other clusters may call:\n"                      \
    "  # federation:\n"                                                                            \
    "  #   selectors:\n"                                                                           \
    "  #   - destinationSelectors:\n"                                                              \
    "  #     - kubeServiceMatcher:\n"                                                              \
    "  #         namespaces: [shop]\n"

static void write_virtual_mesh(struct text *out, const struct starter *starter)
{
    if (starter->mesh_count) {
        text_addf(
            out,
            "# Meshes that share a root of trust.  weft init found them; remove those that must "
            "not.\n"
            "apiVersion: networking.mesh.gloo.solo.io/v1\nkind: VirtualMesh\nmetadata:\n"
            "  name: first\n  namespace: %s\nspec:\n  meshes:\n",
            starter->pod_namespace);
        add_meshes(out, starter);
        text_adds(out, MTLS FEDERATION);
        return;
    }
    text_addf(out,
              "# Meshes that share a root of trust.  No cluster was asked, so this is an example: "
              "\"weft discover\" lists the meshes;\n# remove this file and run \"weft init\" again "
              "when clusters are in weft.yaml, or uncomment and change it.\n"
              "# apiVersion: networking.mesh.gloo.solo.io/v1\n# kind: VirtualMesh\n# metadata:\n"
              "#   name: first\n#   namespace: %s\n# spec:\n#   meshes:\n"
              "#   - name: istiod-istio-system-cluster-1\n#     namespace: %s\n"
              "#   - name: istiod-istio-system-cluster-2\n#     namespace: %s\n"
              "#   mtlsConfig:\n#     shared:\n#       rootCertificateAuthority:\n"
              "#         generated: {}\n",
              starter->pod_namespace, starter->pod_namespace, starter->pod_namespace);
}

static void write_readme(struct text *out, const struct starter *starter)
{
    (void)starter;
    text_adds(
        out,
        "# A virtual mesh by weft\n\n"
        "| file | what |\n| --- | --- |\n"
        "| `weft.yaml` | the configuration; change the two repository URLs |\n"
        "| `state.key` | seals private keys in `state/`. Keep a copy elsewhere: without it the "
        "roots "
        "can never sign again. Never commit it |\n"
        "| `specs/` | what you want: push it to the specs repository |\n\n"
        "## Next\n\n"
        "1. Add each cluster, with your own kubeconfig:\n\n"
        "       weft cluster add cluster-1 --context CONTEXT --apply --output . >>weft.yaml\n\n"
        "   and look at what it granted: `weft cluster check`.\n"
        "2. Remove `specs/virtualmesh.yaml` and run `weft init` again: it finds the meshes. Then "
        "name "
        "the namespaces to federate.\n"
        "3. `weft validate --specs specs`, and push the folder `specs` to the specs repository.\n"
        "4. `weft plan --diff` shows the first commit, `weft run` makes it.\n"
        "5. Let Argo CD or Flux apply the branch `rendered` to each cluster, its own folder each, "
        "and "
        "restart istiod once after the first `cacerts`.\n\n"
        "`docs/bring-your-fleet.md` of weft has all of it in detail.\n");
}

const struct starter_file *starter_files(void)
{
    static const struct starter_file files[] = {
        { "weft.yaml", write_config },
        { ".gitignore", write_ignore },
        { "specs/virtualmesh.yaml", write_virtual_mesh },
        { "README.md", write_readme },
        { NULL, NULL },
    };

    return files;
}
