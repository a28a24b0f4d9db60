/* translate/render.h - a plan to folders of manifests, cluster by cluster. */
#ifndef WEFT_TRANSLATE_RENDER_H
#define WEFT_TRANSLATE_RENDER_H

#include "translate/rendering.h"
#include "translate/translate.h"

/* Adds a document about a federated Service; nothing when object is NULL. */
void render_add(struct rendering *rendering, const struct export *export, const char *kind,
                const char *namespace, const char *name, const struct node *object);

/* Reads what was in the folder, when some of it may have to stay. */
MUST_USE int render_previous(struct former_files *out, struct rendering *rendering,
                             const struct place_folder *folder, struct err *err);

/* Writes the documents at hand and those of files that stay as *out (NULL: there are none), and
 * forgets them. */
MUST_USE int render_store(struct filetree **out, struct rendering *rendering,
                          const struct place_folder *folder, const struct former_files *files,
                          struct err *err);

/* Renders into tree, contents through blobs; below clusters/<cluster>/
 *
 *   mesh/mesh.yaml                     Gateways, AuthorizationPolicies and PeerAuthentication that
 *                                      count for the mesh
 *   exports/<namespace>.yaml           local ServiceEntry and DestinationRule of what it federates
 *   imports/<owner>/<namespace>.yaml   remote ones of what other clusters federate; shared folders
 *   policies/<namespace>.yaml          AuthorizationPolicy from AccessPolicies, DestinationRule for
 *                                      a Service's own name
 *   external/services.yaml             external Services, when the option is on
 *
 * A file that grows too large is parted as <namespace>.<first letters of Services>.yaml; with
 * file_per_service it is <namespace>/<service>.yaml.  A held VirtualMesh, mesh or Destination keeps
 * its former documents byte for byte. */
MUST_USE int translate_render(struct filetree *tree, const struct plan *plan,
                              const struct blobs *blobs, const struct tree_reader *before,
                              struct arena *arena, struct err *err);

#endif
