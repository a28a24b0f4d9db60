/* translate/render.h - a plan to folders of manifests, cluster by cluster. */
#ifndef WEFT_TRANSLATE_RENDER_H
#define WEFT_TRANSLATE_RENDER_H

#include "translate/rendering.h"
#include "translate/translate.h"

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
 * file_per_service it is <namespace>/<service>.yaml.  A retained VirtualMesh, mesh or Destination
 * keeps its previous documents byte for byte. */
MUST_USE int translate_render(struct filetree *tree, const struct plan *plan,
                              const struct blobs *blobs, const struct tree_reader *before,
                              struct arena *arena, struct err *err);

#endif
