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
		if !s.takes(policy) || !s.protects(policy, s.service(q.to)) {
			continue
		}
		protected = true
		if s.admits(policy, q.from, q.ask) && policy.covers(q.ask) {
			return true
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
	return virtual != nil && s.service(ref).selector["istio"] == "ingressgateway" &&
		s.enforced(ref.ClusterName) && !virtual.flat
}

// protects: the policy selects a Service of these pods.  One without a selector has none (A4).
func (s *specs) protects(policy accessPolicy, target *serviceSpec) bool {
	for _, service := range s.services {
		near := service.ref.ClusterName == target.ref.ClusterName && service.ref.Namespace == target.ref.Namespace
		if near && len(service.selector) > 0 && within(service.selector, target.pods[0].Labels) &&
			selects(policy.DestinationSelector, service) && !s.spills(policy, service) {
			return true
		}
	}
	return false
}

// spills: in the root namespace a policy would count for pods elsewhere that it does not select (A8).
func (s *specs) spills(policy accessPolicy, service serviceSpec) bool {
	if mesh := s.mesh(service.ref.ClusterName); mesh == nil || mesh.root != service.ref.Namespace {
		return false
	}
	for _, other := range s.services {
		if other.ref.ClusterName != service.ref.ClusterName || other.ref.Namespace == service.ref.Namespace ||
			len(other.selector) > 0 && selects(policy.DestinationSelector, other) {
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
	for _, mesh := range s.meshes {
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

func open(want, have string) bool { return want == "" || want == have }

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

// covers: what is asked is among what the policy allows; a TCP connection has no path and no method.
func (p accessPolicy) covers(ask request) bool {
	if ask.method == "" && len(p.AllowedPaths)+len(p.AllowedMethods) > 0 {
		return false
	}
	path, _, _ := strings.Cut(ask.path, "?")
	paths := len(p.AllowedPaths) == 0
	for _, pattern := range p.AllowedPaths {
		paths = paths || starred(pattern, path) || templated(strings.Split(pattern, "/"), strings.Split(path, "/"))
	}
	return paths && any1(p.AllowedMethods, ask.method) &&
		(len(p.AllowedPorts) == 0 || slices.Contains(p.AllowedPorts, ask.port))
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
