/* api/object_kind.h - the kinds of objects that weft reads. */
#ifndef WEFT_API_OBJECT_KIND_H
#define WEFT_API_OBJECT_KIND_H

enum object_kind {
    KIND_VIRTUAL_MESH,
    KIND_ACCESS_POLICY,
    KIND_SETTINGS,
    KIND_MESH,
    KIND_WORKLOAD,
    KIND_DESTINATION,
    KIND_KUBERNETES_CLUSTER,
    KIND_COUNT
};
const char *object_kind_name(enum object_kind kind); /* "VirtualMesh" */

#endif
