// Imported and exported hosts in the configuration of sidecars and gateways.
package main

import (
	"fmt"
	"net"
	"net/netip"
	"sort"
	"strings"

	cluster "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	endpoint "github.com/envoyproxy/go-control-plane/envoy/config/endpoint/v3"
	listener "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	tls "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	"istio.io/api/networking/v1alpha3"
	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pilot/test/xdstest"
	"istio.io/istio/pkg/config/protocol"
	"istio.io/istio/pkg/config/schema/gvk"
)

const passthrough = v1alpha3.ServerTLSSettings_AUTO_PASSTHROUGH

// view is everything that istiod sends to one proxy.
type view struct {
	clusters  map[string]*cluster.Cluster
	endpoints map[string][]string /* cluster name to address:port */
	listeners []*listener.Listener
	labelled  map[string]bool /* clusters all of whose endpoints ask for Istio's mutual TLS */
	domains   map[string]bool /* virtual host domains of all routes */
}

// note adds what one load assignment says about a cluster.
func (v view) note(assignment *endpoint.ClusterLoadAssignment) {
	name := assignment.GetClusterName()
	v.endpoints[name] = xdstest.ExtractEndpoints(assignment)
	v.labelled[name] = len(v.endpoints[name]) > 0
	for _, group := range assignment.GetEndpoints() {
		for _, one := range group.LbEndpoints {
			socket := one.GetMetadata().GetFilterMetadata()["envoy.transport_socket_match"]
			if socket.GetFields()["tlsMode"].GetStringValue() != "istio" {
				v.labelled[name] = false
			}
		}
	}
}

func (w *world) view(p *model.Proxy) view {
	all := w.server.Clusters(p)
	v := view{
		clusters:  xdstest.ExtractClusters(all),
		endpoints: map[string][]string{},
		listeners: w.server.Listeners(p),
		labelled:  map[string]bool{},
		domains:   map[string]bool{},
	}
	for _, c := range all {
		if c.LoadAssignment != nil {
			v.note(c.LoadAssignment)
		}
	}
	for _, assignment := range w.server.Endpoints(p) {
		v.note(assignment)
	}
	for _, routes := range w.server.RoutesFromListeners(p, v.listeners) {
		for _, host := range routes.VirtualHosts {
			for _, domain := range host.Domains {
				v.domains[domain] = true
			}
		}
	}
	return v
}

func sorted(in []string) string {
	out := append([]string{}, in...)
	sort.Strings(out)
	return strings.Join(out, " ")
}

// dialled is an address as istiod writes it: IPv6 in brackets and in its shortest form.
func dialled(address string, port uint32) string {
	if ip, err := netip.ParseAddr(address); err == nil {
		address = ip.String()
	}
	return net.JoinHostPort(address, fmt.Sprint(port))
}

// wanted lists the addresses that an entry's port must become.
func (w *world) wanted(e entry, port *v1alpha3.ServicePort) []string {
	spec := e.config.Spec.(*v1alpha3.ServiceEntry)
	target := port.TargetPort
	if target == 0 {
		target = port.Number
	}
	if labels := spec.GetWorkloadSelector().GetLabels(); len(labels) > 0 {
		return []string{dialled(w.pod(e.config.Namespace, labels).Status.PodIP, target)}
	}
	var addresses []string
	for _, endpoint := range spec.Endpoints {
		number := endpoint.Ports[port.Name]
		if number == 0 {
			number = target
		}
		addresses = append(addresses, dialled(endpoint.Address, number))
	}
	return addresses
}

func (v view) sameEndpoints(name string, want []string) error {
	if got := sorted(v.endpoints[name]); got != sorted(want) {
		hint := ""
		if strings.HasPrefix(name, "outbound_.") && got == "" {
			hint = "; istiod leaves out endpoints without the label " + tlsLabel + ": istio"
		}
		return fmt.Errorf("cluster %s has endpoints [%s], the manifest says [%s]%s", name, got, sorted(want), hint)
	}
	return nil
}

// sni is what the proxy would send to a cluster's endpoints: "" without TLS.
func (v view) sni(c *cluster.Cluster) string {
	if socket := c.GetTransportSocket(); socket != nil {
		return socketSNI(socket.GetTypedConfig().GetValue())
	}
	for _, match := range c.TransportSocketMatches {
		if v.labelled[c.Name] && match.GetMatch().GetFields()["tlsMode"].GetStringValue() == "istio" {
			return socketSNI(match.GetTransportSocket().GetTypedConfig().GetValue())
		}
	}
	return ""
}

func socketSNI(raw []byte) string {
	var context tls.UpstreamTlsContext
	if err := unmarshal(raw, &context); err != nil {
		return "unreadable: " + err.Error()
	}
	return context.Sni
}

// tlsMode is what the folder's DestinationRules say for a host; found is false without one.
func (w *world) tlsMode(host string) (mode v1alpha3.ClientTLSSettings_TLSmode, found bool) {
	for _, e := range w.of(gvk.DestinationRule, "") {
		rule := e.config.Spec.(*v1alpha3.DestinationRule)
		if rule.Host == host && rule.GetTrafficPolicy().GetTls() != nil {
			return rule.TrafficPolicy.Tls.Mode, true
		}
	}
	return 0, false
}

// checkSNI: a gateway is dialled with mutual TLS or not at all; a pod of a flat
// network may be dialled as auto mTLS sees fit.
func (w *world) checkSNI(v view, c *cluster.Cluster, host, want string, flat bool) error {
	mode, found := w.tlsMode(host)
	got := v.sni(c)
	switch {
	case flat && !found:
		return nil
	case found && mode == v1alpha3.ClientTLSSettings_DISABLE && got != "":
		return fmt.Errorf("cluster %s uses TLS although the rule says DISABLE", c.Name)
	case !found && got == "":
		return fmt.Errorf("cluster %s dials in plain text: no rule for %s and no endpoint label %s: istio", c.Name, host, tlsLabel)
	case (!found || mode == v1alpha3.ClientTLSSettings_ISTIO_MUTUAL) && got != want:
		return fmt.Errorf("cluster %s sends SNI %q; the gateway waits for %q", c.Name, got, want)
	}
	return nil
}

// checkReach: traffic for the host must find its way into the cluster.
func (v view) checkReach(spec *v1alpha3.ServiceEntry, host string, port *v1alpha3.ServicePort) error {
	if protocol.Parse(port.Protocol).IsHTTP() {
		if !v.domains[host] && !v.domains[fmt.Sprintf("%s:%d", host, port.Number)] {
			return fmt.Errorf("no HTTP route for %s port %d", host, port.Number)
		}
		return nil
	}
	for _, address := range spec.Addresses {
		found := false
		for _, l := range v.listeners {
			socket := l.GetAddress().GetSocketAddress()
			found = found || socket.GetAddress() == address && socket.GetPortValue() == port.Number
		}
		if !found {
			return fmt.Errorf("no listener %s:%d for %s", address, port.Number, host)
		}
	}
	return nil
}

// owner is the folder that an import lies in: imports/<owner>/<namespace>.yaml.
func owner(file string) string {
	parts := strings.Split(file, "/")
	if len(parts) < 3 {
		return ""
	}
	return parts[1]
}

func readImport(r *report, w *world, s *seen, v view, e entry) {
	spec := e.config.Spec.(*v1alpha3.ServiceEntry)
	for _, host := range spec.Hosts {
		for _, port := range spec.Ports {
			name := fmt.Sprintf("outbound|%d||%s", port.Number, host)
			want := fmt.Sprintf("outbound_.%d_._.%s", port.Number, host)
			s.count("imported ports")
			c := v.clusters[name]
			if c == nil {
				r.fail("%s: the sidecar has no cluster %s", e.document, name)
				continue
			}
			for _, err := range []error{v.sameEndpoints(name, w.wanted(e, port)),
				w.checkSNI(v, c, host, want, w.isFlat(e)), v.checkReach(spec, host, port)} {
				if err != nil {
					r.fail("%s: %v", e.document, err)
				}
			}
			if got := v.sni(c); got != "" && !w.isFlat(e) {
				s.calls[w.name] = append(s.calls[w.name], call{owner(e.file), got, name})
			}
		}
	}
}

// isFlat: the endpoints are pods, dialled past any gateway.
func (w *world) isFlat(e entry) bool {
	spec := e.config.Spec.(*v1alpha3.ServiceEntry)
	for _, endpoint := range spec.Endpoints {
		for _, port := range spec.Ports {
			if n := endpoint.Ports[port.Name]; n != 0 && n != port.Number && n != port.TargetPort {
				return false
			}
		}
	}
	return len(spec.Endpoints) > 0
}

func readImports(r *report, w *world, s *seen) {
	entries := w.of(gvk.ServiceEntry, "imports/")
	if len(entries) == 0 {
		return
	}
	views := map[string]view{}
	for _, e := range entries {
		namespace := seenFrom(e)
		for _, one := range []string{probeNamespace, namespace} {
			if _, found := views[one]; !found {
				views[one] = w.view(w.sidecar(w.pod(one, probeLabels)))
			}
		}
		readImport(r, w, s, views[namespace], e)
		if namespace != probeNamespace {
			checkHidden(r, views[probeNamespace], e)
		}
	}
}

// checkHidden: a sidecar of another namespace does not get the import.
func checkHidden(r *report, v view, e entry) {
	spec := e.config.Spec.(*v1alpha3.ServiceEntry)
	for _, port := range spec.Ports {
		if name := fmt.Sprintf("outbound|%d||%s", port.Number, spec.Hosts[0]); v.clusters[name] != nil {
			r.fail("%s: a sidecar of namespace %s, which it is not exported to, has the cluster %s", e.document, probeNamespace, name)
		}
	}
}

// sniRoutes lists the SNI names of a listener port with the cluster behind each.
func sniRoutes(r *report, v view, port uint32) map[string]string {
	routes := map[string]string{}
	for _, l := range v.listeners {
		if l.GetAddress().GetSocketAddress().GetPortValue() != port {
			continue
		}
		for _, chain := range l.FilterChains {
			for _, name := range chain.GetFilterChainMatch().GetServerNames() {
				routes[name] = tcpCluster(r, chain)
			}
		}
	}
	return routes
}

func readExport(r *report, w *world, s *seen, v view, routes map[string]string, e entry) {
	spec := e.config.Spec.(*v1alpha3.ServiceEntry)
	for _, host := range spec.Hosts {
		for _, port := range spec.Ports {
			name := fmt.Sprintf("outbound_.%d_._.%s", port.Number, host)
			s.count("exported ports")
			if v.clusters[name] == nil {
				r.fail("%s: the gateway has no cluster %s", e.document, name)
				continue
			}
			if err := v.sameEndpoints(name, w.wanted(e, port)); err != nil {
				r.fail("%s: %v", e.document, err)
			}
			if routes[name] != name {
				r.fail("%s: the gateway's listener sends SNI %s to %q", e.document, name, routes[name])
				continue
			}
			s.routes[w.name][name] = true
		}
	}
}

func readGateway(r *report, w *world, s *seen, gateway entry) {
	v := w.view(w.router(gateway))
	for _, server := range gateway.config.Spec.(*v1alpha3.Gateway).Servers {
		if server.GetTls().GetMode() != passthrough {
			r.fail("%s: server %s is not AUTO_PASSTHROUGH", gateway.document, server.GetPort().GetName())
			continue
		}
		s.count("gateway servers")
		routes := sniRoutes(r, v, server.GetPort().GetNumber())
		for _, e := range w.of(gvk.ServiceEntry, "exports/") {
			readExport(r, w, s, v, routes, e)
		}
	}
}

func readExports(r *report, w *world, s *seen) {
	for _, gateway := range w.of(gvk.Gateway, "") {
		readGateway(r, w, s, gateway)
	}
}
