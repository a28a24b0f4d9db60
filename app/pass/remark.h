/* app/pass/remark.h - what a stage reports about a virtual mesh: findings, which status_build puts
 * into its status. */
#ifndef WEFT_APP_PASS_REMARK_H
#define WEFT_APP_PASS_REMARK_H

#include "api/finding.h"

/* Each adds a finding about the VirtualMesh object with a text formatted into the arena of the
 * findings.  A format that is a constant of a message catalogue (K7_UNREACHABLE of
 * k8s-job/messages.h) gives the finding its id; any other format gives it none. */
#define remark_warning(remarks, virtual_mesh, ...)                                                 \
    findings_format(remarks, finding_of_virtual_mesh(virtual_mesh, SEVERITY_WARNING),              \
                    #__VA_ARGS__, __VA_ARGS__)
/* An error that leaves the state as it is. */
#define remark_error(remarks, virtual_mesh, ...)                                                   \
    findings_format(remarks, finding_of_virtual_mesh(virtual_mesh, SEVERITY_ERROR), #__VA_ARGS__,  \
                    __VA_ARGS__)
/* An error that makes an ACCEPTED virtual mesh FAILED. */
#define remark_failure(remarks, virtual_mesh, ...)                                                 \
    findings_format(remarks, remark_failed(virtual_mesh), #__VA_ARGS__, __VA_ARGS__)

/* An error without a text that makes an ACCEPTED virtual mesh FAILED. */
struct finding remark_failed(struct object_ref virtual_mesh);

/* At least one remark is about a mesh of the virtual mesh and changes its state. */
bool remark_has_mesh_failure(const struct findings *remarks, struct object_ref virtual_mesh);

#endif
