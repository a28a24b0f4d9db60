// A cluster's control plane: istiod's own generation of configuration over the objects
// of a rendered tree, of which single ones may be taken away and given back.
package main

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"istio.io/api/mesh/v1alpha1"
	"istio.io/api/networking/v1alpha3"
	"istio.io/istio/pilot/pkg/config/kube/crd"
	"istio.io/istio/pilot/test/xds"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/mesh"
)

type plane struct {
	cluster int
	server  *xds.FakeDiscoveryServer
	configs []config.Config // of weft alone
	names   map[string]string
}

// readConfigs lists the Istio objects of a file or of a folder's files, in the order of
// their names; others, which istiod does not read, are left out.
func readConfigs(path string) ([]config.Config, error) {
	var all []config.Config
	err := filepath.WalkDir(path, func(file string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(file) != ".yaml" {
			return err
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		found, _, err := crd.ParseInputs(string(text))
		for _, one := range found {
			one.CreationTimestamp = time.Unix(1700000000, 0)
			all = append(all, one)
		}
		return err
	})
	return all, err
}

// named is how an object is written in results and in the list of needless ones.
func (p *plane) named(one config.Config) string {
	return fmt.Sprintf("%s %s %s/%s", clusterName(p.cluster), one.GroupVersionKind.Kind, one.Namespace, one.Name)
}

// meshConfig: the other trust domain is an alias, as W30 asks, and nothing outside the registry can be reached.
func meshConfig(cluster int) *v1alpha1.MeshConfig {
	made := mesh.DefaultMeshConfig()
	made.TrustDomain = trustDomain(cluster)
	made.TrustDomainAliases = []string{trustDomain(3 - cluster)}
	made.OutboundTrafficPolicy = &v1alpha1.MeshConfig_OutboundTrafficPolicy{Mode: v1alpha1.MeshConfig_OutboundTrafficPolicy_REGISTRY_ONLY}
	return made
}

func startPlane(t *life, cluster int, tree, users, socket string) *plane {
	p := &plane{cluster: cluster}
	p.read(tree)
	p.server = xds.NewFakeDiscoveryServer(t, xds.FakeOptions{
		Configs: append(slices.Clone(p.configs), must(readConfigs(users))...), KubernetesObjects: objects(cluster), MeshConfig: meshConfig(cluster),
		ListenerBuilder: func() (net.Listener, error) { return openSocket(socket) },
	})
	return p
}

// read takes the cluster's objects from a tree, and the addresses of hosts, which proxies
// that resolve names by themselves answer with.
func (p *plane) read(tree string) {
	p.configs = must(readConfigs(filepath.Join(tree, "clusters", clusterName(p.cluster))))
	p.names = map[string]string{}
	for _, one := range p.configs {
		if entry, is := one.Spec.(*v1alpha3.ServiceEntry); is && len(entry.Addresses) > 0 {
			for _, host := range entry.Hosts {
				p.names[host] = entry.Addresses[0]
			}
		}
	}
}

// resolve gives the address that a program of the cluster dials for a host.
func (p *plane) resolve(host string) string {
	if address := p.names[host]; address != "" {
		return address
	}
	if address := localAddress(p.cluster, host); address != "" {
		return address
	}
	return host
}

func (p *plane) drop(one config.Config) {
	if err := p.server.Store().Delete(one.GroupVersionKind, one.Name, one.Namespace, nil); err != nil {
		stop("%s: %v", p.named(one), err)
	}
}

func (p *plane) give(one config.Config) {
	one.ResourceVersion = ""
	if _, err := p.server.Store().Create(one); err != nil {
		stop("%s: %v", p.named(one), err)
	}
}

// exchange replaces weft's objects by those of another tree.
func (p *plane) exchange(tree string) {
	for _, one := range p.configs {
		p.drop(one)
	}
	p.read(tree)
	for _, one := range p.configs {
		p.give(one)
	}
}

// state of what proxies were sent, and whether they have confirmed all of it.
func (p *plane) state() (string, bool) {
	var all strings.Builder
	settled := p.server.Discovery.CommittedUpdates.Load() >= p.server.Discovery.InboundUpdates.Load()
	fmt.Fprint(&all, p.server.Discovery.InboundUpdates.Load())
	for _, client := range p.server.Discovery.SortedClients() {
		proxy := client.Proxy()
		proxy.RLock()
		for _, kind := range sortedKinds(proxy.WatchedResources) {
			watched := proxy.WatchedResources[kind]
			settled = settled && watched.NonceSent == watched.NonceAcked
			fmt.Fprint(&all, " ", watched.NonceSent)
		}
		proxy.RUnlock()
	}
	return all.String(), settled
}

// settle waits until nothing moves any more: no update and no answer is under way.
func (p *plane) settle() {
	calm, last := 0, ""
	for range 500 {
		now, settled := p.state()
		if calm++; !settled || now != last {
			calm = 0
		}
		if last = now; calm >= 3 {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// refusals lists what a proxy does not take of what it was sent.
func (p *plane) refusals() []string {
	var all []string
	for _, client := range p.server.Discovery.SortedClients() {
		proxy := client.Proxy()
		proxy.RLock()
		for kind, watched := range proxy.WatchedResources {
			if watched.LastError != "" {
				all = append(all, fmt.Sprintf("%s refuses %s: %s", proxy.ID, kind, watched.LastError))
			}
		}
		proxy.RUnlock()
	}
	slices.Sort(all)
	return all
}
