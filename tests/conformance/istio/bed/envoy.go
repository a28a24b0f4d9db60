// Envoy as a sidecar or a gateway: the part of its configuration that istiod does not send.
package main

import (
	"encoding/json"
	"os"
	"path/filepath"
)

type object = map[string]any

func pipe(path string) object { return object{"pipe": object{"path": path}} }

// upstream is a gRPC server behind a socket.
func upstream(name, socket string) object {
	return object{
		"name": name, "connect_timeout": "5s", "type": "STATIC",
		"load_assignment": object{"cluster_name": name, "endpoints": []object{{"lb_endpoints": []object{{"endpoint": object{"address": pipe(socket)}}}}}},
		"typed_extension_protocol_options": object{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": object{
			"@type":                "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
			"explicit_http_config": object{"http2_protocol_options": object{}}}},
	}
}

// node is what istiod knows a proxy by.
func (p *pod) node() object {
	role, labels := "sidecar", p.object().Labels
	if p.kind == gateway {
		role = "router"
	}
	return object{
		"id":      role + "~" + p.address + "~" + p.name + "." + p.namespace + "~" + p.namespace + ".svc.cluster.local",
		"cluster": p.name,
		"metadata": object{"NAMESPACE": p.namespace, "SERVICE_ACCOUNT": p.account, "LABELS": labels, "CLUSTER_ID": "Kubernetes",
			"ISTIO_VERSION": "1.31.0", "INTERCEPTION_MODE": "REDIRECT", "POD": p.name},
	}
}

func (p *pod) bootstrap(folder, ads, sds string) object {
	source := object{"resource_api_version": "V3", "ads": object{}}
	return object{
		"node":  p.node(),
		"admin": object{"address": pipe(filepath.Join(folder, p.name+".admin"))},
		"dynamic_resources": object{"lds_config": source, "cds_config": source, "ads_config": object{
			"api_type": "GRPC", "transport_api_version": "V3", "set_node_on_first_message_only": true,
			"grpc_services": []object{{"envoy_grpc": object{"cluster_name": "xds-grpc"}}}}},
		"static_resources": object{"clusters": []object{upstream("xds-grpc", ads), upstream("sds-grpc", sds)}},
	}
}

// startEnvoy begins the pod's proxy.  What it drains it closes at once, so that no
// connection outlives the configuration by which it was made.
func (p *pod) startEnvoy(program, folder, ads, sds string) {
	file := filepath.Join(folder, p.name+".json")
	if err := os.WriteFile(file, must(json.Marshal(p.bootstrap(folder, ads, sds))), 0o644); err != nil {
		stop("%v", err)
	}
	p.start(proxyUser, filepath.Join(folder, p.name+".envoy.log"), program, "-c", file, "--disable-hot-restart",
		"--concurrency", "1", "-l", "warning", "--drain-time-s", "0", "--drain-strategy", "immediate")
}
