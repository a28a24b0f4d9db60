#!/usr/bin/env bats
# Names come and go, and so do files on the output branch: what clusters hold decides what they get next.
load lib
setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() {
    stage_test
    write_config "evidence: {trustClock: true, leafTTL: 2h}"
    sed -i 's/^    shared:$/    rotationVerificationMethod: {none: {}}\n    shared:/' specs/specs/virtualmesh.yaml
    push_specs "no approval needed"
    pass_at 0
    expect 0
}

VM=gloo-mesh/bookinfo
CACERTS=clusters/cluster-2/trust/istio-system.cacerts.yaml
pass_at() { weft run -c weft.yaml --log-format lines --now "$(at "$1")"; }
other_root() {
    sed -i "s/ttlDays: 18[0-9]*/ttlDays: ${1:-1824}/" specs/specs/virtualmesh.yaml
    push_specs "another root"
}
step_now() { state_rows "SELECT state || ' ' || step FROM rotations"; }
roots() { state_rows "SELECT id FROM roots WHERE state = 'active' ORDER BY id"; }
active() { state_rows "SELECT cluster || ' ' || id FROM intermediates WHERE state = 'active' ORDER BY cluster"; }
rename_mesh() {
    sed -i "s/^  name: bookinfo$/  name: $1/" specs/specs/virtualmesh.yaml
    push_specs "it is the $1 now"
}
# The specs ask for trust in cluster-1 alone.
without_cluster_2() {
    sed -i '/- name: istiod-istio-system-cluster-2$/,+1d' specs/specs/virtualmesh.yaml
    git -C specs add -A
    git -C specs commit -q -m "cluster-2 leaves" -m "Weft-Allow-Deletions: yes"
    git -C specs push -q origin HEAD:main
}

@test "a virtual mesh that is renamed keeps root, certificates and record" {
    local root before
    root=$(roots) before=$(active)
    rename_mesh shop
    pass_at 1
    expect 0 "VirtualMesh gloo-mesh/shop: warning: " "virtual mesh $VM, " "(T12)"
    same "$(roots)" "$root"
    same "$(active)" "$before"
    same "$(state_rows 'SELECT DISTINCT virtual_mesh FROM roots UNION SELECT virtual_mesh FROM intermediates UNION
        SELECT virtual_mesh FROM deliveries UNION SELECT virtual_mesh FROM rotations')" gloo-mesh/shop
    rendered_file "$CACERTS" | grep -q '"name":"shop"\|name: shop\|\\"name\\":\\"shop\\"'
    run ! git -C "$OUTPUT_GIT" cat-file -e rendered:weft/gloo-mesh.bookinfo.json
    weft status -c weft.yaml -o json
    expect 0 '"reason": "T12"'

    # And it stays so: another pass changes nothing, and the root is rotated like any other.
    pass_at 2
    expect 0
    other_root
    pass_at 3
    expect 0
    same "$(step_now)" "ADDING_NEW_ROOT 1"
}

@test "also in the middle of a rotation, which goes on" {
    other_root
    passes 1 3
    same "$(step_now)" "VERIFYING 1"
    rename_mesh shop
    passes 4 4
    same "$(step_now)" "VERIFYING 1"
    same "$(state_rows 'SELECT virtual_mesh FROM rotations')" gloo-mesh/shop
    same "$(roots | wc -l)" 2
    passes 5 16
    same "$(roots | wc -l)" 1
    same "$(step_now)" "NOT_ROTATING 0"
}

@test "a mesh that goes to another virtual mesh gets no other root at once, unless the outage is accepted" {
    local before
    before=$(rendered_file "$CACERTS")
    sed -e 's/^  name: bookinfo$/  name: other/' -e '/- name: istiod-istio-system-cluster-1$/,+1d' specs/specs/virtualmesh.yaml >other.yaml
    without_cluster_2
    cp other.yaml specs/specs/other.yaml
    push_specs "two virtual meshes"
    pass_at 1
    expect 3 "(R81)" "rotationStrategy NONE"
    same "$(rendered_file "$CACERTS")" "$before"
    same "$(active | wc -l)" 1
    sed -i 's/^    rotationVerificationMethod:.*/    rotationStrategy: NONE/' specs/specs/other.yaml
    push_specs "tonight"
    pass_at 2
    expect 0 "(R80)"
    weft status -c weft.yaml --now "$(at 2)" -o json
    expect 0 '"id": "K6"'
    same "$(json - '[f["message"] for f in d["findings"] if f["id"] == "K6" and "at once" in f["message"]] != []' <<<"$output")" True
    same "$(active | wc -l)" 2
    [[ $(rendered_file "$CACERTS") != "$before" ]]
}

@test "a mesh that left, and comes back after the others have another root, is not cut off by it" {
    cp specs/specs/virtualmesh.yaml whole.yaml
    without_cluster_2
    passes 1 1
    other_root
    passes 2 16
    weft status -c weft.yaml --now "$(at 16)" -o json
    expect 0 NOT_ROTATING
    sed 's/ttlDays: 1825/ttlDays: 1824/' whole.yaml >specs/specs/virtualmesh.yaml
    push_specs "cluster-2 is back"
    pass_at 17
    expect 3 "(R81)" "the time before it left"
    same "$(active | wc -l)" 1
}

@test "a mesh that left comes back under the same root without a remark" {
    cp specs/specs/virtualmesh.yaml whole.yaml
    without_cluster_2
    passes 1 2
    cp whole.yaml specs/specs/virtualmesh.yaml
    push_specs "cluster-2 is back"
    passes 3 3
    same "$(active | wc -l)" 2
}

@test "time counts only while a step lies on the branch" {
    other_root
    pass_at 1
    expect 0
    same "$(step_now)" "ADDING_NEW_ROOT 1"
    cp specs/specs/virtualmesh.yaml whole.yaml
    sed -i '/^  mtlsConfig:/,/^  [a-z]*Config:\|^  [a-ln-z]/{/^  mtlsConfig:/d;/^    /d}' specs/specs/virtualmesh.yaml
    push_specs "no shared trust"
    pass_at 2
    expect 0
    weft status -c weft.yaml --now "$(at 2)" -o json
    expect 0 '"id": "T11"'
    run ! git -C "$OUTPUT_GIT" cat-file -e "rendered:$CACERTS"
    cp whole.yaml specs/specs/virtualmesh.yaml
    push_specs "it is back"
    pass_at 90
    expect 0
    git -C "$OUTPUT_GIT" cat-file -e "rendered:$CACERTS"
    passes 91 91
    same "$(step_now)" "VERIFYING 1"
    passes 92 92
    same "$(step_now)" "VERIFYING 1"
    passes 93 95
    same "$(step_now)" "PROPAGATING_NEW_INTERMEDIATE 2"
}

@test "another writer's commit after a refused push is no revert" {
    sed -i 's/^    rotationVerificationMethod:.*/    rotationStrategy: NONE/' specs/specs/virtualmesh.yaml
    other_root
    printf '#!/bin/sh\nexit 1\n' >"$OUTPUT_GIT/hooks/pre-receive"
    chmod +x "$OUTPUT_GIT/hooks/pre-receive"
    pass_at 1
    expect 1 "pre-receive hook declined"
    rm "$OUTPUT_GIT/hooks/pre-receive"
    other_writer README hello "a note"
    pass_at 2
    expect 0
    same "$(step_now)" "DELETING_OLD_ROOT 3"
    passes 3 4
    weft status -c weft.yaml --now "$(at 4)" -o json
    expect 0 NOT_ROTATING
    [[ $output != *'"reason": "R6'[02]'"'* ]]
}

@test "a revert on the branch is put right at once, and the waits begin again" {
    local before
    other_root
    passes 1 3
    same "$(step_now)" "VERIFYING 1"
    before=$(rendered_file "$CACERTS")
    git clone -q "$OUTPUT_URL" other
    git -C other checkout -q HEAD~1 -- .
    git -C other checkout -q "$(git -C other log --format=%H --grep '^Weft-Rotation.*/1 ADDING' | tail -1)~1" -- clusters weft
    git -C other commit -q -m "back to yesterday"
    git -C other push -q origin HEAD:rendered
    [[ $(rendered_file "$CACERTS") != "$before" ]]
    pass_at 4
    expect 0
    same "$(rendered_file "$CACERTS")" "$before"
    weft status -c weft.yaml --now "$(at 4)" -o json
    expect 0 '"reason": "R60"'
    passes 5 6
    same "$(step_now)" "VERIFYING 1"
}

@test "at rest, too, and it is said" {
    other_root
    passes 1 14
    same "$(roots | wc -l)" 1
    git clone -q "$OUTPUT_URL" other
    git -C other checkout -q "$(git -C other log --format=%H --grep '^Weft-Rotation.*/2 PROPAGATING' | tail -1)" -- clusters weft
    git -C other commit -q -m "back to yesterday"
    git -C other push -q origin HEAD:rendered
    pass_at 15
    expect 0 "(R62)"
    same "$(output_git diff --name-only rendered~2 rendered -- clusters)" ""
}

@test "a state that was lost, and another name at the same time: what clusters hold stays" {
    local before
    before=$(rendered_file "$CACERTS")
    rm -r state
    rename_mesh shop
    for hour in 1 2 3; do
        pass_at "$hour"
        expect 3 "(T1)" "weft.dev/replace-lost-root"
        same "$(rendered_file "$CACERTS")" "$before"
    done
}

@test "an older state, and a branch that is a step further: it goes on from there, also backwards" {
    other_root
    for hour in $(seq 1 30); do
        [[ $(step_now) != "VERIFIED 2" ]] || break
        pass_at "$hour"
        expect 0
    done
    cp -R state older
    pass_at "$hour"
    expect 0
    same "$(step_now)" "DELETING_OLD_ROOT 3"
    rm -r state
    mv older state
    weft rotation rollback "$VM" -c weft.yaml --reason "graphs look bad"
    expect 0
    pass_at "$((hour + 1))"
    expect 0
    same "$(step_now)" "ROLLING_BACK 3"
    weft status -c weft.yaml --now "$(at "$((hour + 1))")" -o json
    expect 0 '"reason": "R61"'
    [[ $output != *'"reason": "R6'[02]'"'* ]]

    # Leaves under the old root go out no sooner than those that trust the new one alone are gone.
    pass_at "$((hour + 2))"
    same "$(step_now)" "PROPAGATING_NEW_INTERMEDIATE 2"
    passes "$((hour + 3))" "$((hour + 4))"
    same "$(state_rows 'SELECT step FROM rotations')" 2
}

@test "also when the older state had proved nothing of its step yet" {
    other_root
    for hour in $(seq 1 30); do
        [[ $(step_now) != "PROPAGATING_NEW_INTERMEDIATE 2" ]] || break
        pass_at "$hour"
        expect 0
    done
    cp -R state older
    for hour in $(seq "$hour" 30); do
        [[ $(step_now) != "DELETING_OLD_ROOT 3" ]] || break
        pass_at "$hour"
        expect 0
    done
    rm -r state
    mv older state
    pass_at "$((hour + 1))"
    expect 0
    same "$(step_now)" "DELETING_OLD_ROOT 3"
}

@test "a mesh that leaves in step 2 and is back in the same step takes part again" {
    cp specs/specs/virtualmesh.yaml whole.yaml
    other_root
    for hour in $(seq 1 30); do
        [[ $(step_now) != "VERIFYING 2" ]] || break
        pass_at "$hour"
        expect 0
    done
    without_cluster_2
    pass_at "$hour"
    expect 0
    sed 's/ttlDays: 1825/ttlDays: 1824/' whole.yaml >specs/specs/virtualmesh.yaml
    push_specs "cluster-2 is back"
    passes "$((hour + 1))" "$((hour + 2))"
    same "$(active | wc -l)" 2
    passes "$((hour + 3))" "$((hour + 10))"
    same "$(step_now)" "NOT_ROTATING 0"
}

@test "of two that are gone, the one that was there in the last pass is the one that was renamed" {
    local root
    sed -e 's/^  name: bookinfo$/  name: former/' -e '/- name: istiod-istio-system-cluster-2$/,+1d' specs/specs/virtualmesh.yaml >former.yaml
    sed -i '/- name: istiod-istio-system-cluster-1$/,+1d' specs/specs/virtualmesh.yaml
    rm -r state
    output_git update-ref -d refs/heads/rendered
    cp former.yaml specs/specs/former.yaml
    push_specs "two"
    passes 1 1
    root=$(state_rows "SELECT deployed_root FROM rotations WHERE virtual_mesh = '$VM'")
    rm specs/specs/former.yaml
    sed -i 's/^  meshes:$/  meshes:\n  - name: istiod-istio-system-cluster-1\n    namespace: gloo-mesh/' specs/specs/virtualmesh.yaml
    push_specs $'one\n\nWeft-Allow-Deletions: yes'
    pass_at 2
    expect 3 "(R81)" "virtual mesh gloo-mesh/former"
    rename_mesh shop
    pass_at 3
    expect 3 "VirtualMesh gloo-mesh/shop: warning: " "virtual mesh $VM, " "(T12)"
    same "$(state_rows "SELECT deployed_root FROM rotations WHERE virtual_mesh = 'gloo-mesh/shop'")" "$root"
}

@test "an older state under another writer's commit is not led on by a record that any writer may have made" {
    other_root
    for hour in $(seq 1 30); do
        [[ $(step_now) != "VERIFIED 2" ]] || break
        pass_at "$hour"
        expect 0
    done
    other_writer weft/gloo-mesh.bookinfo.json "$(rendered_file weft/gloo-mesh.bookinfo.json | sed 's/"step": 2/"step": 3/')" "a hand"
    pass_at "$hour"
    [[ $status != 0 ]]
    same "$(step_now)" "VERIFIED 2"
    output_git update-ref refs/heads/rendered rendered~1
    pass_at "$((hour + 1))"
    expect 0
}

@test "a virtual mesh that is made again does not take back what another one has by now" {
    local root
    sed -e 's/^  name: bookinfo$/  name: former/' -e '/- name: istiod-istio-system-cluster-2$/,+1d' specs/specs/virtualmesh.yaml >former.yaml
    sed -i -e '/- name: istiod-istio-system-cluster-1$/,+1d' -e 's/^    rotationVerificationMethod:.*/    rotationStrategy: NONE/' \
        specs/specs/virtualmesh.yaml
    rm -r state
    output_git update-ref -d refs/heads/rendered
    cp former.yaml specs/specs/former.yaml
    push_specs "two"
    passes 1 1
    root=$(state_rows "SELECT deployed_root FROM rotations WHERE virtual_mesh = '$VM'")
    cp specs/specs/virtualmesh.yaml two.yaml
    rm specs/specs/former.yaml
    sed -i 's/^  meshes:$/  meshes:\n  - name: istiod-istio-system-cluster-1\n    namespace: gloo-mesh/' specs/specs/virtualmesh.yaml
    push_specs $'one\n\nWeft-Allow-Deletions: yes'
    passes 2 3
    same "$(state_rows "SELECT DISTINCT root FROM intermediates WHERE state = 'active'")" "$root"
    cp two.yaml specs/specs/virtualmesh.yaml
    cp former.yaml specs/specs/former.yaml
    push_specs $'two again\n\nWeft-Allow-Deletions: yes'
    pass_at 4
    expect 3 "(R81)" "virtual mesh $VM"
}
