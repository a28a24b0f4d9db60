/* app/pass/remark.h - what a stage has to say of a virtual mesh: findings, which status_build puts
 * into its status. */
#ifndef WEFT_APP_PASS_REMARK_H
#define WEFT_APP_PASS_REMARK_H

#include "api/finding.h"

/* The text is formatted into the arena of the findings. */
void remark_warning(struct findings *remarks, struct object_ref virtual_mesh, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
/* An error that leaves the state as it is. */
void remark_error(struct findings *remarks, struct object_ref virtual_mesh, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
/* An error that makes an ACCEPTED virtual mesh FAILED. */
void remark_failure(struct findings *remarks, struct object_ref virtual_mesh, const char *text);
/* An error about one mesh of it, by the key of its Mesh object: the mesh gets the state, and an
 * ACCEPTED virtual mesh, too. */
void remark_mesh_failure(struct findings *remarks, struct object_ref virtual_mesh, const char *mesh,
                         enum approval_state state, const char *text);
/* One of these is about a mesh of the virtual mesh and changes its state. */
bool remark_has_mesh_failure(const struct findings *remarks, struct object_ref virtual_mesh);

#endif
