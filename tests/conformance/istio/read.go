// What istiod makes of a rendered tree: the client's cluster for each imported
// host, the gateway's SNI route for each exported one, and the mesh-wide policies
// in the listeners.  Then both ends are laid together: every SNI that a client
// sends must be one that the owner's gateway routes.
package main

import (
	"fmt"
	"sort"
	"strings"

	"istio.io/istio/pkg/config/schema/gvk"
	"istio.io/istio/pkg/test"
)

// call is one federated port as a client dials it.
type call struct {
	owner, sni, text string
}

// seen collects what was read from one tree.
type seen struct {
	calls  map[string][]call          /* by client cluster */
	routes map[string]map[string]bool /* SNI names that a cluster's gateways route */
	counts map[string]int
}

func (s *seen) count(what string) { s.counts[what]++ }

func (s *seen) counted() string {
	var texts []string
	for what, n := range s.counts {
		texts = append(texts, fmt.Sprintf("%d %s", n, what))
	}
	sort.Strings(texts)
	if len(texts) == 0 {
		return "nothing to read"
	}
	return strings.Join(texts, ", ")
}

func readWorld(r *report, w *world, s *seen) {
	before := r.failed
	s.counts = map[string]int{}
	err := test.Wrap(func(t test.Failer) {
		w.serve(t)
		readImports(r, w, s)
		readExports(r, w, s)
		readPolicies(r, w, s)
	})
	if err != nil {
		r.fail("istiod: %v", err)
	}
	r.summary(before, "istiod reads %s", s.counted())
}

// join holds clients against gateways.  An owner outside the tree cannot be asked.
func join(r *report, s *seen) {
	before, joined := r.failed, 0
	for client, calls := range s.calls {
		for _, one := range calls {
			routes, here := s.routes[one.owner]
			if !here {
				continue
			}
			joined++
			if !routes[one.sni] {
				r.fail("%s dials %s at %s with SNI %s, which no gateway there routes",
					client, one.text, one.owner, one.sni)
			}
		}
	}
	if joined > 0 {
		r.summary(before, "%d dialled SNI names are all routed by their owner's gateway", joined)
	}
}

func readClusters(r *report, tree string, clusters []clusterFolder) {
	s := &seen{calls: map[string][]call{}, routes: map[string]map[string]bool{}}
	var principals []named
	for _, one := range clusters {
		r.place = tree + " " + one.name
		w, err := load(one)
		if err != nil {
			r.fail("%v", err)
			continue
		}
		if len(w.of(gvk.Gateway, "")) > 0 {
			s.routes[one.name] = map[string]bool{}
		}
		readWorld(r, w, s)
		principals = append(principals, identities(w)...)
	}
	r.place = tree
	join(r, s)
	readDomains(r, principals)
}
