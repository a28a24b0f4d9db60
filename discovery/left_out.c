/* discovery/left_out.c - Services that are no Destinations, and why.  Pure.  The file lists those
 * with pods of a mesh alone: for these people ask, and the others would change the file with every
 * Service of the cluster. */
#include "discovery/left_out.h"

static const char *const names[] = {
    [LEFT_OUT_NOT] = "not",
    [LEFT_OUT_EXCLUDED] = "excluded",
    [LEFT_OUT_VETOED] = "vetoed",
    [LEFT_OUT_DELETED] = "deleted",
    [LEFT_OUT_EXTERNAL_NAME] = "external-name",
    [LEFT_OUT_NO_SELECTOR] = "no-selector",
    [LEFT_OUT_NO_WORKLOAD] = "no-workload",
    [LEFT_OUT_NOT_IN_MESH] = "not-in-mesh",
    [LEFT_OUT_AMBIENT] = "ambient",
    [LEFT_OUT_EXPORT_TO] = "export-to",
    [LEFT_OUT_NOT_EXPORTED] = "not-exported",
    [LEFT_OUT_NO_PORTS] = "no-ports",
    [LEFT_OUT_INVALID] = "invalid",
};
const struct enum_table left_out_reasons = ENUM_TABLE(names);
_Static_assert(LENGTH(names) == LEFT_OUT_COUNT, "every reason has a name");

static const char *const texts[] = {
    [LEFT_OUT_NOT] = "it is a Destination",
    [LEFT_OUT_EXCLUDED] = "discovery.exclude matches it, or discovery.include does not",
    [LEFT_OUT_VETOED] = "annotation discovery.mesh.gloo.solo.io/enabled of the Service or of its "
                        "Namespace is \"false\"",
    [LEFT_OUT_DELETED] = "it is being deleted",
    [LEFT_OUT_EXTERNAL_NAME] = "a Service of type ExternalName has no pods; write a Destination of "
                               "type externalService",
    [LEFT_OUT_NO_SELECTOR] = "it selects no pods; set annotation "
                             "discovery.mesh.gloo.solo.io/enabled to \"true\" to take it in",
    [LEFT_OUT_NO_WORKLOAD] = "its selector matches the pod template of no Deployment, StatefulSet "
                             "or DaemonSet",
    [LEFT_OUT_NOT_IN_MESH] = "its workloads are in no mesh: nothing would inject a sidecar into "
                             "their pods",
    [LEFT_OUT_AMBIENT] = "all of its workloads are ambient, and a gateway that routes by SNI "
                         "cannot reach them",
    [LEFT_OUT_EXPORT_TO] = "networking.istio.io/exportTo, or defaultServiceExportTo of the mesh, "
                           "hides it from the gateways",
    [LEFT_OUT_NOT_EXPORTED] = "discovery.serviceExports is \"only\" and it has no ServiceExport",
    [LEFT_OUT_NO_PORTS] = "it has no ports",
    [LEFT_OUT_INVALID] = "the API would refuse its Destination; finding I25 says why",
};
_Static_assert(LENGTH(texts) == LEFT_OUT_COUNT, "every reason has a text");

/* For reports; the file has the enum's name alone, so that rewording changes no file. */
const char *left_out_text(enum left_out_reason reason) { return texts[reason]; }

void left_out_write(struct text *out, const struct left_out_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].mesh_pods)
            text_addf(out, "%s\t%s\t%s\n", list->items[i].namespace, list->items[i].service,
                      enums_name(&left_out_reasons, (int)list->items[i].reason));
}
