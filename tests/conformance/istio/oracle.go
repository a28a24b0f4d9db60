// The oracle: who may call whom, straight from the API's documentation.  It is meant
// to be slow and obvious: every rule is a sentence of docs/translation.md or of the
// API about one caller and one policy, with no intermediate form.
package main

import (
	"fmt"
	"slices"
	"strings"
)

// caller is who calls: what its certificate says (domain "": plain text, so nothing),
// and what its token says ("": it has none).
type caller struct{ domain, namespace, account, token string }

// request: without a method it is a plain TCP connection.
type request struct {
	method, path string
	port         uint32
}

type question struct {
	from caller
	ask  request
	to   serviceRef
}

func (c caller) identity() string {
	if c.domain == "" {
		return ""
	}
	return fmt.Sprintf("spiffe://%s/ns/%s/sa/%s", c.domain, c.namespace, c.account)
}

func (q question) String() string {
	who, what := q.from.identity(), "TCP"
	if who == "" {
		who = "a caller in plain text"
	}
	if q.from.token != "" {
		who += " with the token " + q.from.token
	}
	if q.ask.method != "" {
		what = q.ask.method + " " + q.ask.path
	}
	return fmt.Sprintf("may %s call %s/%s of %s: %s at port %d",
		who, q.to.Namespace, q.to.Name, q.to.ClusterName, what, q.ask.port)
}

// permits is the answer, for the first of the pods.  What a policy protects is the pods behind the
// Services that it selects.
func (s *specs) permits(q question) bool {
	protected := false
	for _, policy := range s.policies {
		if !s.takes(policy) {
			continue
		}
		for _, service := range s.protected(policy, s.service(q.to)) {
			protected = true
			if s.admits(policy, q.from, q.ask) && policy.covers(q.ask) && s.opens(policy, service, q.ask.port) ||
				q.ask.port == passthroughPort && s.passes(service) {
				return true
			}
		}
	}
	return s.opensGateway(q.to) || !protected && !s.enforced(q.to.ClusterName)
}

// enforced: only ENABLED refuses what no policy allows.
func (s *specs) enforced(cluster string) bool {
	virtual := s.virtualOf(cluster)
	return virtual != nil && virtual.access == "ENABLED"
}

func (s *specs) virtualOf(cluster string) *virtualMesh {
	mesh := s.mesh(cluster)
	for i := range s.virtual {
		if mesh != nil && slices.Contains(s.virtual[i].meshes, mesh.name) {
			return &s.virtual[i]
		}
	}
	return nil
}

// opensGateway: ENABLED lets all traffic pass the ingress gateways, unless the network is flat.
func (s *specs) opensGateway(ref serviceRef) bool {
	virtual := s.virtualOf(ref.ClusterName)
	return virtual != nil && s.service(ref).pods[0].Labels["istio"] == "ingressgateway" &&
		s.enforced(ref.ClusterName) && !virtual.flat
}

// passthroughPort is where every gateway of the fleets takes requests of other clusters, unopened.
const passthroughPort = 15443

// ofGateway: pods of the Service are pods of an ingress gateway that other clusters use, or that
// ENABLED opens.
func (s *specs) ofGateway(service serviceSpec) bool {
	virtual := s.virtualOf(service.ref.ClusterName)
	return virtual != nil && !virtual.flat && (len(virtual.meshes) > 1 || virtual.access == "ENABLED") &&
		slices.ContainsFunc(s.services, func(other serviceSpec) bool {
			return other.ref.Name == "istio-ingressgateway" && overlap(service, other)
		})
}

// passes: whatever the policies for the Service say, callers of other clusters pass its pods, which
// are all gateways.
func (s *specs) passes(service serviceSpec) bool {
	return s.ofGateway(service) && !s.enforced(service.ref.ClusterName) && service.selector["istio"] == "ingressgateway"
}

// unwritten: no policy is written for gateways that ENABLED opens anyway (W63), nor where only some
// pods are gateways (A9).
func (s *specs) unwritten(service serviceSpec) bool { return s.ofGateway(service) && !s.passes(service) }

// overlap: two Services of one namespace have pods in common.
func overlap(a, b serviceSpec) bool {
	return a.ref.ClusterName == b.ref.ClusterName && a.ref.Namespace == b.ref.Namespace && (chooses(a, b) || chooses(b, a))
}

// chooses: the selector of the one is met by pods of the other.
func chooses(a, b serviceSpec) bool {
	return len(a.selector) > 0 && (within(a.selector, b.selector) || slices.ContainsFunc(b.pods, func(pod podSpec) bool {
		return within(a.selector, pod.Labels)
	}))
}

// protected lists the Services of the target's first pod that the policy selects and is written
// for.  One without a selector has no pods of its own (A4).
func (s *specs) protected(policy accessPolicy, target *serviceSpec) []serviceSpec {
	var found []serviceSpec
	for _, service := range s.services {
		near := service.ref.ClusterName == target.ref.ClusterName && service.ref.Namespace == target.ref.Namespace
		if near && len(service.selector) > 0 && within(service.selector, target.pods[0].Labels) &&
			selects(policy.DestinationSelector, service) && !s.spills(policy, service) && !s.unwritten(service) &&
			(len(policy.AllowedPorts) == 0 || slices.ContainsFunc(policy.AllowedPorts, func(port uint32) bool {
				return s.opens(policy, service, port)
			})) {
			found = append(found, service)
		}
	}
	return found
}

// targets lists the ports of the pods that the TCP ports of a Service lead to.
func (service serviceSpec) targets() []uint32 {
	var ports []uint32
	for _, port := range service.ports {
		if port.Protocol != "UDP" {
			ports = append(ports, port.TargetPortNumber)
		}
	}
	return ports
}

// opens: a port that is not the Service's own, but of one with the same pods which the policy does not
// select, is not opened; where there is such a port, only the Service's own are, unless others are allowed.
func (s *specs) opens(policy accessPolicy, service serviceSpec, port uint32) bool {
	own, foreign := service.targets(), []uint32{}
	for _, other := range s.services {
		if other.ref == service.ref || !overlap(service, other) || selects(policy.DestinationSelector, other) {
			continue
		}
		for _, target := range other.targets() {
			if !slices.Contains(own, target) {
				foreign = append(foreign, target)
			}
		}
	}
	if len(policy.AllowedPorts) > 0 {
		return slices.Contains(policy.AllowedPorts, port) && !slices.Contains(foreign, port)
	}
	return len(foreign) == 0 || slices.Contains(own, port)
}

// spills: in the root namespace a policy would count for pods elsewhere that it does not select (A8).
func (s *specs) spills(policy accessPolicy, service serviceSpec) bool {
	if mesh := s.mesh(service.ref.ClusterName); mesh == nil || mesh.root != service.ref.Namespace {
		return false
	}
	for _, other := range s.services {
		if other.ref.ClusterName != service.ref.ClusterName || other.ref.Namespace == service.ref.Namespace ||
			len(other.selector) > 0 && selects(policy.DestinationSelector, other) && !s.unwritten(other) &&
				(s.passes(other) || !s.passes(service)) {
			continue
		}
		if len(other.selector) > 0 && within(service.selector, other.selector) || slices.ContainsFunc(other.pods, func(pod podSpec) bool {
			return within(service.selector, pod.Labels)
		}) {
			return true
		}
	}
	return false
}

// selects: no entries select every Service.
func selects(entries []destinationEntry, service serviceSpec) bool {
	for _, entry := range entries {
		if refs := entry.KubeServiceRefs; refs != nil && slices.Contains(refs.Services, service.ref) {
			return true
		}
		if m := entry.KubeServiceMatcher; m != nil && within(m.Labels, service.labels) &&
			any1(m.Namespaces, service.ref.Namespace) && any1(m.Clusters, service.ref.ClusterName) {
			return true
		}
	}
	return len(entries) == 0
}

// any1: the text is listed, or the list is empty, which means any.
func any1(list []string, text string) bool { return len(list) == 0 || slices.Contains(list, text) }

func within(part, whole map[string]string) bool {
	for key, value := range part {
		if got, found := whole[key]; !found || got != value {
			return false
		}
	}
	return true
}

// admits: entries are OR-ed, none means any caller.
func (s *specs) admits(policy accessPolicy, from caller, ask request) bool {
	for _, entry := range policy.SourceSelector {
		if s.matches(entry, from) && entry.knows(from, ask) {
			return true
		}
	}
	return len(policy.SourceSelector) == 0
}

// matches: the caller may be in any cluster of its trust domain, which is all that its
// certificate tells (Q44); all members have to hold for one and the same of them.
func (s *specs) matches(entry sourceEntry, from caller) bool {
	matcher, refs := entry.KubeIdentityMatcher, entry.KubeServiceAccountRefs
	if matcher == nil && refs == nil {
		return true
	}
	if from.domain == "" {
		return false
	}
	if refs == nil && len(matcher.Clusters) == 0 {
		return any1(matcher.Namespaces, from.namespace)
	}
	for _, mesh := range slices.Concat(s.meshes, s.beside) {
		if mesh.domain == from.domain && entry.matchesIn(mesh.cluster, from) {
			return true
		}
	}
	return false
}

func (entry sourceEntry) matchesIn(cluster string, from caller) bool {
	if m := entry.KubeIdentityMatcher; m != nil && !(any1(m.Namespaces, from.namespace) && any1(m.Clusters, cluster)) {
		return false
	}
	if entry.KubeServiceAccountRefs == nil {
		return true
	}
	for _, ref := range entry.KubeServiceAccountRefs.ServiceAccounts {
		if open(ref.Name, from.account) && open(ref.Namespace, from.namespace) && open(ref.ClusterName, cluster) {
			return true
		}
	}
	return false
}

func open(want *string, have string) bool { return want == nil || *want == have }

// knows: requestPrincipals need a token, and only HTTP carries one.
func (entry sourceEntry) knows(from caller, ask request) bool {
	m := entry.RequestIdentityMatcher
	if m == nil {
		return true
	}
	if ask.method == "" {
		return false
	}
	for _, pattern := range m.NotRequestPrincipals {
		if from.token != "" && starred(pattern, from.token) {
			return false
		}
	}
	for _, pattern := range m.RequestPrincipals {
		if from.token != "" && starred(pattern, from.token) {
			return true
		}
	}
	return len(m.RequestPrincipals) == 0
}

// covers: what is asked is among what the policy allows, but for its port; a TCP connection has no path and no method.
func (p accessPolicy) covers(ask request) bool {
	if ask.method == "" && len(p.AllowedPaths)+len(p.AllowedMethods) > 0 {
		return false
	}
	path, _, _ := strings.Cut(ask.path, "?")
	paths := len(p.AllowedPaths) == 0
	for _, pattern := range p.AllowedPaths {
		paths = paths || starred(pattern, path) || templated(strings.Split(pattern, "/"), strings.Split(path, "/"))
	}
	return paths && any1(p.AllowedMethods, ask.method)
}

// starred: text, prefix* or *suffix.
func starred(pattern, text string) bool {
	if suffix, found := strings.CutPrefix(pattern, "*"); found {
		return strings.HasSuffix(text, suffix)
	}
	if prefix, found := strings.CutSuffix(pattern, "*"); found {
		return strings.HasPrefix(text, prefix)
	}
	return pattern == text
}

// templated: {*} is one segment, {**} any number of them.
func templated(pattern, path []string) bool {
	if len(pattern) == 0 {
		return len(path) == 0
	}
	if pattern[0] == "{**}" {
		for skip := range path {
			if templated(pattern[1:], path[skip+1:]) {
				return true
			}
		}
		return false
	}
	if len(path) == 0 || pattern[0] != path[0] && (pattern[0] != "{*}" || path[0] == "") {
		return false
	}
	return templated(pattern[1:], path[1:])
}
