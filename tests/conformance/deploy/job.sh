# deploy/job.sh - the CronJob's Job as it would run: the API server admits the pod under the restricted standard, and
# kubelet.py executes it in the image's root file system.
# shellcheck shell=bash disable=SC2034,SC2154

# values LINE...: the example's values, with what is here.
values() {
    local cluster
    cat <<YAML
config:
  specs: {url: $job_url/specs.git, path: specs, auth: {username: weft, passwordFile: /etc/weft/git/specs.token, caFile: git-ca.pem}}
  output: {url: $job_url/job.git, branch: rendered, auth: {username: weft, passwordFile: /etc/weft/git/output.token, caFile: git-ca.pem}}
  pki: {keyType: ec-p256}
  clusters:
  - {name: cluster-1, sealingCertificate: cluster-1.pem}
  - {name: cluster-2, sealingCertificate: cluster-2.pem, kubeconfig: /etc/weft/clusters/cluster-2/kubeconfig}
kubeconfigs: [{cluster: cluster-2, secret: weft-cluster-2}]
metrics: {file: /var/lib/weft/weft.prom}
certificates:
YAML
    for cluster in cluster-1 cluster-2; do printf '  %s.pem: |\n%s\n' "$cluster" "$(sed 's/^/    /' "certs/$cluster.pem")"; done
    printf '  git-ca.pem: |\n%s\n' "$(sed 's/^/    /' "$job_ca")"
    [ $# -eq 0 ] || printf '%s\n' "$@"
}

# install [LINE...]: the chart with the example's values and these.
install() {
    values "$@" >job-values.yaml
    helm template weft "$deploy/chart/weft" -n weft-system -f "$deploy/examples/values-tokens.yaml" -f job-values.yaml >job-objects.yaml &&
        kubectl apply --server-side --force-conflicts -f job-objects.yaml
}

# job NAME: what the CronJob and Job controllers do: a Job of the CronJob's template, a Pod of the Job's.
job() {
    kubectl -n weft-system create job --from=cronjob/weft "$1" >/dev/null
    pod_of "$1"
}
# pod_of JOB: bound to the node that answers for logs.
pod_of() {
    kubectl -n weft-system get job "$1" -o json >"$1.json"
    python3 - "$1" <<'PY' >"$1.pod.json"
import json, sys
job = json.load(open(sys.argv[1] + ".json"))
template = job["spec"]["template"]
meta = template["metadata"] | {"name": sys.argv[1] + "-x7k2p", "namespace": "weft-system"}
meta["ownerReferences"] = [{"apiVersion": "batch/v1", "kind": "Job", "name": job["metadata"]["name"], "uid": job["metadata"]["uid"],
                            "controller": True, "blockOwnerDeletion": True}]
print(json.dumps({"apiVersion": "v1", "kind": "Pod", "metadata": {key: meta[key] for key in meta if key != "creationTimestamp"},
                  "spec": template["spec"] | {"nodeName": "node-1"}}))
PY
    kubectl create -f "$1.pod.json"
}
# node: one that answers for logs.
node() {
    serve kubelet "$CONFORMANCE/deploy/kubeletlog.py" "$dir/node" "$dir/management/server.crt" "$dir/management/server.key"
    kubectl create -f - >/dev/null <<'YAML'
apiVersion: v1
kind: Node
metadata: {name: node-1}
YAML
    kubectl patch node node-1 --subresource status --type merge -p '{"status": {"addresses": [{"type": "InternalIP", "address": "127.0.0.1"}],
        "daemonEndpoints": {"kubeletEndpoint": {"Port": '"$served_port"'}}}}' >/dev/null
}

# executed NAME: its pod, to the end; the result is $1.result.
executed() {
    KUBECTL="$KUBECTL_BIN/kubectl --kubeconfig $admin" API_HOST=127.0.0.1 API_PORT="$(cat management/port)" \
        unshare --mount --propagation private --pid --fork --kill-child \
        "$CONFORMANCE/deploy/kubelet.py" weft-system "$1-x7k2p" "${rootfs:-$dir/rootfs}" "$dir/node" >"$1.result"
}

# result NAME EXPRESSION: of the result d.
result() { python3 -c 'import json, sys; d = json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' "$1.result" "$2" 2>/dev/null; }

# runs NAME WHAT STATUS
runs() {
    check "the pod $1 is admitted" job "$1"
    check "it is executed" executed "$1"
    is "$2" "$3" result "$1" 'd["exitCode"]'
    if [ "$(result "$1" 'd["exitCode"]')" != "$3" ]; then tail -n 8 node/log | cut -c1-400 | sed 's/^/     /' || true; fi
}

# in_cluster STATUS ARGUMENT...: the script for people, while its Job's pod is executed; what it says is in said and told.
in_cluster() {
    local want="$1" script name='' status=0
    shift
    KUBECTL="$KUBECTL_BIN/kubectl --kubeconfig $admin" WEFT_WAIT=60 "$deploy/weft-in-cluster" "$@" >said 2>told &
    script=$!
    for _ in $(seq 100); do
        name="$(kubectl -n weft-system get jobs -o name | sed -n "s|^job.batch/\(weft-$1-[0-9a-f]*\)\$|\1|p")"
        [ -z "$name" ] || break
        sleep 0.1
    done
    [ -n "$name" ] && pod_of "$name" >/dev/null && executed "$name"
    wait "$script" || status=$?
    cat said told
    [ "$status" = "$want" ] || { echo "it ended with $status"; return 1; }
    [ -z "$(kubectl -n weft-system get job "$name" -o name --ignore-not-found)" ] || { echo "the Job is left"; return 1; }
}
# toolbox DEST: a root file system with the programs that a backup takes.
toolbox() {
    local tool library
    mkdir -p "$1"/{tmp,proc,dev,usr/bin}
    ln -s usr/bin "$1/bin"
    for tool in sh tar gzip base64 sha256sum; do
        cp -L "$(command -v "$tool")" "$1/usr/bin/$tool"
        while read -r library; do
            mkdir -p "$1${library%/*}"
            cp -L "$library" "$1$library"
        done < <(ldd "$(command -v "$tool")" | awk '$2 == "=>" && $3 ~ /^\// { print $3 } $1 ~ /^\// { print $1 }')
    done
    chmod 1777 "$1/tmp"
}
# for_people: status and the like, and a backup that a whole new state can be made from.
for_people() {
    check "a node answers for logs" node
    check "weft status runs in the cluster" in_cluster 0 status
    says "and is printed" 'gloo-mesh/bookinfo +ACCEPTED' cat said
    check "so does weft evidence" in_cluster 0 evidence
    says "which asks the clusters" 'cluster-2' cat said
    check "weft trust takes its arguments" in_cluster 0 trust root gloo-mesh/bookinfo
    says "and prints the roots" 'BEGIN CERTIFICATE' cat said
    check "the exit status is weft's" in_cluster 1 rotation approve "gloo-mesh/bookinfo"
    says "and so are its words" 'no rotation runs' cat said
    says "a Job can be printed, too" '"plan",\s+"--now=\\\\\\"tomorrow\\\\\\"",\s+"--config=/etc/weft/config/weft.yaml"' \
        env KUBECTL="$KUBECTL_BIN/kubectl --kubeconfig $admin" "$deploy/weft-in-cluster" --print plan '--now=\"tomorrow\"'
    is "and is not there" "" sh -c "'$KUBECTL_BIN/kubectl' --kubeconfig '$admin' -n weft-system get jobs -o name | grep weft-plan"
    says "who waits in vain hears why" 'its pod is missing after 1 seconds' \
        env KUBECTL="$KUBECTL_BIN/kubectl --kubeconfig $admin" WEFT_WAIT=1 "$deploy/weft-in-cluster" status
    toolbox "$dir/toolbox"
    check "the state is backed up" env_rootfs "$dir/toolbox" in_cluster 0 backup "$dir/state.tar.gz"
    is "for its owner only" 600 stat -c %a state.tar.gz
    mkdir restored && tar -C restored -xzf state.tar.gz
    check "byte by byte" cmp restored/state.db node/claims/weft/state.db
    is "the backup's pod sees the state and nothing else" "state tmp" \
        kubectl -n weft-system get pods -l "batch.kubernetes.io/job-name" -o "jsonpath={.items[?(@.spec.containers[0].image=='busybox:stable')].spec.volumes[*].name}"
}
env_rootfs() {
    local rootfs="$1"
    shift
    "$@"
}

pod_field() { kubectl -n weft-system get pod "$1-x7k2p" -o "jsonpath={$2}"; }
modes() { (cd "node/claims/weft" && stat -c '%n %u %a' "$@"); }

job_part() {
    [ "$(id -u)" = 0 ] || { printf 'SKIP %s: the job part enters a root file system: run it as root\n' "$PEER"; return; }
    unshare --mount --pid --fork true 2>/dev/null || { printf 'SKIP %s: no namespaces here, so no pod is executed\n' "$PEER"; return; }
    clusters_anew
    repository job rendered
    serve job TLS=1 "$root/tests/servers/git-http.sh" "$dir/srv" weft sesame
    job_url="$served_url" job_ca="$served_ca"
    kubectl label namespace weft-system pod-security.kubernetes.io/enforce=restricted pod-security.kubernetes.io/warn=restricted >/dev/null
    kubectl -n weft-system create configmap kube-root-ca.crt --from-file=ca.crt=management/ca.crt >/dev/null
    kubectl -n weft-system create secret generic weft-state-key --from-file=state.key >/dev/null
    kubectl -n weft-system create secret generic weft-git --from-literal=specs.token=sesame --from-literal=output.token=sesame >/dev/null
    check "cluster-2 is enrolled" enrol far.kubeconfig workload "$workload_admin"
    kubectl -n weft-system create secret generic weft-cluster-2 --from-file=kubeconfig=far.kubeconfig >/dev/null
    kubectl apply --server-side -f specs/specs/virtualmesh.yaml >/dev/null
    check "image/try makes two passes in it" "$deploy/image/try" "$WEFT"
    check "the image's root file system is built" "$deploy/image/rootfs" "$WEFT" "$dir/rootfs"
    check "the chart is installed" install
    account="$("$KUBERNETES/server" account "$dir/management" weft-system weft)"

    runs first "the Job's first pass converges" 0
    is "as nobody's user, without capabilities, on a read-only root" \
        "Uid=65532/65532/65532/65532 Gid=65532/65532/65532/65532 Groups=65532 CapEff=0000000000000000 CapBnd=0000000000000000 CapInh=0000000000000000 NoNewPrivs=1 root=Read-only/file/system" \
        result first 'd["identity"]'
    is "the pod has succeeded" Succeeded pod_field first .status.phase
    is "the state is on the volume, for its owner only" "state.db 65532 600" modes state.db
    is "so is the report, which holds no secret" "report.json 65532 644" modes report.json
    is "the status is on the server" "$(git -C specs rev-parse HEAD)" status_of observedCommit
    is "the mounted kubeconfig leads to the other cluster" 'weft_cluster_reachable{cluster="cluster-2"} 1' \
        grep '^weft_cluster_reachable' node/claims/weft/weft.prom
    says "the log is JSON" '^\{.*"event": *"status"' grep -v '^$' node/log
    is "it needs less memory than it may have" True result first 'd["peak"] < 512 * 1024'
    before="$(tip job)"
    runs second "the second pass converges" 0
    is "and commits nothing" "$before" tip job
    is "nothing is left in /tmp's volume" "" find node/pods -path '*/tmp/*'
    for_people

    sed -i 's/istiod-istio-system-cluster-2$/no-such-mesh/' specs/specs/virtualmesh.yaml
    push "a mesh that is not there"
    runs refused "a refused spec is exit status 3" 3
    is "for which the Job fails without a second try" FailJob \
        kubectl -n weft-system get job refused -o 'jsonpath={.spec.podFailurePolicy.rules[?(@.onExitCodes)].action}'
    says "and the status on the server names the mistake" 'no-such-mesh' status_of errors
    check "the chart is installed with acceptRefused" install 'acceptRefused: true'
    runs accepted "then a refused spec does not fail the Job" 0
    git -C specs revert --no-edit HEAD >/dev/null
    push "as it was"

    kubectl -n weft-system create secret generic weft-state-key --from-literal=state.key=short --dry-run=client -o yaml |
        kubectl apply --server-side --force-conflicts -f - >/dev/null
    runs broken "a state key that is none is exit status 1" 1
    says "and the pod's message says which file" '/etc/weft/key/state.key' \
        pod_field broken '.status.containerStatuses[0].state.terminated.message'
}
job_part
