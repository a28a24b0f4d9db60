# Delivery mode csr: the key of cluster-1 is made by its agent and stays there, in every step of the life of its certificates.
load lib

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() {
    stage_test
    cluster_lists cluster-1 other
    serve api-lists.py dump kubeconfigs cluster-1 other
    write_config "evidence: {trustClock: true}"
    jq '(.items[] | select(.metadata.name | startswith("istiod")) | .spec.template.spec.containers[0].env) += [{name: "ISTIO_MULTIROOT_MESH", value: "true"}]' \
        "$ROOT/tests/discovery/common/deployments.json" >dump/cluster-1/deployments.json
    ENTRY="- {name: cluster-1, delivery: {mode: csr}, kubeconfig: kubeconfigs\/cluster-1.yaml, serviceAccountKeys: kubeconfigs\/cluster-1.jwks}"
    sed -i "s/^- {name: cluster-1.*/$ENTRY/" weft.yaml
    hour 0
}

MANIFEST=clusters/cluster-1/trust/istio-system.cacerts.yaml
RECEIPT=receipts/cluster-1/istio-system.cacerts.yaml

# hour N: weft and the cluster have this time from now on.
hour() {
    NOW=$(date -u -d "@$((1800000000 + $1 * 3600))" +%Y-%m-%dT%H:%M:%SZ)
    echo $((1800000000 + $1 * 3600)) >dump/cluster-1/now
    cp dump/cluster-1/now dump/other/now
}

weft_pass() { run "$WEFT" run -c weft.yaml --now "$NOW" --report report.json; }
agent() { run "$WEFT" agent "${1:-cluster-1}" --kubeconfig kubeconfigs/cluster-1.yaml --now "$NOW" "${@:2}"; }

# What a GitOps tool does: the ConfigMap of the branch comes into the cluster.
sync() {
    rendered_file $MANIFEST >issuance.yaml
    grep -q '^kind: ConfigMap$' issuance.yaml
    "$ROOT/tests/e2e/apply_map.py" issuance.yaml dump/cluster-1/maps.json
}

# What the cluster has: file NAME of cacerts, or of the agent's keys.
secret() { jq -r --arg name "$1" --arg file "$2" '.items[] | select(.metadata.name == $name) | .data[$file] // empty' dump/cluster-1/secrets.json | base64 -d; }
cacerts() { secret cacerts "$1"; }
request() { jq -r '."weft-agent/weft-request".data."request.json"' dump/cluster-1/maps.json | jq -r "$1"; }
receipt() { rendered_file $RECEIPT | sed -n "s/^$1: *\"\{0,1\}\([^\"]*\)\"\{0,1\}$/\1/p"; }
active() { state_rows "SELECT $1 FROM intermediates WHERE cluster='cluster-1' AND state='active'"; }
failures() { jq -r '[.. | .text? // empty] | join("\n")' report.json; }

# whole: cacerts is four files that fit each other, under the roots that weft knows.
whole() {
    cacerts ca-cert.pem >got.pem
    cacerts ca-key.pem >got.key
    cacerts root-cert.pem >got.roots
    same "$(openssl pkey -in got.key -pubout)" "$(openssl x509 -in got.pem -noout -pubkey)"
    openssl verify -x509_strict -attime $((1800000000 + ${1:-0} * 3600)) -CAfile got.roots got.pem
    cmp <(cacerts cert-chain.pem | openssl x509) <(openssl x509 -in got.pem)
}

begin() {
    agent
    expect 0
    weft_pass
    expect 0
    sync
    agent
    expect 0
    whole
}

@test "a key is made, certified and used, and is in its cluster alone" {
    begin
    same "$(active 'length(key)')" 0
    same "$(active 'length(cert_pem) > 0')" 1
    same "$(cacerts ca-cert.pem)" "$(active cert_pem)"
    rendered_files | grep -qx $RECEIPT && false
    weft_pass
    expect 0
    same "$(receipt virtualMesh)" gloo-mesh/bookinfo
    before=$(commits)
    weft_pass
    agent
    weft_pass
    expect 0
    same "$(commits)" "$before"
}

@test "without an agent the other cluster is served, and the status says what to do" {
    weft_pass
    expect 3
    rendered_files | grep -q clusters/cluster-2/trust/
    ! rendered_files | grep -qx $MANIFEST
    [[ $output == *weft-request* ]]
}

@test "no private key of the cluster is anywhere on weft's side" {
    begin
    weft_pass
    for name in cacerts weft-agent-keys; do
        for file in ca-key.pem current.pem spare.pem; do
            secret $name $file 2>/dev/null >found.pem || continue
            [[ -s found.pem ]] || continue
            der=$(openssl pkcs8 -topk8 -nocrypt -in found.pem -outform DER | xxd -p | tr -d '\n')
            echo "$name/$file der $der" >>keys
            echo "$name/$file number ${der:72:64}" >>keys # PKCS#8 of a P-256 key: the number is at this place
        done
    done
    same "$(wc -l <keys)" 6
    "$ROOT/tests/e2e/leaks.py" keys state cache tmp report.json "$SPECS_GIT" "$OUTPUT_GIT" dump/cluster-1/requests dump/cluster-1/maps.json
    cp found.pem tmp/planted
    run "$ROOT/tests/e2e/leaks.py" keys tmp
    [[ $output ]]
}

# What istiod publishes in each namespace, from what it has loaded.
istiod() {
    jq --arg roots "$(cacerts root-cert.pem)" '.items |= map(select(.metadata.name != "istio-ca-root-cert")) + [{apiVersion: "v1", kind: "ConfigMap",
        metadata: {name: "istio-ca-root-cert", namespace: "istio-system"}, data: {"root-cert.pem": $roots}}]' \
        "$ROOT/tests/discovery/common/configmaps.json" >dump/cluster-1/configmaps.json
}

# turn HOURS: weft's pass, the GitOps tool, the agent; then how many roots cacerts has and which of them signs.
turn() {
    hour "$1"
    weft_pass
    expect 0
    sync
    agent
    expect 0
    whole "$1"
    istiod
    HELD="$(cacerts root-cert.pem | grep -c BEGIN) $(cacerts ca-cert.pem | openssl x509 -noout -issuer | grep -o 'g[0-9][0-9]*' | head -n 1)"
}

@test "a root is rotated in all steps, and no cluster signs with it before each can" {
    begin
    istiod
    weft_pass
    sed -i 's/ttlDays: 1825/ttlDays: 1824/' specs/specs/virtualmesh.yaml
    push_specs "another root"
    turn 1
    same "$HELD" "2 g1"
    jq 'del(."weft-agent/weft-request")' dump/cluster-1/maps.json >silent.json && cp silent.json dump/cluster-1/maps.json
    first=$(active root)
    "$WEFT" rotation approve gloo-mesh/bookinfo -c weft.yaml -q
    for h in 30 31 60 61 62; do # the gate opens, and no certificate can be signed for this cluster
        hour $h
        weft_pass
        same "$(active root)" "$first"
    done
    expect 3 weft-request
    agent
    for h in 63 64; do turn $h; done
    same "$HELD" "2 g2"
    [[ $(active root) != "$first" ]]
    "$WEFT" rotation approve gloo-mesh/bookinfo -c weft.yaml -q --step 2
    for h in 95 96 97 98; do turn $h; done
    same "$HELD" "1 g2"
    same "$(active 'length(key)')" 0
}

# elsewhere: what turn does for cluster-1 is done for cluster-2, whose API server is the other one.
elsewhere() {
    rendered_file clusters/cluster-2/trust/istio-system.cacerts.yaml >elsewhere.yaml
    "$ROOT/tests/e2e/apply_map.py" elsewhere.yaml dump/other/maps.json
    "$WEFT" agent cluster-2 --kubeconfig kubeconfigs/other.yaml --now "$NOW" -q
    jq --arg roots "$(jq -r '.items[] | select(.metadata.name == "cacerts") | .data["root-cert.pem"]' dump/other/secrets.json | base64 -d)" \
        '(.items[] | select(.metadata.name == "istio-ca-root-cert") | .data["root-cert.pem"]) = $roots' dump/cluster-1/configmaps.json >dump/other/configmaps.json
}

@test "a key that was certified for a step that never came is replaced, and the rotation goes on" {
    sed -i 's/^- {name: cluster-2.*/- {name: cluster-2, delivery: {mode: csr}, kubeconfig: kubeconfigs\/other.yaml, serviceAccountKeys: kubeconfigs\/other.jwks}/' weft.yaml
    cp dump/cluster-1/deployments.json dump/other/deployments.json
    "$WEFT" agent cluster-2 --kubeconfig kubeconfigs/other.yaml --now "$NOW" -q
    begin
    istiod
    elsewhere
    weft_pass
    sed -i 's/ttlDays: 1825/ttlDays: 1824/' specs/specs/virtualmesh.yaml
    push_specs "another root"
    turn 1
    elsewhere
    same "$HELD" "2 g1"
    "$WEFT" rotation approve gloo-mesh/bookinfo -c weft.yaml -q
    for h in 30 31 60 61 62; do # the gate opens, and cluster-2 cannot take the step
        hour $h
        agent
        jq 'del(."weft-agent/weft-request")' dump/other/maps.json >silent.json && cp silent.json dump/other/maps.json
        weft_pass
    done
    expect 3 cluster-2
    burned=$(state_rows "SELECT spki FROM intermediates WHERE cluster='cluster-1' AND state='next'")
    same "$burned" "$(request .spare.spki)"
    rendered_file $MANIFEST | grep -q refused && false
    current=$(secret weft-agent-keys current.pem)
    sed -i 's/ttlDays: 1824/ttlDays: 1823/' specs/specs/virtualmesh.yaml
    push_specs "a third root"
    elsewhere
    turn 63 # it supersedes the rotation, and nothing asks for what was certified
    elsewhere
    same "$(state_rows "SELECT state FROM intermediates WHERE spki='$burned'")" destroyed
    rendered_file $MANIFEST | grep -q "refused.*$burned"
    same "$HELD" "3 g1"
    [[ $(request .spare.spki) != "$burned" ]]
    same "$(secret weft-agent-keys current.pem)" "$current"
    turn 64
    elsewhere
    rendered_file $MANIFEST | grep -q refused && false
    weft_pass
    before=$(commits)
    turn 64
    same "$(commits)" "$before"
    "$WEFT" rotation approve gloo-mesh/bookinfo -c weft.yaml -q
    for h in 95 96 97 98; do
        turn $h
        elsewhere
    done
    same "$HELD" "3 g3"
}

@test "a request that is not from the cluster is refused, by name" {
    agent
    sed -i 's/cluster-1.jwks/other.jwks/' weft.yaml
    weft_pass
    expect 3 "cluster's key"
    sed -i 's/other.jwks/cluster-1.jwks/' weft.yaml
    jq '."weft-agent/weft-request".data."request.json" |= sub("istio-system"; "istio-systen")' dump/cluster-1/maps.json >changed
    cp changed dump/cluster-1/maps.json
    weft_pass
    expect 3 "for this request"
    agent
    hour 30
    weft_pass
    expect 3 "24 hours ago"
    agent
    weft_pass
    expect 0
}

@test "a request that is replayed gets no second certificate" {
    agent
    cp dump/cluster-1/maps.json old.json
    weft_pass
    sync
    agent
    first=$(active id)
    weft_pass
    cp old.json dump/cluster-1/maps.json # a backup of the ConfigMaps
    state_rows "UPDATE intermediates SET options='' WHERE 0" >/dev/null || true
    sed -i 's/ttlDays: 365/ttlDays: 200/; s/ttlDays: 90/ttlDays: 60/' specs/specs/virtualmesh.yaml
    push_specs "other lifetimes"
    weft_pass
    [[ $output == *"certified before"* ]]
    same "$(active id)" "$first"
}

@test "lost keys get another certificate, and a deleted cacerts comes back" {
    begin
    weft_pass
    first=$(active id)
    jq '.items |= map(select(.metadata.name != "cacerts"))' dump/cluster-1/secrets.json >left && cp left dump/cluster-1/secrets.json
    agent
    expect 0
    whole
    same "$(openssl x509 -in got.pem -noout -fingerprint -sha256 | tr -d ':' | sed 's/.*=//' | tr A-F a-f)" "$first"
    rm dump/cluster-1/secrets.json
    agent
    expect 3 "key for spki"
    weft_pass
    [[ $(active id) != "$first" ]]
    sync
    agent
    expect 0
    whole
}

@test "a reverted branch is no way back, and files that do not fit are not put in place" {
    begin
    cp issuance.yaml first.yaml
    weft_pass
    sed -i 's/ttlDays: 365/ttlDays: 200/; s/ttlDays: 90/ttlDays: 60/' specs/specs/virtualmesh.yaml
    push_specs "other lifetimes"
    weft_pass
    sync
    agent
    expect 0
    cacerts ca-cert.pem >second.pem
    "$ROOT/tests/e2e/apply_map.py" first.yaml dump/cluster-1/maps.json
    agent
    expect 3 "older than what"
    cacerts ca-cert.pem | cmp - second.pem
    same "$(request .cannot.serial)" 1
    sed 's/serial\(\\*"\): 2/serial\1: 9/; s/cluster-1/cluster-2/g' issuance.yaml >wrong.yaml
    "$ROOT/tests/e2e/apply_map.py" wrong.yaml dump/cluster-1/maps.json
    agent
    expect 3 "for cluster cluster-2"
    cacerts ca-cert.pem | cmp - second.pem
}

@test "an agent that is killed after any write goes on where it was" {
    for point in agent.keys:1 agent.keys:2 agent.cacerts:1 agent.request:1 agent.request:2; do
        rm -f dump/cluster-1/secrets.json dump/cluster-1/maps.json
        for ((i = 0; i < 3; i++)); do
            WEFT_FAULT=$point agent || true
            agent
            weft_pass
            if rendered_files | grep -qx $MANIFEST; then sync; fi
            WEFT_FAULT=$point agent || true
            agent
        done
        expect 0
        whole
        same "$(active spki)" "$(cacerts ca-cert.pem | openssl x509 -noout -pubkey | openssl pkey -pubin -outform DER | sha256sum | cut -d ' ' -f 1)"
    done
}

@test "the mode changes both ways, and nothing in place is lost" {
    sed -i "s/^- {name: cluster-1.*/- {name: cluster-1, delivery: {mode: direct}, kubeconfig: kubeconfigs\/cluster-1.yaml}/" weft.yaml
    weft_pass
    expect 0
    before=$(cacerts ca-cert.pem)
    sed -i "s/^- {name: cluster-1.*/$ENTRY/" weft.yaml
    weft_pass # no agent yet: the cluster keeps what it has
    same "$(cacerts ca-cert.pem)" "$before"
    agent
    weft_pass
    sync
    agent
    expect 0
    whole
    [[ $(cacerts ca-cert.pem) != "$before" ]]
    same "$(active 'length(key)')" 0
    sed -i "s/^- {name: cluster-1.*/- {name: cluster-1, delivery: {mode: direct}, kubeconfig: kubeconfigs\/cluster-1.yaml, takeOver: true}/" weft.yaml
    weft_pass
    expect 0
    same "$(active 'length(key) > 0')" 1
    whole
}

@test "weft custody says where such a key is" {
    begin
    run "$WEFT" custody -c weft.yaml -o json
    [[ $output == *"weft-agent-keys"* ]]
}
