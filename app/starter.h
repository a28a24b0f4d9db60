/* app/starter.h - the files of a folder to start from: configuration, first VirtualMesh, README.
 * Pure. */
#ifndef WEFT_APP_STARTER_H
#define WEFT_APP_STARTER_H

#include "api/ref.h"
#include "base/text.h"

struct starter {
    const struct object_ref *meshes; /* that were found; none: the VirtualMesh is an example */
    size_t mesh_count;
    const char *pod_namespace;
};

struct starter_file {
    const char *path; /* below the folder */
    void (*write)(struct text *out, const struct starter *starter);
};
/* The files in the order in which they are made; ends with a NULL path.  The state key is none of
 * them. */
const struct starter_file *starter_files(void);

#endif
