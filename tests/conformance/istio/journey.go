// Calls between clusters, followed through what istiod sends to the proxies on their
// way: the client's sidecar, the gateway that it dials, the pods behind that.
package main

import (
	"fmt"
	"maps"
	"slices"

	"istio.io/api/networking/v1alpha3"
	"istio.io/istio/pkg/config/schema/gvk"
	"istio.io/istio/pkg/test"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// station is a cluster's part of the way.
type station struct {
	world   *world
	sidecar view
	gateway view
	sni     map[string]string /* name to cluster of the gateway's proxy */
}

// station is a cluster with the pods and Services that its specs speak of.
func (r *rendered) station(t test.Failer, told *report, mesh meshSpec) (*station, error) {
	w := &world{name: mesh.cluster, root: mesh.root}
	if err := w.read(r.folders[mesh.cluster]); err != nil {
		return nil, err
	}
	probe := w.addPodAt(probeNamespace, map[string]string{"app": "probe"}, "10.99.99.99")
	known := map[string]bool{}
	for i, service := range r.specs.services {
		if service.ref.ClusterName != mesh.cluster {
			continue
		}
		w.real = append(w.real, kubeService(service, fmt.Sprintf("10.98.%d.%d", i/250, i%250+1)))
		for _, pod := range service.pods {
			if !known[pod.IPAddress] {
				w.addPodAt(service.ref.Namespace, pod.Labels, pod.IPAddress)
			}
			known[pod.IPAddress] = true
		}
	}
	w.serve(t)
	s := &station{world: w, sidecar: w.view(w.sidecar(probe)), sni: map[string]string{}}
	for _, gateway := range w.of(gvk.Gateway, "") {
		s.gateway = w.view(w.router(gateway))
		for _, server := range gateway.config.Spec.(*v1alpha3.Gateway).Servers {
			maps.Copy(s.sni, sniRoutes(told, s.gateway, server.GetPort().GetNumber()))
		}
	}
	return s, nil
}

func kubeService(service serviceSpec, address string) *corev1.Service {
	out := &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Name: service.ref.Name, Namespace: service.ref.Namespace, Labels: service.labels},
		Spec:       corev1.ServiceSpec{ClusterIP: address, Selector: service.selector},
	}
	for i, port := range service.ports {
		out.Spec.Ports = append(out.Spec.Ports, corev1.ServicePort{Name: fmt.Sprintf("tcp-%d", i), Port: int32(port.Port),
			Protocol: corev1.Protocol(port.Protocol), TargetPort: intstr.FromInt32(int32(port.TargetPortNumber))})
	}
	return out
}

// dials: where the sidecar sends a call of this host, and with which SNI.
func (s *station) dials(host string, number uint32) (addresses []string, sni string) {
	for _, e := range s.world.of(gvk.ServiceEntry, "") {
		spec := e.config.Spec.(*v1alpha3.ServiceEntry)
		for _, port := range spec.Ports {
			if !slices.Contains(spec.Hosts, host) || port.Number != number || s.sidecar.checkReach(spec, host, port) != nil {
				continue
			}
			name := fmt.Sprintf("outbound|%d||%s", number, host)
			if c := s.sidecar.clusters[name]; c != nil {
				return s.sidecar.endpoints[name], s.sidecar.sni(c)
			}
		}
	}
	return nil, ""
}

// journey lists the addresses of the pods that a call comes to, each once: clients have
// several endpoints for one gateway when the pods behind it differ in labels.
func journey(stations map[string]*station, client, host string, port uint32) []string {
	var pods []string
	addresses, sni := stations[client].dials(host, port)
	for _, address := range addresses {
		behind := []string{address}
		for cluster, s := range stations {
			if address == dialled(gatewayAddress(cluster), 15443) {
				behind = s.gateway.endpoints[s.sni[sni]]
			}
		}
		pods = append(pods, behind...)
	}
	slices.Sort(pods)
	return slices.Compact(pods)
}

// travel holds every possible call between two clusters against the specs.
func (s *score) travel(r *report, made *rendered) error {
	stations := map[string]*station{}
	return test.Wrap(func(t test.Failer) {
		for _, mesh := range made.specs.meshes {
			one, err := made.station(t, r, mesh)
			if err != nil {
				r.fail("%v", err)
				return
			}
			stations[mesh.cluster] = one
		}
		for _, service := range made.specs.services {
			for _, port := range service.ports {
				if r.failed >= differencesMax {
					return
				}
				s.visit(r, made.specs, stations, service, port)
			}
		}
	})
}

func (s *score) visit(r *report, specs *specs, stations map[string]*station, service serviceSpec, port servicePort) {
	host := specs.hostOf(service)
	for client := range stations {
		want, got := specs.leads(client, service, port), journey(stations, client, host, port.Port)
		s.journeys++
		s.arrived += min(len(want), 1)
		if sorted(want) != sorted(got) {
			r.fail("%s port %d, called in %s, leads to [%s] by the specs, to [%s] by istiod", host, port.Port, client,
				sorted(want), sorted(got))
		}
	}
	if specs.virtualOf(service.ref.ClusterName) == nil {
		return
	}
	gateway := stations[service.ref.ClusterName]
	want, name := specs.routes(service, port), fmt.Sprintf("outbound_.%d_._.%s", port.Port, host)
	if got := gateway.sni[name] != ""; got != want {
		r.fail("the gateway of %s routes SNI %s: %v by the specs, %v by istiod", service.ref.ClusterName, name, want, got)
	}
	local := fmt.Sprintf("outbound_.%d_._.%s.%s.svc.cluster.local", port.Port, service.ref.Name, service.ref.Namespace)
	if gateway.sni[local] != "" {
		r.fail("the gateway of %s routes SNI %s, which is not exported", service.ref.ClusterName, local)
	}
}
