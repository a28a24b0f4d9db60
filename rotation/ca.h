/* rotation/ca.h - CAs of a rotation and what each step makes of them.  Pure: no clock, no
 * files, no keys. */
#ifndef WEFT_ROTATION_CA_H
#define WEFT_ROTATION_CA_H

#include "rotation/rotation.h"

/* A rotation runs: it is neither at rest nor just FINISHED. */
bool rotation_running(const struct rotation *rotation);

/* The member that a mesh is; NULL: it is none. */
const struct member *rotation_member(const struct rotation *rotation, const char *mesh);

/* The state that the API shows. */
enum rotation_state rotation_shown(const struct rotation *rotation);

/* What mesh is to hold, and which CA signs for it; false: nothing.  At rest members are not listed,
 * then it is the deployed trust. */
bool rotation_wanted(struct material *material, const char **ca, const struct rotation *rotation,
                     const struct rotation_ca *cas, size_t ca_count, const char *mesh);

#endif
