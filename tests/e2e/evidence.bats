# Evidence down to the workloads: pods of two clusters, read only where they are asked for.
LEAKS=yes
load lib
load inventory

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() { stage_clusters; }

# pods CLUSTER POD...: each POD is "NAME APP STARTED", APP istiod, ztunnel or the name of a workload.
pods() { python3 - "$@" <<'END'
import json, sys
items = []
for pod in sys.argv[2:]:
    name, app, started = pod.split()
    istiod = app == "istiod"
    labels = {"app": app} if app in ("istiod", "ztunnel") else {"service.istio.io/canonical-name": app}
    container = "discovery" if istiod else "istio-proxy"
    items.append({
        "metadata": {"namespace": "istio-system" if istiod else "bookinfo", "name": name, "labels": labels,
                     "ownerReferences": [{"kind": "ReplicaSet", "name": app, "controller": True}]},
        "spec": {"containers": [{"name": container, "image": "docker.io/istio/x:1.30.2",
                                 "env": [] if istiod else [{"name": "CA_ADDR", "value": "istiod.istio-system.svc:15012"}]}]},
        "status": {"phase": "Running", "containerStatuses": [{"name": container, "state": {"running": {"startedAt": started}}}]}})
json.dump({"kind": "PodList", "apiVersion": "v1", "metadata": {}, "items": items}, open(f"dump/{sys.argv[1]}/pods.json", "w"))
END
}

# give_roots CLUSTER: istiod has loaded what weft delivers.
give_roots() {
    "$WEFT" trust root gloo-mesh/bookinfo -c weft.yaml >root.pem
    edit "$1" configmaps 'items.append({"metadata": {"namespace": "bookinfo", "name": "istio-ca-root-cert"}, "data": {"root-cert.pem": open("root.pem").read()}})'
}

# proxies CLUSTER MINUTES PYTHON: p are the proxies of a cluster then.
proxies() {
    "$WEFT" evidence -c weft.yaml -q --now "$(at "$2")" --workloads -o json 2>/dev/null |
        python3 -c 'import json, sys; p = [c["proxies"] for c in json.load(sys.stdin)["clusters"] if c["cluster"] == sys.argv[1]][0]; print(*eval(sys.argv[2]))' "$1" "$3"
}

@test "pods are read where they are asked for, and a missing right is named" {
    pods cluster-1 "a reviews $(at 0)"
    echo '{"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "Forbidden", "code": 403, "message": "no"}' >dump/cluster-2/pods.json
    pass_at 0
    weft evidence -c weft.yaml --now "$(at 1)"
    expect 0
    run ! grep -h /pods dump/*/requests
    weft evidence -c weft.yaml --now "$(at 1)" --workloads -n other
    run ! grep -h /pods dump/*/requests
    weft evidence -c weft.yaml --now "$(at 1)" --workloads
    expect 0 "MAY BE FORMER" "pods of namespace istio-system cannot be read" "resources: [pods], verbs: [list]" workloads.yaml
    same "$(proxies cluster-2 1 '[p["known"]]')" False
    same "$(proxies cluster-1 1 '[p["known"]]')" True
}

@test "after the first certificates the start of istiod counts" {
    pods cluster-1 "istiod-1 istiod $(at 10)" "old reviews $(at 5)" "new reviews $(at 30)" "node ztunnel $(at 5)"
    pass_at 0
    give_roots cluster-1
    same "$(proxies cluster-1 40 'p["istiod"], p["since"], p["current"], p["mayBeFormer"]')" "loaded $(at 10) 1 2"
    same "$(proxies cluster-1 40 '[(w["namespace"], w["kind"], w["name"], w["pods"], w["need"]) for w in p["workloads"]]')" \
        "('bookinfo', 'ReplicaSet', 'reviews', ['old'], 'replaced') ('bookinfo', 'ReplicaSet', 'ztunnel', ['node'], 'replaced')"
    weft evidence -c weft.yaml --now "$(at 40)" --workloads
    expect 0 "ReplicaSet/reviews" "1 current, 1 may be former" "$(at $((10 + 24 * 60 + 10)))" "restart it"
    same "$(proxies cluster-1 $((10 + 24 * 60 + 10)) 'p["current"], p["mayBeFormer"]')" "3 0"
}

@test "what istiod has not loaded no proxy has" {
    pods cluster-1 "a reviews $(at 0)"
    pass_at 0
    edit cluster-1 configmaps 'items.append({"metadata": {"namespace": "bookinfo", "name": "istio-ca-root-cert"}, "data": {"root-cert.pem": ""}})'
    same "$(proxies cluster-1 5 'p["istiod"], p["former"], p["current"]')" "not loaded 1 0"
    same "$(proxies cluster-1 $((60 * 24 * 30)) 'p["istiod"], p["former"]')" "not loaded 1"
}

# take_roots CLUSTER: the ConfigMap follows what weft delivers now.
take_roots() {
    "$WEFT" trust root gloo-mesh/bookinfo -c weft.yaml >root.pem
    edit "$1" configmaps 'items[:] = [i for i in items if i["metadata"]["name"] != "istio-ca-root-cert"]'
    give_roots "$1"
}

@test "in a rotation the pass that first saw a step loaded counts, and a step back takes it away" {
    discovering
    printf 'evidence: {trustClock: true, leafTTL: 2h}\n' >>weft.yaml
    local cluster
    for cluster in cluster-1 cluster-2; do
        edit $cluster deployments '[i for i in items if i["metadata"]["name"] == "istiod"][0]["spec"]["template"]["spec"]["containers"][0].setdefault("env", []).append({"name": "ISTIO_MULTIROOT_MESH", "value": "true"})'
    done
    pods cluster-1 "istiod-1 istiod $(at 0)" "old reviews $(at 5)" "new reviews $(at 200)"
    pass_at 0
    take_roots cluster-1
    take_roots cluster-2
    pass_at 1
    # Long after the first certificates everything is current.
    same "$(proxies cluster-1 $((60 * 24)) 'p["istiod"], p["current"]')" "settled 2"
    sed -i 's/generated: {}/generated: {ttlDays: 3000}/; s/^  mtlsConfig:/&\n    rotationVerificationMethod: {none: {}}/' specs/specs/virtual-mesh.yaml
    push_specs "another root"
    pass_at 170
    [[ $("$WEFT" status -c weft.yaml) == *ADDING_NEW_ROOT* ]]
    same "$(proxies cluster-1 175 'p["istiod"], p["step"], p["former"]')" "not loaded 1 2"
    cp dump/cluster-1/configmaps.json former.json
    take_roots cluster-1
    # This look is the first that sees it.
    same "$(proxies cluster-1 178 'p["istiod"], p["since"], p["current"], p["mayBeFormer"]')" "loaded $(at 178) 1 1"
    pass_at 180
    same "$(proxies cluster-1 240 'p["istiod"], p["since"], p["current"], p["workloads"][0]["pods"], p["workloads"][0]["until"]')" \
        "loaded $(at 180) 1 ['old'] $(at $((180 + 120 + 10)))"
    pass_at 240
    same "$(proxies cluster-1 250 '[p["since"]]')" "$(at 180)"
    same "$(proxies cluster-1 $((180 + 120 + 10)) 'p["current"], p["mayBeFormer"]')" "2 0"
    cp former.json dump/cluster-1/configmaps.json
    same "$(proxies cluster-1 260 'p["istiod"], p["former"]')" "not loaded 2"
}
