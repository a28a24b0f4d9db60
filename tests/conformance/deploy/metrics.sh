# deploy/metrics.sh - metrics to a real Pushgateway and to a file, judged by promtool, and asked for by the alerts.
# shellcheck shell=bash disable=SC2154

# shellcheck source=SCRIPTDIR/../process.sh
source "$CONFORMANCE/process.sh"

gateway_up() {
    gateway="127.0.0.1:$(free_port)"
    "$tool" --web.listen-address "$gateway" >gateway.log 2>&1 </dev/null &
    gateway_pid=$!
    for _ in $(seq 50); do curl -sf --max-time 2 "http://$gateway/-/ready" >/dev/null && return; sleep 0.1; done
    return 1
}
# families FILE: the names of weft's own metrics.
families() { grep -oE '^weft_[a-z_]+' "$1" | sort -u; }

metrics_part() {
    local promtool server
    debian_tool prometheus promtool || return 0
    promtool="$tool"
    debian_tool prometheus-pushgateway prometheus-pushgateway || return 0
    gateway_up || { fail "the Pushgateway does not start: $(tail -3 gateway.log)"; return 0; }
    ok "a Pushgateway starts"
    repository metrics rendered
    kubectl apply --server-side -f specs/specs/virtualmesh.yaml >/dev/null
    # Both clusters are this API server, too: its errors are counted once.
    server="kubeconfig: $admin"
    output=metrics config metrics.yaml metrics "management: {$server, gitops: true, lease: false}" \
        "clusters: [{name: cluster-1, $server, sealingCertificate: certs/cluster-1.pem}, {name: cluster-2, $server, sealingCertificate: certs/cluster-2.pem}]" \
        "metrics: {pushgateway: 'http://$gateway', file: metrics.prom}"
    passes "a pass with metrics converges" 0 metrics.yaml
    untold "and says nothing of them" 'metrics'
    check "promtool finds nothing wrong with them" sh -c "'$promtool' check metrics <metrics.prom"
    curl -sf "http://$gateway/metrics" >pushed.prom
    is "the Pushgateway has what the file has" "$(families metrics.prom)" families pushed.prom
    says "in a group of its own" 'push_time_seconds\{instance="weft-[0-9a-f]{16}",job="weft"\}' cat pushed.prom
    says "with the end of each certificate" 'weft_certificate_not_after_timestamp_seconds\{.*kind="intermediate".*mesh="istiod-istio-system-cluster-2' cat pushed.prom
    before="$(grep -c . pushed.prom)"
    sed -i 's/istiod-istio-system-cluster-2$/no-such-mesh/' specs/specs/virtualmesh.yaml
    push "a mesh that is not there"
    passes "a refused spec, accepted on purpose, is no failure" 0 metrics.yaml --accept-refused
    curl -sf "http://$gateway/metrics" >pushed.prom
    says "but the metrics tell it" 'weft_virtual_meshes\{[^}]*state="INVALID"\} 1' cat pushed.prom
    check "the group was replaced, not added to" [ "$(grep -c . pushed.prom)" -le "$((before + 20))" ]
    kill "$gateway_pid"
    passes "a Pushgateway that is away fails nothing" 0 metrics.yaml --accept-refused
    told "and is told" 'warn .*push metrics'
}
metrics_part
