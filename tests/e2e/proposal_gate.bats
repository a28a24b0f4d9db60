# A rotation step that waits in a pull request is proved again in each pass, by what two clusters show meanwhile.
load lib
load inventory
load forge

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() { stage_clusters; }
teardown() { close_forge; }

# give_roots CLUSTER: its istiod has loaded what weft delivers.
give_roots() {
    "$WEFT" trust root gloo-mesh/bookinfo -c weft.yaml >root.pem
    edit "$1" configmaps 'items[:] = [i for i in items if i["metadata"]["name"] != "istio-ca-root-cert"]'
    edit "$1" configmaps 'items.append({"metadata": {"namespace": "bookinfo", "name": "istio-ca-root-cert"}, "data": {"root-cert.pem": open("root.pem").read()}})'
}

load_all() { give_roots cluster-1 && give_roots cluster-2; }
# pass MINUTES: now is NOW minutes after the start.
next() {
    NOW=$((NOW + $1))
    pass_at "$NOW"
}
step() { "$WEFT" status -c weft.yaml --now "$(at "$NOW")" -o json | jq -r '.virtualMeshes[0].rotation.step // 0'; }
# finding ID: how often status lists it.
finding() { "$WEFT" status -c weft.yaml --now "$(at "$NOW")" -o json | jq "[.findings[] | select(.id == \"$1\")] | length"; }
# status_of COMMIT: what the forge shows of it.
status_of() { jq -r --arg commit "$1" '[.[] | select(.commit == $commit)] | last | "\(.context) \(.state)"' forge/statuses.json; }
merge_open() { [[ $(open_pulls) == 0 ]] || merge; }
comments() { jq -r --argjson pull "$1" '[.[] | select(.pull == $pull)] | length' forge/comments.json; }
comment() { jq -r --argjson pull "$1" '.[] | select(.pull == $pull).body' forge/comments.json; }

# until_step STEP: it waits in a pull request; those before it are merged and loaded.
until_step() {
    local cluster
    NOW=0
    discovering
    printf 'evidence: {trustClock: true, leafTTL: 2h}\n' >>weft.yaml
    through_forge "${2:-gitea}"
    for cluster in cluster-1 cluster-2; do
        edit $cluster deployments '[i for i in items if i["metadata"]["name"] == "istiod"][0]["spec"]["template"]["spec"]["containers"][0].setdefault("env", []).append({"name": "ISTIO_MULTIROOT_MESH", "value": "true"})'
    done
    pass_at 0
    expect 0 "#1 opened"
    merge
    load_all
    sed -i 's/generated: {}/generated: {ttlDays: 3000}/; s/^  mtlsConfig:/&\n    rotationVerificationMethod: {none: {}}/' specs/specs/virtual-mesh.yaml
    push_specs "another root"
    until next 5 && expect 0 && [[ $(step) == 1 ]]; do :; done
    [[ $1 == 1 ]] && return
    cp dump/cluster-1/configmaps.json rest.json
    merge
    next 5
    load_all
    until next 70 && expect 0 && [[ $(step) == 2 ]]; do :; done
}

@test "a cluster that regressed withdraws the step, and it is proposed again when its gate is open" {
    local first keys tip
    until_step 2
    first=$(proposal)
    keys=$(issued)
    tip=$(tip)
    same "$(status_of "$first")" "weft/proposal success"
    next 5
    expect 0 "#3 waits"
    # An older Secret is restored by hand.
    cp dump/cluster-1/configmaps.json both.json
    cp rest.json dump/cluster-1/configmaps.json
    weft plan -c weft.yaml --now "$(at $((NOW + 1)))"
    [[ $output == *R63* ]]
    next 5
    expect 0 "#3 updated" "R63"
    same "$(status_of "$first") $(status_of "$(proposal)")" "weft/proposal failure weft/proposal success"
    same "$(output_git diff --name-only rendered rendered-proposal -- clusters)" ""
    [[ $(pulls '.[2].body') == *"Held back"*"step 2 "*cluster-1* ]]
    same "$(comments 3)" 1
    [[ $(comment 3) == *"gloo-mesh/bookinfo, step 2 "*cluster-1* ]]
    same "$(finding R63) $(conditions R66)" "1 1"
    same "$(tip)" "$tip"
    next 5
    expect 0 "#3 waits"
    same "$(comments 3)" 1
    # Loaded again: leaves that were issued meanwhile have to go first.
    cp both.json dump/cluster-1/configmaps.json
    next 5
    expect 0
    next 120
    expect 0
    same "$(output_git diff --name-only rendered rendered-proposal -- clusters)" ""
    next 15
    expect 0 "#3 updated"
    [[ $(comment 3) == *"proposed again"* ]]
    same "$(step) $(finding R63)" "2 0"
    same "$(issued)" "$keys"
    same "$(output_git diff --name-only "$first" rendered-proposal -- clusters)" ""
    same "$(status_of "$(proposal)")" "weft/proposal success"
    merge --squash
    load_all
    until next 90 && expect 0 && [[ $(step) == 0 ]]; do merge_open && load_all; done
    same "$(conditions R67)" 0
}

@test "a step that is merged although it is held back is reported, and its waits count from the merge" {
    local first
    until_step 2 github
    first=$(proposal)
    cp rest.json dump/cluster-1/configmaps.json
    next 5
    expect 0 "#3 updated"
    output_git update-ref refs/heads/rendered "$first"
    next 5
    expect 0
    same "$(conditions R67)" 1
    load_all
    next 60
    next 60
    same "$(step)" 2
    until next 60 && expect 0 && [[ $(step) == 3 ]]; do merge_open; done
    same "$(conditions R67)" 1
}

@test "a step below the commits of others cannot be taken out, so their commit gets the status" {
    local theirs
    until_step 2
    git clone -q -b rendered-proposal "$OUTPUT_URL" theirs
    echo hello >theirs/ours.txt
    git -C theirs add -A
    git -C theirs commit -q -m "a file of ours"
    git -C theirs push -q origin rendered-proposal
    theirs=$(proposal)
    cp rest.json dump/cluster-1/configmaps.json
    next 5
    expect 1 "$(cut -c1-12 <<<"$theirs")"
    same "$(proposal) $(status_of "$theirs") $(comments 3)" "$theirs weft/proposal failure 1"
}

@test "a silent cluster leaves the step where it is, and its status waits" {
    local first
    until_step 2 gitlab
    first=$(proposal)
    mv dump/cluster-1/configmaps.json aside.json
    echo '{"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "Forbidden", "code": 403, "message": "no"}' >dump/cluster-1/configmaps.json
    next 5
    expect 3 "#3 waits"
    same "$(proposal) $(status_of "$first")" "$first weft/proposal pending"
    same "$(finding R65)" 1
    mv aside.json dump/cluster-1/configmaps.json
    next 5
    same "$(status_of "$first")" "weft/proposal success"
    same "$(finding R65)" 0
}

@test "specs that return while the first step waits take it back" {
    until_step 1
    sed -i 's/generated: {ttlDays: 3000}/generated: {}/' specs/specs/virtual-mesh.yaml
    push_specs "the former root"
    next 5
    expect 0 "#2 updated"
    merge
    load_all
    until next 5 && expect 0 && [[ $(open_pulls) == 0 ]]; do merge_open && load_all; done
    same "$(step)" 0
}

@test "an intermediate that ends while its renewal waits is a finding, with the time until which it has to be merged" {
    NOW=0
    discovering
    sed -i 's/^    shared:/&\n      intermediateCertOptions: {ttlDays: 30}/' specs/specs/virtual-mesh.yaml
    push_specs "short intermediates"
    through_forge gitea
    printf 'evidence: {trustClock: true}\n' >>weft.yaml
    pass_at 0
    merge_open
    load_all
    # It is renewed in its last three days; a renewal that is not merged is none.
    next $((60 * 24 * 28))
    expect 0 "opened"
    next 60
    same "$(finding T13)" 2
    weft_apart plan -c weft.yaml --now "$(at "$NOW")" -o json
    same "$(jq '[.findings[] | select(.id == "T13")] | length' <<<"$output")" 2
    next $((60 * 24))
    expect 0
    same "$("$WEFT" status -c weft.yaml --now "$(at "$NOW")" -o json | jq -r '[.findings[] | select(.id == "T13").severity] | unique | join(" ")')" error
    merge
    next 5
    expect 0
    same "$(finding T13)" 0
}
