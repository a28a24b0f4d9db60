/* app/pass/trust_domain.h - the trust domains of the specs beside those that the clusters'
 * MeshConfig really has. */
#ifndef WEFT_APP_PASS_TRUST_DOMAIN_H
#define WEFT_APP_PASS_TRUST_DOMAIN_H

#include "api/finding.h"
#include "app/pass/observe.h"

/* Adds a warning for each istiod that runs with another trust domain than its Mesh says (K18), or
 * that refuses peers from the trust domain of another mesh of the virtual mesh (K19:
 * trustDomainAliases, PILOT_SKIP_VALIDATE_TRUST_DOMAIN).  A MeshConfig that weft may not read gives
 * none. */
void trust_domain_remark(struct findings *remarks, const struct plan *plan,
                         const struct observed *observed);

#endif
