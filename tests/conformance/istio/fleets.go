// Made-up fleets for the oracle: the same seed gives the same specs and questions.
// Names come from short lists, so that selectors meet callers and each other.
package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// dice is a source of choices.
type dice struct{ *rand.Rand }

func (d dice) oneIn(n int) bool { return d.IntN(n) == 0 }

func (d dice) one(list ...string) string { return list[d.IntN(len(list))] }

// few takes each with this chance in a hundred, in order.
func (d dice) few(percent int, list ...string) []string {
	var taken []string
	for _, one := range list {
		if d.IntN(100) < percent {
			taken = append(taken, one)
		}
	}
	return taken
}

var (
	names      = []string{"web", "cart", "pay"}
	namespaces = []string{"shop", "bank", "shop-eu"}
	methods    = []string{"GET", "POST", "DELETE"}
	patterns   = []string{"/cart", "/cart*", "*.html", "*", "/a*b", "/cart/{*}/items", "/files/{**}", "/files/{**}/raw"}
	paths      = []string{"/cart", "/cart?all=1", "/cart/7/items", "/cart/7", "/cart/", "/index.html", "/a*b", "/aab",
		"/files/a/b", "/files/", "/files", "/files/a/raw", "/Cart"}
	/* Those that the dialects of manifests differ by; this istiod reads them all. */
	versions = []string{"1.31.0", "1.31.0", "1.31.0", "1.22.3", "1.19.4", "1.10.4", "1.7.8", "latest"}
	tokens   = []string{"", "", "https://issuer.example/ann", "https://issuer.example/guest", "other/ann"}
)

// fleet: domains are what the clusters' istiods really have, by cluster.
type fleet struct {
	clusters, domains []string
	beside            map[string]string /* the trust domains of second control planes, by a key of their own */
	documents         []string
	pods              int
	gateway           string /* the pod of the last one */
}

// makeDomains: what the specs say ("": nothing), and what is.
func makeDomains(d dice, count int) (said, real []string) {
	kinds := [][]string{
		{"one.example", "two.example", "e", "one.example.e"},
		{"cluster.local", "two.example", "three.example", "cluster.local"},
		{"cluster.local", "cluster.local", "cluster.local", "cluster.local"},
		{"shared.example", "shared.example", "shared.example", "shared.example"},
		{"", "two.example", "cluster.local", "two.example"},
	}
	said = append(said, kinds[d.IntN(len(kinds))]...)
	d.Shuffle(len(said), func(i, k int) { said[i], said[k] = said[k], said[i] })
	said = said[:count]
	for _, one := range said {
		if one == "" {
			one = "hidden.example"
		}
		real = append(real, one)
	}
	return said, real
}

func flow(list []string) string {
	quoted := make([]string, len(list))
	for i, one := range list {
		quoted[i] = fmt.Sprintf("%q", one)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

func (f *fleet) add(kind, name, annotations, format string, args ...any) {
	groups := map[string]string{"Mesh": "discovery", "Destination": "discovery", "Settings": "settings"}
	group := groups[kind]
	if group == "" {
		group = "networking"
	}
	f.documents = append(f.documents, fmt.Sprintf(
		"apiVersion: %s.mesh.gloo.solo.io/v1\nkind: %s\nmetadata: {name: %s, namespace: gloo-mesh%s}\nspec:\n%s",
		group, kind, name, annotations, fmt.Sprintf(format, args...)))
}

// addService: pods are "IP, labels" of each pod behind it.
func (f *fleet) addService(name, namespace, cluster, selector, labels string, pods []string, more string) {
	f.add("Destination", name+"-"+namespace+"-"+cluster, "", `  mesh: {name: istiod-%[3]s, namespace: gloo-mesh}
  kubeService:
    ref: {name: %[1]s, namespace: %[2]s, clusterName: %[3]s}
    workloadSelectorLabels: {%[4]s}
    labels: {%[5]s}
    %[7]s
    endpointSubsets:
    - endpoints: [%[6]s]
      ports: [{name: http, port: 8080, protocol: TCP}, {name: tcp, port: 9090, protocol: TCP}, {name: tls, port: 15443, protocol: TCP}, {name: admin, port: 7070, protocol: TCP}]`,
		name, namespace, cluster, selector, labels, strings.Join(pods, ", "), more)
}

// pod makes up a pod with an address that no other one of the fleet has.
func (f *fleet) pod(labels string) string {
	f.pods++
	return fmt.Sprintf("{ipAddress: 10.99.%d.%d, labels: {%s, security.istio.io/tlsMode: istio}}", f.pods/250, f.pods%250+1, labels)
}

func (f *fleet) addCluster(d dice, cluster, domain string) {
	annotation, root := "", "istio-system"
	if d.oneIn(4) {
		root = "istio-config"
		annotation = ", annotations: {weft.dev/root-namespace: istio-config}"
	}
	f.add("Mesh", "istiod-"+cluster, annotation, `  istio:
    installation: {namespace: istio-system, cluster: %s, podLabels: {app: istiod}, version: %s}
    trustDomain: %q
    smartDnsProxyingEnabled: true
  agentInfo: {agentNamespace: gloo-mesh}`, cluster, d.one(versions...), domain)
	if !d.oneIn(6) { /* its Services can be called */
		f.gateway = f.pod("istio: ingressgateway, app: gateway")
		f.addService("istio-ingressgateway", "istio-system", cluster, "istio: ingressgateway", "istio: ingressgateway",
			[]string{f.gateway}, `serviceType: LOAD_BALANCER
    externalAddresses: [{ip: `+gatewayAddress(cluster)+`}]
    ports: [{name: tls, port: 15443, protocol: TCP, targetPortNumber: 15443}]`)
		f.addBehindGateway(d, cluster)
	}
	if d.oneIn(5) {
		f.addBeside(d, cluster)
	}
	for _, namespace := range namespaces {
		f.addNamespace(d, namespace, cluster)
	}
	if d.oneIn(4) { /* policies there count for pods of all namespaces */
		f.addNamespace(d, root, cluster)
	}
}

// addBehindGateway: now and then another Service leads to the gateway's pods; its name comes after
// that of the gateway, or it would be one.
func (f *fleet) addBehindGateway(d dice, cluster string) {
	if d.oneIn(4) {
		f.addService("metrics", "istio-system", cluster, d.one("istio: ingressgateway, app: gateway", "app: gateway"), "team: a",
			[]string{f.gateway}, "ports: [{name: admin, port: 70, protocol: TCP, targetPortName: admin}]")
	}
}

// addBeside: a second control plane in the cluster, with callers of its own.
func (f *fleet) addBeside(d dice, cluster string) {
	domain := d.one("beside.example", "two.example", "")
	f.add("Mesh", "istiod-canary-"+cluster, "", `  istio:
    installation: {namespace: istio-canary, cluster: %s, podLabels: {app: istiod}, version: 1.31.0}
    trustDomain: %q`, cluster, domain)
	if domain == "" {
		domain = "hidden-beside.example"
	}
	f.beside[cluster+" canary"] = domain
}

// gatewayAddress of the clusters c1, c2, ...
func gatewayAddress(cluster string) string { return "192.0.2." + cluster[1:] }

// addNamespace: now and then a second Service selects pods of others, or one that selects none.
func (f *fleet) addNamespace(d dice, namespace, cluster string) {
	ports := "ports: [{name: http, port: 80, protocol: TCP, " + d.one("targetPortNumber: 8080", "targetPortName: web") + "}, " +
		"{name: tcp, port: 9090, protocol: TCP, targetPortNumber: 9090}, {name: dns, port: 53, protocol: UDP, targetPortNumber: 53}]"
	var pods []string
	labels := ""
	taken := d.few(40, names...)
	for _, name := range taken {
		own := fmt.Sprintf("app: %s, tier: back", name)
		pod := f.pod(own)
		labels = "team: " + d.one("a", "b")
		if d.oneIn(2) {
			labels += ", app: " + name
		}
		f.addService(name, namespace, cluster, d.one("app: "+name, own), labels, []string{pod}, ports)
		pods = append(pods, pod)
	}
	if len(pods) > 0 && d.oneIn(3) {
		f.addService("all", namespace, cluster, d.one("tier: back", ""), labels, pods, ports)
	}
	if len(pods) > 0 && d.oneIn(2) { /* another port of the same pods */
		selector, behind := "tier: back", pods
		if at := d.IntN(len(pods)); d.oneIn(2) {
			selector, behind = "app: "+taken[at], pods[at:at+1]
		}
		f.addService("admin", namespace, cluster, selector, d.one(labels, "team: b"), behind,
			d.one("ports: [{name: admin, port: 70, protocol: TCP, targetPortName: admin}]",
				"ports: [{name: admin, port: 70, protocol: TCP, targetPortNumber: 7070}, {name: http, port: 80, protocol: TCP, targetPortName: web}]",
				"ports: [{name: tcp, port: 70, protocol: TCP, targetPortNumber: 9090}]"))
	}
}

// exposing: everything, or some Services to some meshes.
func exposing(d dice, meshes []string) string {
	if d.oneIn(2) {
		return d.one("selectors: [{}]", "permissive: {}")
	}
	var selectors []string
	for range 1 + d.IntN(2) {
		selector := "destinationSelectors: [{kubeServiceMatcher: {" + d.one("labels: {team: a}", "namespaces: [shop]", "labels: {app: cart}",
			"namespaces: [bank, shop-eu], labels: {team: b}") + "}}]"
		if some := d.few(50, meshes...); len(some) > 0 {
			selector += ", meshes: [" + strings.Join(some, ", ") + "]"
		}
		selectors = append(selectors, "{"+selector+"}")
	}
	return "selectors: [" + strings.Join(selectors, ", ") + "]"
}

// addVirtual puts neighbours together; some clusters stay alone.
func (f *fleet) addVirtual(d dice) {
	for from := 0; from < len(f.clusters); {
		to := len(f.clusters)
		if d.oneIn(3) {
			to = from + 1 + d.IntN(to-from)
		}
		if !d.oneIn(6) {
			var meshes []string
			for _, cluster := range f.clusters[from:to] {
				meshes = append(meshes, fmt.Sprintf("{name: istiod-%s, namespace: gloo-mesh}", cluster))
			}
			f.add("VirtualMesh", fmt.Sprintf("vm-%d", from), "", `  meshes: [%s]
  mtlsConfig: {shared: {rootCertificateAuthority: {generated: {}}}}
  globalAccessPolicy: %s
  federation: {%s, flatNetwork: %v, hostnameSuffix: %s}`, strings.Join(meshes, ", "),
				d.one("ENABLED", "ENABLED", "DISABLED", "MESH_DEFAULT"), exposing(d, meshes), d.oneIn(4), d.one("global", "mesh.example"))
		}
		from = to
	}
}

func makeFleet(d dice) *fleet {
	f := &fleet{beside: map[string]string{}, clusters: []string{"c1", "c2", "c3", "c4"}[:1+max(d.IntN(4), d.IntN(4))]}
	said, real := makeDomains(d, len(f.clusters))
	f.domains = real
	f.add("Settings", "settings", "", "  mtls: {istio: {tlsMode: ISTIO_MUTUAL}}")
	for i, cluster := range f.clusters {
		f.addCluster(d, cluster, said[i])
	}
	f.addVirtual(d)
	for i := range 1 + d.IntN(6) {
		f.addPolicy(d, i)
	}
	return f
}
