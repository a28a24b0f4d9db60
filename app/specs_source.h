/* app/specs_source.h - specs out of a commit or a folder on disk, by the same way. */
#ifndef WEFT_APP_SPECS_SOURCE_H
#define WEFT_APP_SPECS_SOURCE_H

#include "api/specs.h"
#include "sync/snapshot.h"

/* Every .yaml, .yml and .json file (in any case of letters) below the folder, in path order. Places
 * name the file as people see it in the repository
 * ("specs/mesh.yaml").  *files counts those that were read. */
MUST_USE int specs_source_snapshot(struct specs *out, size_t *files, struct snapshot *snapshot,
                                   const char *folder, const char *pod_namespace,
                                   struct arena *arena, struct diags *diags, struct err *err);
MUST_USE int specs_source_folder(struct specs *out, size_t *files, const char *folder,
                                 const char *pod_namespace, struct arena *arena,
                                 struct diags *diags, struct err *err);

#endif
