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
/* The plan without W30 for a virtual mesh all of whose istiods have shown which trust domains they
 * accept: W30 asks for settings that the specs do not show, and K18 and K19 say what is wrong with
 * them. */
struct plan trust_domain_settle(const struct plan *plan, const struct observed *observed,
                                struct arena *arena);

#endif
