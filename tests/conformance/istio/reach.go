// The oracle's other question: does a host, called in one cluster, lead to the pods of a
// Service in another?  Straight from the API's documentation, like oracle.go.
package main

import (
	"fmt"
	"slices"
)

// hostOf is the name of a Service in the other clusters of its VirtualMesh.
func (s *specs) hostOf(service serviceSpec) string {
	suffix := "global"
	if virtual := s.virtualOf(service.ref.ClusterName); virtual != nil {
		suffix = virtual.suffix
	}
	return fmt.Sprintf("%s.%s.svc.%s.%s", service.ref.Name, service.ref.Namespace, service.ref.ClusterName, suffix)
}

// leads lists the addresses of the pods that a call from a cluster comes to; none: nowhere.
func (s *specs) leads(client string, service serviceSpec, port servicePort) []string {
	if !s.exposed(client, service) || port.Protocol == "UDP" || !s.reachable(service.ref.ClusterName) {
		return nil
	}
	var pods []string
	for _, pod := range service.pods {
		pods = append(pods, dialled(pod.IPAddress, port.TargetPortNumber))
	}
	return pods
}

// reachable: it has a gateway, or needs none.
func (s *specs) reachable(cluster string) bool {
	return s.virtualOf(cluster).flat || slices.ContainsFunc(s.services, func(service serviceSpec) bool {
		return service.ref.ClusterName == cluster && service.selector["istio"] == "ingressgateway"
	})
}

// exposed: a selector of the VirtualMesh that both are in exposes the Service to the client's mesh.
func (s *specs) exposed(client string, service serviceSpec) bool {
	virtual := s.virtualOf(client)
	if virtual == nil || client == service.ref.ClusterName || virtual != s.virtualOf(service.ref.ClusterName) {
		return false
	}
	for _, one := range virtual.exposing {
		toClient := len(one.Meshes) == 0 || slices.ContainsFunc(one.Meshes, func(mesh struct{ Name string }) bool {
			return mesh.Name == s.mesh(client).name
		})
		if toClient && selects(one.DestinationSelectors, service) {
			return true
		}
	}
	return false
}

// routes: a gateway opens a way to what any other mesh may call, and to nothing else.
func (s *specs) routes(service serviceSpec, port servicePort) bool {
	for _, mesh := range s.meshes {
		if !s.virtualOf(service.ref.ClusterName).flat && len(s.leads(mesh.cluster, service, port)) > 0 {
			return true
		}
	}
	return false
}
