// The mesh-wide policies and the access policies in the listeners of proxies.
package main

import (
	"strings"

	listener "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	rbac "github.com/envoyproxy/go-control-plane/envoy/config/rbac/v3"
	httprbac "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/rbac/v3"
	hcm "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	netrbac "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/rbac/v3"
	tcp "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/tcp_proxy/v3"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"
	"istio.io/api/security/v1beta1"
	"istio.io/istio/pkg/config/schema/gvk"
)

func unmarshal(raw []byte, out proto.Message) error { return proto.Unmarshal(raw, out) }

// tcpCluster is the cluster that a filter chain hands its connections to.
func tcpCluster(r *report, chain *listener.FilterChain) string {
	for _, filter := range chain.Filters {
		var config tcp.TcpProxy
		if filter.GetTypedConfig().MessageIs(&config) {
			if err := filter.GetTypedConfig().UnmarshalTo(&config); err != nil {
				r.fail("filter %s: %v", filter.Name, err)
			}
			return config.GetCluster()
		}
	}
	return ""
}

// accessRules lists the RBAC rules that a filter chain applies, HTTP or TCP.
func accessRules(chain *listener.FilterChain) []*rbac.RBAC {
	var found []*rbac.RBAC
	for _, filter := range chain.Filters {
		var network netrbac.RBAC
		var manager hcm.HttpConnectionManager
		config := filter.GetTypedConfig()
		if config.MessageIs(&network) && config.UnmarshalTo(&network) == nil {
			found = append(found, network.Rules)
		}
		if !config.MessageIs(&manager) || config.UnmarshalTo(&manager) != nil {
			continue
		}
		for _, inner := range manager.HttpFilters {
			var rules httprbac.RBAC
			if inner.GetTypedConfig().MessageIs(&rules) && inner.GetTypedConfig().UnmarshalTo(&rules) == nil {
				found = append(found, rules.Rules)
			}
		}
	}
	return found
}

// inbound lists the filter chains through which a sidecar takes in the probe port.
func inbound(v view) []*listener.FilterChain {
	var chains []*listener.FilterChain
	for _, l := range v.listeners {
		for _, chain := range l.FilterChains {
			if chain.GetFilterChainMatch().GetDestinationPort().GetValue() == probePort {
				chains = append(chains, chain)
			}
		}
	}
	return chains
}

// matchesNobody: how istiod writes a policy without any rule.
func matchesNobody(policy *rbac.Policy) bool {
	for _, principal := range policy.Principals {
		if !principal.GetNotId().GetAny() {
			return false
		}
	}
	return true
}

func deniesAll(rules []*rbac.RBAC) bool {
	for _, one := range rules {
		denies := one.GetAction() == rbac.RBAC_ALLOW
		for _, policy := range one.GetPolicies() {
			denies = denies && matchesNobody(policy)
		}
		if denies {
			return true
		}
	}
	return false
}

func modes(chains []*listener.FilterChain) (plain, encrypted bool) {
	for _, chain := range chains {
		if chain.GetTransportSocket() != nil {
			encrypted = true
		} else {
			plain = true
		}
	}
	return plain, encrypted
}

// readEnforcement: PeerAuthentication decides which kinds of connection are taken in.
func readEnforcement(r *report, w *world, s *seen, chains []*listener.FilterChain) {
	for _, e := range w.of(gvk.PeerAuthentication, "") {
		plain, encrypted := modes(chains)
		mode := e.config.Spec.(*v1beta1.PeerAuthentication).GetMtls().GetMode()
		s.count("mesh-wide PeerAuthentication " + mode.String())
		wantPlain := mode != v1beta1.PeerAuthentication_MutualTLS_STRICT
		wantEncrypted := mode != v1beta1.PeerAuthentication_MutualTLS_DISABLE
		if plain != wantPlain || encrypted != wantEncrypted {
			r.fail("%s: says %v, but workloads take in plain text: %v, mutual TLS: %v",
				e.document, mode, plain, encrypted)
		}
	}
}

func (w *world) deniesByDefault() bool {
	for _, e := range w.of(gvk.AuthorizationPolicy, "mesh/") {
		spec := e.config.Spec.(*v1beta1.AuthorizationPolicy)
		if spec.Selector == nil && len(spec.Rules) == 0 && e.config.Namespace == w.root {
			return true
		}
	}
	return false
}

func readDefaultAccess(r *report, w *world, s *seen, chains []*listener.FilterChain) {
	if !w.deniesByDefault() {
		return
	}
	s.count("mesh-wide denial")
	for _, chain := range chains {
		if !deniesAll(accessRules(chain)) {
			r.fail("global access policy: a workload without a policy of its own lets callers in (chain %s)", chain.Name)
		}
	}
}

// spiffe is how a principal of a policy looks in Envoy's rules.
func spiffe(principal string) string {
	return "spiffe://" + strings.TrimSuffix(principal, "*")
}

func readAccess(r *report, w *world, s *seen, e entry) {
	spec := e.config.Spec.(*v1beta1.AuthorizationPolicy)
	pod := w.pod(e.config.Namespace, spec.GetSelector().GetMatchLabels())
	if w.isGatewayPod(pod) {
		return // it takes in no probe; the oracle asks at the ports of gateways
	}
	var text string
	for _, chain := range inbound(w.view(w.sidecar(pod))) {
		for _, rules := range accessRules(chain) {
			if rules.GetAction() == rbac.RBAC_ALLOW {
				text += prototext.Format(rules)
			}
		}
	}
	s.count("access policies")
	for _, rule := range spec.Rules {
		var wants []string
		for _, from := range rule.From {
			for _, principal := range from.GetSource().GetPrincipals() {
				wants = append(wants, spiffe(principal))
			}
			wants = append(wants, from.GetSource().GetNamespaces()...)
		}
		for _, to := range rule.To {
			wants = append(wants, to.GetOperation().GetMethods()...)
			wants = append(wants, to.GetOperation().GetPorts()...)
		}
		for _, want := range wants {
			if !strings.Contains(text, strings.Trim(want, "*")) {
				r.fail("%s: %q does not show in the rules of the workload's sidecar", e.document, want)
			}
		}
	}
}

func readPolicies(r *report, w *world, s *seen) {
	chains := inbound(w.view(w.sidecar(w.pods[0])))
	if len(chains) == 0 {
		r.fail("the probe workload has no inbound filter chain; nothing can be said about policies")
		return
	}
	readEnforcement(r, w, s, chains)
	readDefaultAccess(r, w, s, chains)
	for _, e := range w.of(gvk.AuthorizationPolicy, "policies/") {
		if e.config.Spec.(*v1beta1.AuthorizationPolicy).Selector != nil {
			readAccess(r, w, s, e)
		}
	}
}
