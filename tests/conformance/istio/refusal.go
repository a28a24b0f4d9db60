// Which AccessPolicies are refused, and so allow nothing (docs/translation.md Q24, Q30, Q43, Q50).
package main

import (
	"slices"
	"strings"
)

// takes: the policy is applied.
func (s *specs) takes(p accessPolicy) bool {
	if empty(p.SourceSelector) || empty(p.DestinationSelector) || empty(p.AllowedPaths) || empty(p.AllowedMethods) || empty(p.AllowedPorts) {
		return false
	}
	for _, entry := range p.DestinationSelector {
		if !s.takesDestination(entry) {
			return false
		}
	}
	for _, entry := range p.SourceSelector {
		if !entry.full() || !s.takesSource(entry) {
			return false
		}
	}
	return !slices.Contains(p.AllowedMethods, "") && !slices.ContainsFunc(p.AllowedPaths, badPath)
}

// hollow: a list that is there but empty, or has an empty text.
func hollow(list []string) bool { return empty(list) || slices.Contains(list, "") }

// empty: the list is there and holds nothing.
func empty[T any](list []T) bool { return list != nil && len(list) == 0 }

// takesDestination: references have to exist; what is there but empty is refused.
func (s *specs) takesDestination(entry destinationEntry) bool {
	if refs := entry.KubeServiceRefs; refs != nil {
		for _, ref := range refs.Services {
			if s.service(ref) == nil {
				return false
			}
		}
	}
	m := entry.KubeServiceMatcher
	return m == nil || !(m.Labels != nil && len(m.Labels) == 0 || hollow(m.Namespaces) || hollow(m.Clusters))
}

// full: no member is there but empty.
func (entry sourceEntry) full() bool {
	if m := entry.KubeIdentityMatcher; m != nil &&
		(len(m.Namespaces)+len(m.Clusters) == 0 || hollow(m.Namespaces) || hollow(m.Clusters)) {
		return false
	}
	if m := entry.RequestIdentityMatcher; m != nil && (len(m.RequestPrincipals)+len(m.NotRequestPrincipals) == 0 ||
		hollow(m.RequestPrincipals) || hollow(m.NotRequestPrincipals)) {
		return false
	}
	refs := entry.KubeServiceAccountRefs
	return refs == nil || len(refs.ServiceAccounts) > 0 && !slices.ContainsFunc(refs.ServiceAccounts, accountRef.hollow)
}

// hollow: no part is there, or one of them is empty.
func (ref accountRef) hollow() bool {
	empty := func(part *string) bool { return part != nil && *part == "" }
	return ref == accountRef{} || empty(ref.Name) || empty(ref.Namespace) || empty(ref.ClusterName)
}

// takesSource: an account has a namespace, something is left when members are AND-ed, and
// each cluster that is left has a trust domain.
func (s *specs) takesSource(entry sourceEntry) bool {
	var namespaces, clusters []string
	if m := entry.KubeIdentityMatcher; m != nil {
		namespaces, clusters = m.Namespaces, m.Clusters
	}
	if entry.KubeServiceAccountRefs == nil {
		return !slices.ContainsFunc(clusters, s.nameless)
	}
	left := false
	for _, ref := range entry.KubeServiceAccountRefs.ServiceAccounts {
		if ref.Name != nil && ref.Namespace == nil {
			return false
		}
		if ref.Namespace != nil && !any1(namespaces, *ref.Namespace) ||
			ref.ClusterName != nil && !any1(clusters, *ref.ClusterName) {
			continue
		}
		left = true
		named := clusters
		if ref.ClusterName != nil {
			named = []string{*ref.ClusterName}
		}
		if slices.ContainsFunc(named, s.nameless) || len(named) == 0 && s.allNameless() {
			return false
		}
	}
	return left
}

// nameless: no mesh of the cluster has a trust domain.
func (s *specs) nameless(cluster string) bool {
	return !slices.ContainsFunc(slices.Concat(s.meshes, s.beside), func(mesh meshSpec) bool {
		return mesh.cluster == cluster && mesh.domain != ""
	})
}

func (s *specs) allNameless() bool {
	return !slices.ContainsFunc(slices.Concat(s.meshes, s.beside), func(mesh meshSpec) bool { return mesh.domain != "" })
}

// badPath: empty, or braces that are no template of Istio's.
func badPath(path string) bool {
	ended, template := false, strings.Contains(path, "{*}") || strings.Contains(path, "{**}")
	for _, segment := range strings.Split(strings.Trim(path, "/"), "/") {
		if segment == "{*}" || segment == "{**}" {
			if ended {
				return true
			}
			ended = segment == "{**}"
		} else if strings.ContainsAny(segment, "{}") || template && (segment == "" || strings.Contains(segment, "*")) {
			return true
		}
	}
	return path == "" || template && path[0] != '/'
}
