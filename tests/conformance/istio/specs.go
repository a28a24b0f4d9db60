// The specs as the API's documentation describes them, as far as they say who may
// call whom.  Shares nothing with weft's own reading of them.
package main

import (
	"strings"

	"sigs.k8s.io/yaml"
)

// serviceRef names a Service or a service account of a cluster.
type serviceRef struct{ Name, Namespace, ClusterName string }

// accountRef: a part that is absent is any.
type accountRef struct{ Name, Namespace, ClusterName *string }

// sourceEntry: the members are AND-ed.  Pointers tell absent from empty.
type sourceEntry struct {
	KubeIdentityMatcher    *struct{ Namespaces, Clusters []string }
	KubeServiceAccountRefs *struct{ ServiceAccounts []accountRef }
	RequestIdentityMatcher *struct{ RequestPrincipals, NotRequestPrincipals []string }
}

// destinationEntry: the members are OR-ed.
type destinationEntry struct {
	KubeServiceMatcher *struct {
		Labels               map[string]string
		Namespaces, Clusters []string
	}
	KubeServiceRefs *struct{ Services []serviceRef }
}

type accessPolicy struct {
	SourceSelector               []sourceEntry
	DestinationSelector          []destinationEntry
	AllowedPaths, AllowedMethods []string
	AllowedPorts                 []uint32
}

// meshSpec: domain "" when the specs do not give a trust domain.
type meshSpec struct{ name, cluster, root, domain string }

// servicePort: a target port that has a name has the number that endpoints give it.
type servicePort struct {
	Name                     string
	Port, TargetPortNumber   uint32
	Protocol, TargetPortName string
}

type podSpec struct {
	IPAddress string
	Labels    map[string]string
}

type serviceSpec struct {
	ref              serviceRef
	labels, selector map[string]string
	ports            []servicePort
	pods             []podSpec
}

// exposure is an entry of federation.selectors.
type exposure struct {
	DestinationSelectors []destinationEntry
	Meshes               []struct{ Name string }
}

type virtualMesh struct {
	meshes   []string
	access   string
	flat     bool
	suffix   string
	exposing []exposure
}

type specs struct {
	meshes   []meshSpec /* one of each cluster */
	beside   []meshSpec /* further control planes of the clusters: they only have identities */
	services []serviceSpec
	policies []accessPolicy
	virtual  []virtualMesh
}

// specObject has the fields of all kinds; those of other kinds stay empty.
type specObject struct {
	Kind     string
	Metadata struct {
		Name        string
		Annotations map[string]string
	}
	Spec struct {
		accessPolicy
		Istio struct {
			Installation struct{ Namespace, Cluster string }
			TrustDomain  string
		}
		KubeService struct {
			Ref                            serviceRef
			Labels, WorkloadSelectorLabels map[string]string
			Ports                          []servicePort
			EndpointSubsets                []struct {
				Endpoints []podSpec
				Ports     []servicePort
			}
		}
		Meshes             []struct{ Name string }
		GlobalAccessPolicy string
		Federation         struct {
			FlatNetwork    bool
			HostnameSuffix string
			Selectors      []exposure
			Permissive     *struct{}
		}
	}
}

func (s *specs) add(o *specObject) {
	spec := &o.Spec
	switch o.Kind {
	case "Mesh":
		mesh := meshSpec{o.Metadata.Name, spec.Istio.Installation.Cluster, spec.Istio.Installation.Namespace,
			spec.Istio.TrustDomain}
		if root := o.Metadata.Annotations["weft.dev/root-namespace"]; root != "" {
			mesh.root = root
		}
		if s.mesh(mesh.cluster) != nil {
			s.beside = append(s.beside, mesh)
		} else {
			s.meshes = append(s.meshes, mesh)
		}
	case "Destination":
		kube := spec.KubeService
		service := serviceSpec{kube.Ref, kube.Labels, kube.WorkloadSelectorLabels, kube.Ports, nil}
		for _, subset := range kube.EndpointSubsets {
			service.pods = append(service.pods, subset.Endpoints...)
			for i, port := range service.ports {
				for _, known := range subset.Ports {
					if port.TargetPortName != "" && known.Name == port.Name {
						service.ports[i].TargetPortNumber = known.Port
					}
				}
			}
		}
		s.services = append(s.services, service)
	case "AccessPolicy":
		s.policies = append(s.policies, spec.accessPolicy)
	case "VirtualMesh":
		federation := spec.Federation
		virtual := virtualMesh{nil, spec.GlobalAccessPolicy, federation.FlatNetwork, federation.HostnameSuffix, federation.Selectors}
		if virtual.suffix == "" {
			virtual.suffix = "global"
		}
		if len(virtual.exposing) == 0 && federation.Permissive != nil {
			virtual.exposing = []exposure{{}} /* everything to everyone */
		}
		for _, mesh := range spec.Meshes {
			virtual.meshes = append(virtual.meshes, mesh.Name)
		}
		s.virtual = append(s.virtual, virtual)
	}
}

// readSpecs reads documents that are separated by "---" lines.
func readSpecs(text string) (*specs, error) {
	s := &specs{}
	for _, one := range strings.Split(text, "\n---\n") {
		o := &specObject{}
		if err := yaml.Unmarshal([]byte(one), o); err != nil {
			return nil, err
		}
		s.add(o)
	}
	return s, nil
}

func (s *specs) service(ref serviceRef) *serviceSpec {
	for i := range s.services {
		if s.services[i].ref == ref {
			return &s.services[i]
		}
	}
	return nil
}

// mesh is the one of a cluster; nil: there is none.
func (s *specs) mesh(cluster string) *meshSpec {
	for i := range s.meshes {
		if s.meshes[i].cluster == cluster {
			return &s.meshes[i]
		}
	}
	return nil
}
