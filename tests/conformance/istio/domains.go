// Trust domains: what istiod makes of the identities in access policies when
// every trust domain of the tree is an alias of the mesh that enforces them.
package main

import (
	"slices"
	"strings"

	"istio.io/api/security/v1beta1"
	"istio.io/istio/pilot/pkg/security/trustdomain"
	"istio.io/istio/pkg/config/constants"
	"istio.io/istio/pkg/config/schema/gvk"
)

// named is an identity as a policy writes it.
type named struct {
	document  document
	principal string
}

func identities(w *world) []named {
	var found []named
	for _, e := range w.of(gvk.AuthorizationPolicy, "policies/") {
		for _, rule := range e.config.Spec.(*v1beta1.AuthorizationPolicy).Rules {
			for _, from := range rule.From {
				for _, principal := range from.GetSource().GetPrincipals() {
					found = append(found, named{e.document, principal})
				}
			}
			for _, when := range rule.When {
				for _, principal := range when.Values {
					found = append(found, named{e.document, principal})
				}
			}
		}
	}
	return found
}

// readDomains: with several trust domains no identity may be rewritten, whatever
// aliases a mesh has.  With one there is nothing to confuse.
func readDomains(r *report, all []named) {
	before := r.failed
	var domains []string
	for _, one := range all {
		domain, _, _ := strings.Cut(one.principal, "/")
		if domain != "*" && !slices.Contains(domains, domain) {
			domains = append(domains, domain)
		}
	}
	if len(domains) < 2 {
		return
	}
	aliases := append([]string{constants.DefaultClusterLocalDomain}, domains...)
	bundle := trustdomain.NewBundle("enforcing.example", aliases)
	for _, one := range all {
		if got := bundle.ReplaceTrustDomainAliases([]string{one.principal}); !slices.Equal(got, []string{one.principal}) {
			r.fail("%s: istiod rewrites %q to %q", one.document, one.principal, got)
		}
	}
	r.summary(before, "no identity of %d trust domains is rewritten", len(domains))
}
