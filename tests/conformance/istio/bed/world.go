// The two clusters as they are by themselves: pods, Services and networks.  The specs
// of the peer traffic use the same names and addresses.
package main

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// kind of a pod: which proxy it has.
type kind int

const (
	plain   kind = iota // no proxy at all
	sidecar             // Envoy beside the program, all traffic redirected to it
	gateway             // Envoy alone
)

// pod is a network namespace with its processes.  Cluster 0 is outside of both.
type pod struct {
	name, namespace, account string
	cluster                  int
	address, external        string
	kind                     kind
	labels                   map[string]string
}

var pods = []*pod{
	{"gateway-1", "istio-system", "gateway", 1, "10.1.0.2", "10.9.0.1", gateway, gatewayLabels},
	{"gateway-2", "istio-system", "gateway", 2, "10.2.0.2", "10.9.0.2", gateway, gatewayLabels},
	{"reviews-v1", "shop", "reviews", 1, "10.1.0.11", "", sidecar, map[string]string{"app": "reviews", "version": "v1"}},
	{"reviews-v2", "shop", "reviews", 1, "10.1.0.12", "", sidecar, map[string]string{"app": "reviews", "version": "v2"}},
	{"page", "front", "page", 1, "10.1.0.13", "", sidecar, app("page")},
	{"legacy", "front", "default", 1, "10.1.0.14", "", plain, app("legacy")},
	{"ratings", "shop", "ratings", 2, "10.2.0.11", "", sidecar, map[string]string{"app": "ratings", "version": "v1"}},
	{"web", "front", "web", 2, "10.2.0.13", "", sidecar, app("web")},
	{"other", "front", "other", 2, "10.2.0.14", "", sidecar, app("other")},
	{"pay", "", "", 0, "10.8.0.1", "", plain, nil},
}

// servicePort: number of the Service, name, number of the container, application protocol.
type servicePort struct {
	number      int32
	name        string
	target      int32
	application string
}

type service struct {
	name, namespace string
	cluster         int
	address         string
	selector        map[string]string
	ports           []servicePort
}

func app(name string) map[string]string { return map[string]string{"app": name} }

var gatewayLabels = map[string]string{"istio": "ingressgateway"}

// What gateways listen on: the TLS of other clusters, and a site of a user.
var gatewayPorts = []servicePort{{15443, "tls", 15443, ""}, {80, "http-site", httpPort, ""}}

var services = []service{
	{"gateway", "istio-system", 1, "10.101.0.9", gatewayLabels, gatewayPorts},
	{"gateway", "istio-system", 2, "10.102.0.9", gatewayLabels, gatewayPorts},
	{"reviews", "shop", 1, "10.101.0.1", app("reviews"), []servicePort{
		{9080, "http", httpPort, ""}, {9085, "http2-feed", http2Port, ""}, {9090, "stream", grpcPort, "grpc"}, {6379, "tcp-cache", tcpPort, ""}}},
	{"page", "front", 1, "10.101.0.2", app("page"), []servicePort{{9080, "http", httpPort, ""}}},
	{"ratings", "shop", 2, "10.102.0.1", app("ratings"), []servicePort{{9080, "http", httpPort, ""}, {6379, "tcp-cache", tcpPort, ""}}},
	{"web", "front", 2, "10.102.0.2", app("web"), []servicePort{{9080, "http", httpPort, ""}}},
}

func clusterName(cluster int) string { return fmt.Sprintf("cluster-%d", cluster) }
func trustDomain(cluster int) string { return fmt.Sprintf("c%d.example", cluster) }

// identity without its scheme, as an argument of `pki leaf` has it.
func (p *pod) identity() string {
	return fmt.Sprintf("%s/ns/%s/sa/%s", trustDomain(p.cluster), p.namespace, p.account)
}

func podNamed(name string) *pod {
	for _, p := range pods {
		if p.name == name {
			return p
		}
	}
	return nil
}

func (p *pod) object() *corev1.Pod {
	labels := map[string]string{}
	for key, value := range p.labels {
		labels[key] = value
	}
	if p.kind == sidecar {
		labels["security.istio.io/tlsMode"] = "istio" // by Istio's injector
	}
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: p.name, Namespace: p.namespace, Labels: labels},
		Spec:       corev1.PodSpec{ServiceAccountName: p.account},
		Status: corev1.PodStatus{Phase: corev1.PodRunning, PodIP: p.address, PodIPs: []corev1.PodIP{{IP: p.address}},
			Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}},
	}
}

func (s service) object() *corev1.Service {
	made := &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Name: s.name, Namespace: s.namespace},
		Spec:       corev1.ServiceSpec{ClusterIP: s.address, Selector: s.selector},
	}
	for _, port := range s.ports {
		one := corev1.ServicePort{Name: port.name, Port: port.number, Protocol: corev1.ProtocolTCP, TargetPort: intstr.FromInt32(port.target)}
		if port.application != "" {
			one.AppProtocol = &port.application
		}
		made.Spec.Ports = append(made.Spec.Ports, one)
	}
	return made
}

func selects(selector, labels map[string]string) bool {
	for key, value := range selector {
		if labels[key] != value {
			return false
		}
	}
	return true
}

func (s service) slice() *discoveryv1.EndpointSlice {
	ready := true
	made := &discoveryv1.EndpointSlice{
		ObjectMeta:  metav1.ObjectMeta{Name: s.name, Namespace: s.namespace, Labels: map[string]string{discoveryv1.LabelServiceName: s.name}},
		AddressType: discoveryv1.AddressTypeIPv4,
	}
	for _, port := range s.ports {
		made.Ports = append(made.Ports, discoveryv1.EndpointPort{Name: &port.name, Port: &port.target})
	}
	for _, p := range pods {
		if p.cluster == s.cluster && p.namespace == s.namespace && selects(s.selector, p.labels) {
			made.Endpoints = append(made.Endpoints, discoveryv1.Endpoint{
				Addresses: []string{p.address}, Conditions: discoveryv1.EndpointConditions{Ready: &ready},
				TargetRef: &corev1.ObjectReference{Kind: "Pod", Name: p.name, Namespace: p.namespace},
			})
		}
	}
	return made
}

// objects of a cluster that istiod reads from Kubernetes itself.
func objects(cluster int) []runtime.Object {
	var all []runtime.Object
	for _, p := range pods {
		if p.cluster == cluster {
			all = append(all, p.object())
		}
	}
	for _, s := range services {
		if s.cluster == cluster {
			all = append(all, s.object(), s.slice())
		}
	}
	return all
}

// localAddress of a host in the cluster's own domain; "" for others.
func localAddress(cluster int, host string) string {
	for _, s := range services {
		if s.cluster == cluster && strings.TrimSuffix(host, ".svc.cluster.local") == s.name+"."+s.namespace {
			return s.address
		}
	}
	return ""
}
