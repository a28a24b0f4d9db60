/* translate/tls_enforcement.h - whether server-side TLS enforcement agrees with what clients send
 * (docs/translation.md 11.2). */
#ifndef WEFT_TRANSLATE_TLS_ENFORCEMENT_H
#define WEFT_TRANSLATE_TLS_ENFORCEMENT_H

#include "api/policy.h"
#include "api/virtual_mesh.h"

/* Server and client of one mesh would not understand each other. */
bool tls_enforcement_conflicts(enum enforcement_mode mode, enum tls_mode tls_mode);

#endif
