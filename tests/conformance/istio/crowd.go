// Fleets whose names get in each other's way: names of clusters with dots, long names of
// ports, external services with the hosts of others.  weft may refuse what it likes, but
// what it renders must be admitted, have one object for each name, and no way around.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

var (
	namesOfC2   = []string{"c2", "x.svc.c1", "svc.c1", "b.c1", "d.istio-system.svc.c1.global", "c1-c1"}
	namesOfC3   = []string{"c3", "c1.mesh", "c1.b", "svc", "x.svc.x.svc.c1"}
	suffixes    = []string{"global", "mesh.example", "example", "b.global", "svc.c1.global"}
	longPort    = "http-" + strings.Repeat("p", 58)
	outsideOnes = []string{"web.shop", "WEB.shop.svc", "cart.shop.svc.cluster.local", "*.global", "*.svc", "web.shop.svc.c1.global",
		"www.example.com", "*.example.com", "*.mesh.example", "api.mesh.example", "web"}
	words = func(word string) *regexp.Regexp { return regexp.MustCompile(`\b` + word + `\b`) }
)

// crowd gives the fleet other names, and adds external services.
func crowd(d dice, documents []string) []string {
	text := strings.Join(documents, "\n---\n")
	text = words("c3").ReplaceAllString(text, d.one(namesOfC3...))
	text = words("c2").ReplaceAllString(text, d.one(namesOfC2...))
	text = regexp.MustCompile(`hostnameSuffix: [a-z.]+`).ReplaceAllStringFunc(text, func(string) string {
		return "hostnameSuffix: " + d.one(suffixes...)
	})
	if d.oneIn(3) {
		text = words("bank").ReplaceAllString(text, "svc")
	}
	if d.oneIn(3) {
		text = strings.ReplaceAll(text, "name: http,", "name: "+longPort+",")
	}
	if d.oneIn(2) { /* names of Services are names of objects */
		text = words("cart").ReplaceAllString(text, d.one("web-shop-c1", "web-shop", "global-access-control", "istio-ingressgateway"))
	}
	return append(strings.Split(text, "\n---\n"), outside(d)...)
}

func outside(d dice) (documents []string) {
	for i, host := range d.few(30, outsideOnes...) {
		documents = append(documents, fmt.Sprintf(`apiVersion: discovery.mesh.gloo.solo.io/v1
kind: Destination
metadata: {name: outside-%d, namespace: gloo-mesh}
spec:
  externalService:
    name: %s
    hosts: [%q]
    ports: [{name: %s, number: 443, protocol: TLS}]
    endpoints: [{address: 203.0.113.9, ports: {%[4]s: 8443}}]`, i, d.one("outside", "web", fmt.Sprintf("o%d", i)), host, d.one("tls", longPort)))
	}
	return documents
}

// externalToo writes a configuration with which external services are rendered.
func externalToo(folder string) (string, error) {
	path := filepath.Join(folder, "weft.yaml")
	return path, os.WriteFile(path, []byte(`apiVersion: weft.dev/v1alpha1
kind: Config
specs: {url: https://git.example/specs.git}
output: {url: https://git.example/output.git, externalServices: true}
`), 0o644)
}

// lintHosts: what a cluster imports is passed on by none of its gateways, and no Service is an outsider's.
func lintHosts(r *report, folder clusterFolder) {
	var ends, outsiders []string
	owners := map[string]string{}
	for _, d := range folder.documents {
		spec, _ := d.object.Object["spec"].(map[string]any)
		switch hosts := hostsOf(spec); {
		case d.object.GetKind() == "Gateway":
			ends = append(ends, hosts...)
		case d.object.GetKind() == "ServiceEntry" && spec["location"] == "MESH_EXTERNAL":
			outsiders = append(outsiders, hosts...)
		case d.object.GetKind() == "ServiceEntry":
			for _, host := range hosts {
				owners[host] = d.file
			}
		}
	}
	for host, file := range owners {
		for _, end := range ends {
			if strings.HasPrefix(file, "imports/") && strings.HasSuffix(host, strings.TrimPrefix(end, "*")) {
				r.fail("%s is imported in %s, and a gateway with %s passes it on", host, file, end)
			}
		}
		for _, outsider := range outsiders {
			if strings.EqualFold(host, outsider) {
				r.fail("%s in %s is a host of an external service", host, file)
			}
		}
	}
}

func hostsOf(spec map[string]any) (hosts []string) {
	servers, _ := spec["servers"].([]any)
	for _, server := range append(servers, any(spec)) {
		one, _ := server.(map[string]any)
		list, _ := one["hosts"].([]any)
		for _, host := range list {
			hosts = append(hosts, fmt.Sprint(host))
		}
	}
	return hosts
}
