// What istiod makes of a cluster's access policies for one workload: the RBAC rules
// of its inbound filters, by istiod's own selection, rewriting and generation.
package main

import (
	rbac "github.com/envoyproxy/go-control-plane/envoy/config/rbac/v3"
	httprbac "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/rbac/v3"
	netrbac "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/rbac/v3"
	"istio.io/api/security/v1beta1"
	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pilot/pkg/security/authz/builder"
	"istio.io/istio/pilot/pkg/security/trustdomain"
	"istio.io/istio/pkg/config/schema/gvk"
)

// enforcer is istiod in one cluster: its policies and the trust domain of its MeshConfig.
type enforcer struct {
	policies *model.AuthorizationPolicies
	domain   string
}

func newEnforcer(cluster clusterFolder, root, domain string) (*enforcer, error) {
	byNamespace := map[string][]model.AuthorizationPolicy{}
	for _, d := range cluster.documents {
		if d.object.GetKind() != gvk.AuthorizationPolicy.Kind {
			continue
		}
		config, err := d.config()
		if err != nil {
			return nil, err
		}
		byNamespace[config.Namespace] = append(byNamespace[config.Namespace], model.AuthorizationPolicy{
			Name: config.Name, Namespace: config.Namespace, Annotations: config.Annotations,
			Spec: config.Spec.(*v1beta1.AuthorizationPolicy),
		})
	}
	return &enforcer{&model.AuthorizationPolicies{NamespaceToPolicies: byNamespace, RootNamespace: root}, domain}, nil
}

// rules of the workload, for HTTP or for plain TCP, when the mesh has these aliases.
func (e *enforcer) rules(namespace string, labels map[string]string, aliases []string, http bool) ([]*rbac.RBAC, error) {
	match := model.PolicyMatcherFor(namespace, labels, false).WithRootNamespace(e.policies.RootNamespace)
	bundle := trustdomain.NewBundle(e.domain, aliases)
	made := builder.New(bundle, nil, e.policies.ListAuthorizationPolicies(match), builder.Option{})
	var rules []*rbac.RBAC
	if made == nil {
		return nil, nil
	}
	if !http {
		for _, filter := range made.BuildTCP() {
			var config netrbac.RBAC
			if err := filter.GetTypedConfig().UnmarshalTo(&config); err != nil {
				return nil, err
			}
			rules = append(rules, config.Rules)
		}
		return rules, nil
	}
	for _, filter := range made.BuildHTTP() {
		var config httprbac.RBAC
		if err := filter.GetTypedConfig().UnmarshalTo(&config); err != nil {
			return nil, err
		}
		rules = append(rules, config.Rules)
	}
	return rules, nil
}
