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
# series FILE: names with the names of their labels, without values: "weft_x{a,b}".
series() { grep -oE '^weft_[a-z_]+(\{[^}]*\})?' "$1" | sed -E 's/="([^"\\]|\\.)*"//g' | sort -u; }
# tested: the same of the series that the tests of the alerts feed.
tested() {
    cat "$deploy"/monitoring/alerts*-test.yaml | grep -oE "series: 'weft_[^']*'" | sed -E "s/series: '//; s/'$//" >tested.series
    series tested.series | sed 's/, */,/g'
}
# silent PROMTOOL: what a pass told of a silent cluster, told by each pass for two days, makes the alert fire for that cluster alone.
silent() {
    cp "$deploy/monitoring/alerts.yaml" rules.whole
    sed -e '1,/^spec:/d' -e 's/^  //' rules.whole >rules.yaml
    {
        printf 'rule_files: [rules.yaml]\nevaluation_interval: 1h\ntests:\n- interval: 1h\n  input_series:\n'
        grep '^weft_' silent.prom | sed -E "s/^(.*) ([^ ]+)\$/  - {series: '\1', values: '\2x48'}/"
        cat <<'YAML'
  alert_rule_test:
  - {alertname: WeftClusterSilent, eval_time: 10h, exp_alerts: []}
  - alertname: WeftClusterSilent
    eval_time: 30h
    exp_alerts:
    - exp_labels: {severity: warning, cluster: cluster-2}
      exp_annotations:
        summary: Cluster cluster-2 has not answered weft for a day; rotations wait for it.
        description: weft evidence says what it tried.
YAML
    } >silent-test.yaml
    "$1" test rules silent-test.yaml
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
    sed -i 's/ttlDays: 1825/ttlDays: 1800/' specs/specs/virtualmesh.yaml
    push "another root"
    passes "a pass that makes another root converges" 0 metrics.yaml
    passes "and the next one" 0 metrics.yaml
    is "the rotation says since when it is where it is" 1 grep -c '^weft_rotation_entered_timestamp_seconds{virtual_mesh="gloo-mesh/bookinfo"} 1' metrics.prom
    series metrics.prom >real.series
    before="$(grep -c . pushed.prom)"
    sed -i 's/istiod-istio-system-cluster-2$/no-such-mesh/' specs/specs/virtualmesh.yaml
    push "a mesh that is not there"
    passes "a refused spec, accepted on purpose, is no failure" 0 metrics.yaml --accept-refused
    curl -sf "http://$gateway/metrics" >pushed.prom
    says "but the metrics tell it" 'weft_virtual_meshes\{[^}]*state="INVALID"\} 1' cat pushed.prom
    check "the group was replaced, not added to" [ "$(grep -c . pushed.prom)" -le "$((before + 20))" ]
    series metrics.prom >>real.series

    # A cluster that answers nothing: the same kubeconfig at a port without a listener.
    sed "s|server: https://127.0.0.1:[0-9]*|server: https://127.0.0.1:$(free_port)|" "$admin" >nobody.kubeconfig
    git -C specs revert --no-edit HEAD >/dev/null
    push "as it was"
    output=metrics config silent.yaml metrics "management: {$server, gitops: true, lease: false}" \
        "clusters: [{name: cluster-1, $server, sealingCertificate: certs/cluster-1.pem}, {name: cluster-2, kubeconfig: nobody.kubeconfig, sealingCertificate: certs/cluster-2.pem}]" \
        "metrics: {pushgateway: 'http://$gateway', file: silent.prom}"
    passes "a cluster that is silent fails no pass" 0 silent.yaml
    series silent.prom >>real.series
    is "silence is no refusal" "0 0" sh -c "sed -n 's/^weft_cluster_refuses{.*} //p' silent.prom | paste -sd' '"
    # The same cluster answers, but its account has no rights.
    kubectl -n default create serviceaccount rightless >/dev/null
    cp "$("$KUBERNETES/server" account "$dir/management" default rightless)" rightless.kubeconfig
    sed -e 's|nobody.kubeconfig|rightless.kubeconfig|' -e 's|silent.prom|rightless.prom|' silent.yaml >rightless.yaml
    passes "a cluster that refuses fails no pass" 0 rightless.yaml
    is "it is reachable" "weft_cluster_reachable{cluster=\"cluster-2\"} 1" grep '^weft_cluster_reachable{cluster="cluster-2"}' rightless.prom
    is "and refuses" "weft_cluster_refuses{cluster=\"cluster-2\"} 1" grep '^weft_cluster_refuses{cluster="cluster-2"}' rightless.prom
    is "without evidence of a time" "cluster-1" sed -n 's/^weft_cluster_evidence_timestamp_seconds{cluster="\(.*\)"} .*/\1/p' rightless.prom
    passes "silent again" 0 silent.yaml
    is "it is told as such, the other as one that answers" "weft_cluster_reachable{cluster=\"cluster-1\"} 1 weft_cluster_reachable{cluster=\"cluster-2\"} 0" \
        sh -c "grep '^weft_cluster_reachable' silent.prom | sort | paste -sd' '"
    is "only one that answered has evidence of a time" "cluster-1" sed -n 's/^weft_cluster_evidence_timestamp_seconds{cluster="\(.*\)"} 1[0-9]\{9\}$/\1/p' silent.prom
    check "such a file makes WeftClusterSilent fire, for that cluster" silent "$promtool"
    # Discovery of the cluster that answers.
    output=metrics config found.yaml metrics "management: {$server, lease: false}" "discovery: {enabled: true}" \
        "clusters: [{name: cluster-1, $server, sealingCertificate: certs/cluster-1.pem}, {name: cluster-2, kubeconfig: nobody.kubeconfig, sealingCertificate: certs/cluster-2.pem}]" \
        "metrics: {file: found.prom}"
    pass found.yaml
    is "what was read is complete, what was not is not" "1 0" sh -c "sed -n 's/^weft_inventory_complete{.*} //p' found.prom | paste -sd' '"
    series found.prom >>real.series
    tested >tested.names
    is "the alerts are tested with series that weft writes" "" comm -23 tested.names <(sort -u real.series)

    # A pass that fails early takes nothing away from the group.
    curl -sf "http://$gateway/metrics" >pushed.prom
    before="$(grep -c '^weft_certificate' pushed.prom)"
    sed 's|state.key|no.key|' silent.yaml >failing.yaml
    passes "a pass without its key fails" 1 failing.yaml
    curl -sf "http://$gateway/metrics" >pushed.prom
    is "the certificates are told as before" "$before" grep -c '^weft_certificate' pushed.prom
    is "and the cluster" 0 sed -n 's/^weft_cluster_reachable{cluster="cluster-2".*} //p' pushed.prom
    is "while the last pass is the failed one" 1 grep -c '^weft_last_pass_timestamp_seconds{.*result="failed"' pushed.prom
    is "and no other" 1 grep -c '^weft_last_pass_timestamp_seconds{' pushed.prom
    kill "$gateway_pid"
    passes "a Pushgateway that is away fails nothing" 0 metrics.yaml --accept-refused
    told "and is told" 'warn .*push metrics'
}
metrics_part
