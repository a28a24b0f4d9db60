// Made-up AccessPolicies of many shapes, and what is asked about them.
package main

import (
	"fmt"
	"strconv"
	"strings"
)

// member adds "key: value" now and then.
func member(d dice, percent int, list *[]string, key, value string) {
	if d.IntN(100) < percent {
		*list = append(*list, key+": "+value)
	}
}

func braces(list []string) string { return "{" + strings.Join(list, ", ") + "}" }

// some1 takes one or more, and rarely what is refused: none, or an empty text.
func some1(d dice, list ...string) string {
	switch d.IntN(150) {
	case 0:
		return "[]"
	case 1:
		return flow([]string{d.one(list...), ""})
	}
	if taken := d.few(30, list...); len(taken) > 0 {
		return flow(taken)
	}
	return flow([]string{d.one(list...)})
}

// clusterNames: also one that is not there, which is refused where it counts.
func (f *fleet) clusterName(d dice) string {
	if d.oneIn(60) {
		return "c9"
	}
	return d.one(f.clusters...)
}

func (f *fleet) account(d dice) string {
	var ref []string
	cluster := f.clusterName(d)
	switch d.IntN(10) {
	case 0:
		ref = []string{"namespace: " + d.one(namespaces...), "clusterName: " + cluster}
	case 1:
		ref = []string{"namespace: " + d.one(namespaces...)}
	case 2:
		ref = []string{"clusterName: " + cluster}
	case 3:
		ref = []string{"name: " + d.one(names...), "namespace: " + d.one(namespaces...)}
	default:
		ref = []string{"name: " + d.one(names...), "namespace: " + d.one(namespaces...), "clusterName: " + cluster}
	}
	if d.oneIn(80) {
		ref = ref[:d.IntN(2)] /* "{}", or an account without a namespace */
	}
	if last := len(ref) - 1; last >= 0 && d.oneIn(80) {
		key, _, _ := strings.Cut(ref[last], ":")
		ref[last] = key + ": ''"
	}
	return braces(ref)
}

func (f *fleet) source(d dice) string {
	var entry, matcher, who []string
	member(d, 60, &matcher, "namespaces", some1(d, namespaces...))
	member(d, 50, &matcher, "clusters", some1(d, f.clusters...))
	if len(matcher) > 0 || d.oneIn(60) {
		member(d, 60, &entry, "kubeIdentityMatcher", braces(matcher))
	}
	accounts := []string{f.account(d), f.account(d), f.account(d)}[:1+d.IntN(3)]
	member(d, 45, &entry, "kubeServiceAccountRefs", "{serviceAccounts: ["+strings.Join(accounts, ", ")+"]}")
	member(d, 80, &who, "requestPrincipals", some1(d, "https://issuer.example/*", "other/ann", "*"))
	member(d, 40, &who, "notRequestPrincipals", some1(d, "https://issuer.example/guest", "other/*"))
	if len(who) > 0 {
		member(d, 15, &entry, "requestIdentityMatcher", braces(who))
	}
	if len(entry) == 0 && !d.oneIn(5) {
		return f.source(d) /* {} lets in any: seldom */
	}
	return braces(entry)
}

func (f *fleet) destination(d dice) string {
	var entry, matcher []string
	member(d, 40, &matcher, "labels", d.one("{team: a}", "{team: b, app: cart}", "{app: web}"))
	member(d, 40, &matcher, "namespaces", some1(d, namespaces...))
	member(d, 40, &matcher, "clusters", some1(d, f.clusters...))
	member(d, 70, &entry, "kubeServiceMatcher", braces(matcher))
	var refs []string
	for _, document := range f.documents {
		if at := strings.Index(document, "    ref: "); at >= 0 && d.oneIn(8) {
			ref, _, _ := strings.Cut(document[at+len("    ref: "):], "\n")
			refs = append(refs, ref)
		}
	}
	if d.oneIn(60) {
		refs = append(refs, "{name: nowhere, namespace: shop, clusterName: c1}")
	}
	if len(refs) > 0 {
		member(d, 60, &entry, "kubeServiceRefs", "{services: ["+strings.Join(refs, ", ")+"]}")
	}
	return braces(entry)
}

func (f *fleet) addPolicy(d dice, number int) {
	var lines []string
	list := func(percent int, key string, one func(dice) string) {
		if d.IntN(100) < percent {
			items := []string{one(d), one(d), one(d)}[:1+d.IntN(3)]
			lines = append(lines, fmt.Sprintf("  %s:\n  - %s", key, strings.Join(items, "\n  - ")))
		}
	}
	list(90, "sourceSelector", f.source)
	list(90, "destinationSelector", f.destination)
	if d.oneIn(3) {
		lines = append(lines, "  allowedMethods: "+some1(d, methods...))
	}
	if d.oneIn(3) {
		lines = append(lines, "  allowedPaths: "+some1(d, append(patterns, d.one("/x{y}", "/cart"))...))
	}
	if d.oneIn(4) {
		lines = append(lines, "  allowedPorts: "+d.one("[8080]", "[9090]", "[8080, 9090]", "[7070]", "[9090, 7070, 15020]", "[80]", "[]"))
	}
	if len(lines) == 0 {
		lines = []string{"  {}"}
	}
	f.add("AccessPolicy", "policy-"+strconv.Itoa(number), "", "%s", strings.Join(lines, "\n"))
}

// ask makes up one question to the specs of this fleet.
func (f *fleet) ask(d dice, s *specs) question {
	q := question{to: s.services[d.IntN(len(s.services))].ref}
	domains := f.domains
	if domain := f.beside[q.to.ClusterName+" canary"]; domain != "" && d.oneIn(3) {
		domains = []string{domain}
	}
	q.from = caller{d.one(domains...), d.one(namespaces...), d.one(names...), d.one(tokens...)}
	if d.oneIn(12) {
		q.from.domain = "stranger.example"
	} else if d.oneIn(12) {
		q.from = caller{token: q.from.token}
	}
	q.ask = request{d.one(methods...), d.one(paths...), []uint32{8080, 8080, 9090, 80, 7070, 7070}[d.IntN(6)]}
	if q.to.Namespace == "istio-system" && d.oneIn(2) {
		q.ask.port = passthroughPort
	}
	if d.oneIn(4) {
		q.ask.method, q.ask.path, q.from.token = "", "", ""
	}
	return q
}
