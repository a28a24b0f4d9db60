// One cluster as istiod sees it: its manifests, plus the pods and Services that
// they speak of, which in life come from the cluster itself.
package main

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"istio.io/api/networking/v1alpha3"
	"istio.io/api/security/v1beta1"
	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pilot/test/xds"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/mesh"
	"istio.io/istio/pkg/config/schema/gvk"
	"istio.io/istio/pkg/test"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
)

const (
	probePort      = 8080 /* where the made-up workloads listen */
	probeNamespace = "weft-probe"
)

// entry is a manifest with the file that it came from.
type entry struct {
	document
	config config.Config
}

// world is a cluster with istiod's answers.
type world struct {
	name    string
	root    string /* Istio's root namespace */
	entries []entry
	pods    []*corev1.Pod
	real    []runtime.Object /* Services, when they are known: not made up, one for each pod */
	server  *xds.FakeDiscoveryServer
}

func (w *world) of(kind config.GroupVersionKind, folder string) []entry {
	var found []entry
	for _, e := range w.entries {
		if e.config.GroupVersionKind == kind && strings.HasPrefix(e.file, folder) {
			found = append(found, e)
		}
	}
	return found
}

// rootNamespace: where the mesh-wide policies lie; Istio's default without any.
func rootNamespace(entries []entry) string {
	for _, e := range entries {
		if e.config.Name == "global-access-control" || e.config.Name == "global-tls-enforcement" {
			return e.config.Namespace
		}
	}
	return "istio-system"
}

// tlsLabel is what Istio's injector puts on each pod that it gives a sidecar.
const tlsLabel = "security.istio.io/tlsMode"

// addPod makes up a running, injected workload with these labels.
func (w *world) addPod(namespace string, selector map[string]string) *corev1.Pod {
	labels := map[string]string{tlsLabel: "istio"}
	for key, value := range selector {
		labels[key] = value
	}
	n := len(w.pods) + 1
	return w.addPodAt(namespace, labels, fmt.Sprintf("10.99.%d.%d", n/250, n%250+1))
}

func (w *world) addPodAt(namespace string, labels map[string]string, ip string) *corev1.Pod {
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("made-up-%d", len(w.pods)+1), Namespace: namespace, Labels: labels},
		Spec:       corev1.PodSpec{ServiceAccountName: "made-up"},
		Status: corev1.PodStatus{
			Phase: corev1.PodRunning, PodIP: ip, PodIPs: []corev1.PodIP{{IP: ip}},
			Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}},
		},
	}
	w.pods = append(w.pods, pod)
	return pod
}

func probeService(pod *corev1.Pod) *corev1.Service {
	return &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Name: pod.Name, Namespace: pod.Namespace},
		Spec: corev1.ServiceSpec{
			ClusterIP: strings.Replace(pod.Status.PodIP, "10.99.", "10.98.", 1),
			Selector:  pod.Labels,
			Ports: []corev1.ServicePort{{Name: "http", Port: probePort, Protocol: corev1.ProtocolTCP,
				TargetPort: intstr.FromInt32(probePort)}},
		},
	}
}

// pod finds the made-up pod for a manifest's selector.
func (w *world) pod(namespace string, labels map[string]string) *corev1.Pod {
	for _, pod := range w.pods {
		if pod.Namespace == namespace && madeFor(labels, pod) {
			return pod
		}
	}
	return nil
}

// madeFor tells whether the pod was made up for exactly this selector.
func madeFor(selector map[string]string, pod *corev1.Pod) bool {
	for key, value := range selector {
		if pod.Labels[key] != value {
			return false
		}
	}
	return len(selector)+1 == len(pod.Labels) || selector[tlsLabel] != "" && len(selector) == len(pod.Labels)
}

var probeLabels = map[string]string{"app": "probe"}

// seenFrom is a namespace whose sidecars know an import.
func seenFrom(e entry) string {
	spec, is := e.config.Spec.(*v1alpha3.ServiceEntry)
	if is && strings.HasPrefix(e.file, "imports/") && len(spec.ExportTo) > 0 {
		return spec.ExportTo[0]
	}
	return probeNamespace
}

// populate makes up a workload for each selector that a manifest names.
func (w *world) populate() {
	w.addPod(probeNamespace, probeLabels)
	for _, e := range w.entries {
		var labels map[string]string
		switch spec := e.config.Spec.(type) {
		case *v1alpha3.ServiceEntry:
			labels = spec.GetWorkloadSelector().GetLabels()
			if namespace := seenFrom(e); namespace != probeNamespace && w.pod(namespace, probeLabels) == nil {
				w.addPod(namespace, probeLabels)
			}
		case *v1beta1.AuthorizationPolicy:
			labels = spec.GetSelector().GetMatchLabels()
		}
		if len(labels) > 0 && w.pod(e.config.Namespace, labels) == nil {
			w.addPod(e.config.Namespace, labels)
		}
	}
}

func (w *world) objects() []runtime.Object {
	objects := slices.Clone(w.real)
	for _, pod := range w.pods {
		objects = append(objects, pod)
		if w.real == nil && !w.isGatewayPod(pod) {
			objects = append(objects, probeService(pod))
		}
	}
	return objects
}

// isGatewayPod: a gateway's own Service would re-map its Gateway's port.
func (w *world) isGatewayPod(pod *corev1.Pod) bool {
	for _, e := range w.of(gvk.Gateway, "") {
		if madeFor(e.config.Spec.(*v1alpha3.Gateway).Selector, pod) {
			return true
		}
	}
	return false
}

// load reads a cluster's Istio objects; what istiod cannot decode is reported by lint.
func load(one clusterFolder) (*world, error) {
	w := &world{name: one.name}
	if err := w.read(one); err != nil {
		return nil, err
	}
	w.root = rootNamespace(w.entries)
	w.populate()
	return w, nil
}

func (w *world) read(one clusterFolder) error {
	born := time.Unix(1700000000, 0)
	for _, d := range one.documents {
		if !d.isIstio() {
			continue
		}
		config, err := d.config()
		if err != nil {
			return fmt.Errorf("%s: %w", d, err)
		}
		config.CreationTimestamp = born
		w.entries = append(w.entries, entry{d, config})
	}
	return nil
}

func (w *world) serve(t test.Failer) {
	meshConfig := mesh.DefaultMeshConfig()
	meshConfig.RootNamespace = w.root
	var configs []config.Config
	for _, e := range w.entries {
		configs = append(configs, e.config)
	}
	w.server = xds.NewFakeDiscoveryServer(t, xds.FakeOptions{
		Configs: configs, KubernetesObjects: w.objects(), MeshConfig: meshConfig,
	})
}

func labelled(labels map[string]string) *model.NodeMetadata {
	return &model.NodeMetadata{Labels: labels, IstioVersion: "1.31.0"}
}

// sidecar is the proxy beside a made-up pod.
func (w *world) sidecar(pod *corev1.Pod) *model.Proxy {
	metadata := labelled(pod.Labels)
	metadata.Namespace = pod.Namespace
	return w.server.SetupProxy(&model.Proxy{
		ID: pod.Name + "." + pod.Namespace, ConfigNamespace: pod.Namespace, Labels: pod.Labels,
		Metadata: metadata, IPAddresses: []string{pod.Status.PodIP},
	})
}

// shownTo lists the namespaces that an exported entry may be seen in.
func shownTo(e entry) []string {
	var namespaces []string
	for _, one := range e.config.Spec.(*v1alpha3.ServiceEntry).ExportTo {
		if one == "." {
			one = e.config.Namespace
		}
		namespaces = append(namespaces, one)
	}
	return namespaces
}

// gatewayNamespace is where the gateway's pods run.  The manifests do not say: it
// is the Gateway object's own namespace, or else the first that all exports are shown to.
func (w *world) gatewayNamespace(gateway entry) string {
	exports := w.of(gvk.ServiceEntry, "exports/")
	common := map[string]int{}
	for _, e := range exports {
		for _, one := range shownTo(e) {
			common[one]++
		}
	}
	var everywhere []string
	for one, count := range common {
		if count == len(exports) {
			everywhere = append(everywhere, one)
		}
	}
	sort.Strings(everywhere)
	if len(everywhere) == 0 || slices.Contains(everywhere, gateway.config.Namespace) {
		return gateway.config.Namespace
	}
	return everywhere[0]
}

// router is the proxy of a gateway, as its Gateway object selects it.
func (w *world) router(e entry) *model.Proxy {
	labels, namespace := e.config.Spec.(*v1alpha3.Gateway).Selector, w.gatewayNamespace(e)
	metadata := labelled(labels)
	metadata.Namespace = namespace
	return w.server.SetupProxy(&model.Proxy{
		Type: model.Router, ID: "gateway." + namespace, ConfigNamespace: namespace,
		Labels: labels, Metadata: metadata, IPAddresses: []string{"10.97.0.1"},
	})
}
