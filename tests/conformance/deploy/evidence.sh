# deploy/evidence.sh - a whole rotation by weft, step by step, that opens its gates by what two real istiods show: Secrets go
# straight to the clusters, and a test plays the kubelet that mounts them.
# shellcheck shell=bash disable=SC2034,SC2154

istiod() { "$CONFORMANCE/istiod/server" "$@"; }
secret() { "$1" -n istio-system get secret cacerts -o "jsonpath={.data.$2}" | base64 -d; }

# mount CLUSTER KUBECTL: the files of the live Secret, as the kubelet lays them out.
mount_secret() {
    local name
    rm -rf "mount-$1"
    mkdir "mount-$1"
    for name in ca-cert ca-key cert-chain root-cert; do secret "$2" "$name\\.pem" >"mount-$1/$name.pem"; done
}
# follow CLUSTER KUBECTL: its istiod gets what is in the Secret now.
follow() {
    mount_secret "$1" "$2"
    istiod load "$dir/istiod-$1" "mount-$1"
}
port_of() { awk '$1 == "xds" { print $2 }' "$dir/istiod-$1/ports"; }

# shows CLUSTER COLUMN WANT: a cell of weft evidence, within half a minute.
shows() {
    local told=""
    for _ in $(seq 60); do
        told="$("$WEFT" evidence -c evidence.yaml -q -o json 2>/dev/null |
            python3 -c 'import json, sys; print([c[sys.argv[2]]["seen"] for c in json.load(sys.stdin)["clusters"] if c["cluster"] == sys.argv[1]][0])' "$1" "$2")" || true
        [ "$told" = "$3" ] && return 0
        sleep 0.5
    done
    echo "weft evidence shows $2 of $1 as \"$told\""
    return 1
}
step() { sqlite3 "file:evidence/state.db?mode=ro" "SELECT state || ' ' || step FROM rotations"; }

# comes WHAT WANT: passes until the rotation is there, half a minute at most.
comes() {
    local now=""
    for _ in $(seq 30); do
        pass evidence.yaml
        now="$(step)"
        [ "$now" = "$2" ] && break
        sleep 1
    done
    if [ "$now" = "$2" ]; then ok "$1"; else
        fail "$1: it stays at $now"
        tail -n 6 pass.log | cut -c1-400 | sed 's/^/     /'
    fi
}
# stays WHAT WANT: three passes do not move it.
stays() {
    for _ in 1 2 3; do pass evidence.yaml; sleep 1.2; done
    if [ "$(step)" = "$2" ]; then ok "$1"; else fail "$1: it is at $(step)"; fi
}

# An istiod as the pre-flight list reads it; nothing runs in it.
deployment() {
    cat <<YAML
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system, labels: {app: istiod}}
spec:
  selector: {matchLabels: {app: istiod}}
  template:
    metadata: {labels: {app: istiod}}
    spec:
      containers:
      - name: discovery
        image: docker.io/istio/pilot:1.31.0
        env: [{name: ISTIO_MULTIROOT_MESH, value: "true"}]
YAML
}

evidence_config() {
    config evidence.yaml evidence "delivery: {mode: direct}" "management: {kubeconfig: $admin}" \
        "evidence: {leafTTL: 2s, skew: 1s, syncAllowance: 1s, failAfter: 1h}" \
        "clusters:" "- {name: cluster-1, kubeconfig: $admin, istiod: \"127.0.0.1:${1:-1}\"}" \
        "- {name: cluster-2, kubeconfig: $workload_admin, istiod: \"127.0.0.1:${2:-1}\"}"
}

output=evidence
clusters_anew
repository evidence rendered
evidence_config
sed -i "/^- {name/s/, istiod: [^}]*//" evidence.yaml
passes "the first pass writes the Secrets of both clusters" 0 evidence.yaml
mount_secret cluster-1 kubectl
mount_secret cluster-2 workload
istiod up "$dir/istiod-cluster-1" "$admin" mount-cluster-1 $$
istiod up "$dir/istiod-cluster-2" "$workload_admin" mount-cluster-2 $$
deployment | kubectl apply --server-side -f - >/dev/null
deployment | workload apply --server-side -f - >/dev/null
evidence_config "$(port_of cluster-1)" "$(port_of cluster-2)"
check "weft sees the roots in every namespace of cluster-1" shows cluster-1 roots yes
check "and that the istiod of cluster-2 signs with its intermediate" shows cluster-2 signer yes
unit test_k8s-job_observe_tls_probe WEFT_TEST_ISTIOD="127.0.0.1:$(port_of cluster-2)" WEFT_TEST_CACERTS="$dir/mount-cluster-2" || true
says "and its version" '1\.31\.0' "$WEFT" evidence -c evidence.yaml -q
says "the pre-flight list has nothing against a rotation" '"verdict": "ok"' "$WEFT" rotation plan gloo-mesh/bookinfo -c evidence.yaml -o json
workload -n istio-system set env deployment/istiod ISTIO_MULTIROOT_MESH=false MAX_WORKLOAD_CERT_TTL=48h >/dev/null
says "an istiod that takes one root only is on it" 'cluster-2 +several roots +bad' "$WEFT" rotation plan gloo-mesh/bookinfo -c evidence.yaml
says "and certificates that live longer than the configuration says" 'cluster-2 +leaf life +bad .*up to 2d' \
    "$WEFT" rotation plan gloo-mesh/bookinfo -c evidence.yaml
passes "a pass still converges" 0 evidence.yaml
told "and says how long gates will wait" 'cluster-2 issues workload certificates of up to 2d'
workload -n istio-system set env deployment/istiod ISTIO_MULTIROOT_MESH=true MAX_WORKLOAD_CERT_TTL- >/dev/null

# proxy NAME STARTED [TTL]: a pod of cluster-1 with a proxy, as the kubelet reports it.
proxy() {
    kubectl -n default create serviceaccount default >/dev/null 2>&1 || true
    kubectl apply --server-side -f - >/dev/null <<YAML
apiVersion: v1
kind: Pod
metadata: {name: $1, namespace: default, labels: {service.istio.io/canonical-name: $1}}
spec:
  containers:
  - name: istio-proxy
    image: docker.io/istio/proxyv2:1.31.0
    env:
    - {name: CA_ADDR, value: "istiod.istio-system.svc:15012"}
    - {name: SECRET_TTL, value: ${3:-1s}}
YAML
    kubectl -n default patch pod "$1" --subresource=status --type=merge -p "{\"status\":{\"phase\":\"Running\",\"containerStatuses\":[
        {\"name\":\"istio-proxy\",\"image\":\"x\",\"imageID\":\"\",\"ready\":true,\"restartCount\":0,\"state\":{\"running\":{\"startedAt\":\"$2\"}}}]}}" >/dev/null
}
# proxies CLUSTER PYTHON: of the proxies of a cluster, p.
proxies() {
    "$WEFT" evidence -c evidence.yaml -q --workloads -o json 2>/dev/null |
        python3 -c 'import json, sys; p = [c["proxies"] for c in json.load(sys.stdin)["clusters"] if c["cluster"] == sys.argv[1]][0]; print(*eval(sys.argv[2]))' "$1" "$2"
}
proxy short 2026-01-01T00:00:00Z
proxy long 2026-01-01T00:00:00Z 24h

sed -i 's/^  mtlsConfig:$/  mtlsConfig:\n    rotationVerificationMethod: {none: {}}/; s/ttlDays: 1825/ttlDays: 1824/' specs/specs/virtualmesh.yaml
push "another root, please"
comes "another root is asked for: step 1 is written to both clusters" "ADDING_NEW_ROOT 1"
stays "it waits while no istiod has loaded it" "ADDING_NEW_ROOT 1"
check "weft says what it waits for" shows cluster-1 roots waiting
is "until then every proxy of cluster-1 is as it was" "not loaded 2" proxies cluster-1 'p["istiod"], p["former"]'
is "a cluster without proxies has none" "0 0" proxies cluster-2 'p["former"], p["current"]'
follow cluster-1 kubectl
check "the ConfigMaps of cluster-1 follow" shows cluster-1 roots yes
stays "it waits for the other cluster" "ADDING_NEW_ROOT 1"
is "a certificate of a second has ended, one of a day may have not" "loaded 1 1 long longLife" \
    proxies cluster-1 'p["istiod"], p["current"], p["mayBeFormer"], p["workloads"][0]["pods"][0], p["workloads"][0]["need"]'
proxy long "$(date -u -d '+5 seconds' +%FT%TZ)" 24h
is "a restarted proxy is current" "2 0" proxies cluster-1 'p["current"], p["mayBeFormer"]'
follow cluster-2 workload
comes "both loaded it, and the leaves turned over: step 2" "PROPAGATING_NEW_INTERMEDIATE 2"
stays "roots that did not change prove nothing" "PROPAGATING_NEW_INTERMEDIATE 2"
check "the istiod of cluster-2 signs as before" shows cluster-2 signer waiting
follow cluster-1 kubectl
follow cluster-2 workload
check "the istiod of cluster-2 signs under the new root" shows cluster-2 signer yes
comes "both sign under the new root: step 3" "DELETING_OLD_ROOT 3"
stays "it waits for the roots again" "DELETING_OLD_ROOT 3"
follow cluster-1 kubectl
follow cluster-2 workload
comes "both dropped the old root: done" "NOT_ROTATING 0"
is "nothing of it was assumed" 0 \
    sh -c "'$WEFT' status -c evidence.yaml -o json | grep -c assumed"
is "the receipts name the one root that is left" 1 \
    sh -c "git -C '$dir/srv/evidence.git' show rendered:receipts/cluster-1/istio-system.cacerts.yaml | grep -A9 '^roots:' | grep -c '^- '"

# A cluster that cannot be reached: unknown is not passed, and nothing moves on its behalf.
sed -i 's/ttlDays: 1824/ttlDays: 1823/' specs/specs/virtualmesh.yaml
push "and another"
comes "the next rotation begins" "ADDING_NEW_ROOT 1"
follow cluster-1 kubectl
follow cluster-2 workload
sed 's/127.0.0.1:[0-9]*/127.0.0.1:1/' "$workload_admin" >nobody.kubeconfig
sed -i "s|kubeconfig: $workload_admin|kubeconfig: $dir/nobody.kubeconfig|" evidence.yaml
stays "it waits for a cluster that does not answer" "ADDING_NEW_ROOT 1"
told "and says so" 'cluster-2'
sed -i "s|kubeconfig: $dir/nobody.kubeconfig|kubeconfig: $workload_admin|" evidence.yaml
comes "it goes on when the cluster answers again" "PROPAGATING_NEW_INTERMEDIATE 2"
istiod down "$dir/istiod-cluster-1"
istiod down "$dir/istiod-cluster-2"
unset output
