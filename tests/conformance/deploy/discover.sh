# deploy/discover.sh - weft discover on two real API servers with the rights of k8s-job/deploy/cluster/discover.yaml alone: it prints
# what --from prints for the same lists, and says what is missing or silent.
# shellcheck shell=bash disable=SC2154

# shellcheck source=SCRIPTDIR/objects-of-mesh.sh
source "$CONFORMANCE/deploy/objects-of-mesh.sh"

# dumped KUBECTL FOLDER: the lists as docs/discovery.md has them fetched.
dumped() {
    mkdir -p "$2"
    "$1" get --raw /api/v1/namespaces >"$2/namespaces.json"
    "$1" get --raw /api/v1/services >"$2/services.json"
    for list in deployments daemonsets statefulsets; do "$1" get --raw "/apis/apps/v1/$list" >"$2/$list.json"; done
    "$1" get --raw '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations?labelSelector=app=sidecar-injector' \
        >"$2/mutatingwebhookconfigurations.json"
    "$1" get --raw '/api/v1/namespaces/istio-system/configmaps?fieldSelector=metadata.name=istio' >"$2/configmaps.json"
}

# reader FILE KUBECTL CONFIG: account.yaml and discover.yaml applied, and the kubeconfig that their script prints.
reader() {
    local token
    "$2" apply --server-side --force-conflicts -f "$deploy/cluster/account.yaml" -f "$deploy/cluster/discover.yaml" >/dev/null
    token="$("$2" -n weft-system create token weft-remote --duration 2h)"
    "$2" -n weft-system patch secret weft-remote-token --type merge -p '{"stringData": {"token": "'"$token"'"}}' >/dev/null
    (umask 077 && KUBECONFIG="$3" KUBECTL="$KUBECTL_BIN/kubectl" "$deploy/cluster/kubeconfig" >"$1")
}
discover() { "$WEFT" discover -c discover.yaml -q --now 2026-11-23T11:00:00Z "$@"; }
clusters_anew
check "cluster-1 gets the objects of a mesh" made kubectl
check "cluster-2, too" made workload
check "cluster-1 has an account that may discover" reader discover-1.kubeconfig kubectl "$admin"
check "cluster-2 has one" reader discover-2.kubeconfig workload "$workload_admin"
may() { "$KUBECTL_BIN/kubectl" --kubeconfig discover-1.kubeconfig auth can-i "$@" 2>/dev/null; }
is "it may not list Secrets" no may list secrets -A
is "nor pods" no may list pods -A
is "nor ConfigMaps" no may list configmaps -n istio-system
is "nor get what it may list" no may get services -n istio-system

config discover.yaml discover "clusters:" "- {name: cluster-1, kubeconfig: discover-1.kubeconfig}" "- {name: cluster-2, kubeconfig: discover-2.kubeconfig}"
dumped kubectl discovered/cluster-1
dumped workload discovered/cluster-2
exits "it reads both clusters" 0 discover --output inventory-read
says "and finds the mesh" 'cluster-1 +ok +[^ ]+ \(default\) +cluster.local +istio-system/istio-eastwestgateway +3 of ' discover
exits "it reads the files" 0 discover --from discovered --output inventory-from
check "both give the same inventory" diff -r inventory-read inventory-from
for format in table json; do
    discover -o "$format" >read.out 2>read.err
    discover --from discovered -o "$format" >from.out 2>from.err
    check "and print the same ($format)" diff read.out from.out
    check "with the same findings ($format)" diff read.err from.err
done
is "a name limits it" cluster-2 sh -c "'$WEFT' discover -c discover.yaml -q cluster-2 2>/dev/null | awk 'NR > 1 { print \$1 }'"

# In a pass: the inventory of both servers, what differs from it, and the way from hand-written objects to it.
CLUSTERS_READ='clusters: [{name: cluster-1, sealingCertificate: certs/cluster-1.pem, kubeconfig: discover-1.kubeconfig}, {name: cluster-2, sealingCertificate: certs/cluster-2.pem, kubeconfig: discover-2.kubeconfig}]'
# shellcheck disable=SC2034 # the configuration of stage.sh names it
output=inventory-output
repository inventory-output rendered
manifests() { git -C "$dir/srv/inventory-output.git" rev-parse rendered:clusters; }
inventory() { git -C "$dir/srv/inventory-output.git" rev-parse weft/inventory; }
# compares WHAT STATUS ARGUMENT...: discover --diff with the specs of the configuration, or the last inventory.
compares() { exits "$1" "$2" "$WEFT" discover -c passes.yaml -q --diff "${@:3}"; }
rm -rf specs/specs/*
cp "$root/tests/golden/discovered-inventory/in/virtual-mesh.yaml" specs/specs/
cp -r inventory-read/clusters specs/specs/
push "a fleet by hand"
config passes.yaml passes "$CLUSTERS_READ"
for each in kubectl workload; do "$each" delete --ignore-not-found -f "$deploy/cluster/evidence.yaml" >/dev/null; done # of another part
exits "a pass wants to know which roots a cluster trusts" 3 "$WEFT" run -c passes.yaml -q
for each in kubectl workload; do "$each" apply --server-side --force-conflicts -f "$deploy/cluster/evidence.yaml" >/dev/null; done
exits "a fleet by hand is rendered" 0 "$WEFT" run -c passes.yaml -q
by_hand="$(manifests)"
compares "all of it is as the clusters have it" 0
says "and may be deleted" 'may be deleted' "$WEFT" discover -c passes.yaml -q --diff
config passes.yaml passes "$CLUSTERS_READ" "discovery: {enabled: true}"
exits "with discovery enabled a pass commits the inventory" 0 "$WEFT" run -c passes.yaml -q
rm -r specs/specs/clusters
push "the wishes alone"
exits "without the objects by hand, too" 0 "$WEFT" run -c passes.yaml -q
is "the manifests stay byte for byte" "$by_hand" manifests
exits "validate takes the inventory" 0 "$WEFT" validate -c passes.yaml
exits "render, too" 0 "$WEFT" render -c passes.yaml --specs specs/specs --inventory weft/inventory --output rendered-by-hand
compares "no cluster differs from the inventory" 0
last="$(inventory)"
workload -n shop patch service reviews --type merge -p '{"metadata": {"labels": {"tier": "front"}}}' >/dev/null
compares "a label that was set is a difference" 4
says "with its field" 'spec.kubeService.labels.tier: was nothing, is "front"' "$WEFT" discover -c passes.yaml -q --diff
is "and nothing is committed by looking" "$last" inventory
exits "the next pass takes it" 0 "$WEFT" run -c passes.yaml -q
compares "after that nothing differs" 0
compares "but from the commit before" 4 --inventory "$last"
unset output

# What is wrong with one cluster is said of it, and the other one is read.
workload -n istio-system delete rolebinding weft-remote-discover >/dev/null
exits "a right is missing" 3 discover
says "the rule to add is said" 'cluster-2 +refused .*resources: \[configmaps\], resourceNames: \["istio"\]' discover
workload delete clusterrolebinding weft-remote-discover >/dev/null
says "the one of a whole list, too" "cluster-2 +refused .*apiGroups: \\[''\\], resources: \\[namespaces\\], verbs: \\[list\\]" discover
sed 's/127.0.0.1:[0-9]*/127.0.0.1:1/' discover-2.kubeconfig >nowhere.kubeconfig
sed -i 's/discover-2.kubeconfig/nowhere.kubeconfig/' discover.yaml
exits "without an answer the reading is incomplete" 3 discover
says "it is unreachable" 'cluster-1 +ok .*cluster-2 +unreachable ' discover
sed -i 's/nowhere.kubeconfig/discover-1.kubeconfig/' discover.yaml
says "one cluster under two names is refused" 'cluster-1 and cluster-2 are one cluster' discover
unmade
