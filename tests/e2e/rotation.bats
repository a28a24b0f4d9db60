#!/usr/bin/env bats
# A root is rotated: four commits, each only after what went before can be alive no more, or an operator's word.
LEAKS=yes
load lib
setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() { stage_test; }

VM=gloo-mesh/bookinfo

other_root() {
    sed -i 's/ttlDays: 1825/ttlDays: 1824/' specs/specs/virtualmesh.yaml
    push_specs "another root"
}

state_is() {
    weft status -c weft.yaml --now "$(at "$1")" -o json
    expect 0 "\"state\": \"$2\"" "\"step\": $3"
}

# How many roots a cluster has to trust: the SealedSecret opened with the cluster's own key is the only truth; the record names the roots.
roots_of_record() {
    git -C "$OUTPUT_GIT" show rendered:weft/gloo-mesh.bookinfo.json | grep -c '"name": "weft root'
}

@test "another root: added, then signed with, then alone; each step waits for the leaves and for approval" {
    write_config "evidence: {trustClock: true}"
    pass_at 0
    expect 0
    other_root
    pass_at 1
    expect 0
    same "$(roots_of_record)" 2
    git -C "$OUTPUT_GIT" log -1 --format=%B rendered | grep -q "^Weft-Rotation: $VM r1-[0-9a-f]*/1 ADDING_NEW_ROOT: "
    passes 2 4
    state_is 4 VERIFYING 1

    # An approval alone opens no gate: leaves of step 0 live for a day.
    weft rotation approve $VM -c weft.yaml
    expect 0 "approve of $VM requested"
    passes 5 6
    state_is 6 VERIFYING 1

    # A day later the gate is open, and the approval counts.
    passes 27 29
    state_is 29 VERIFYING 2
    weft rotation approve $VM -c weft.yaml --step 2
    expect 0
    passes 54 58
    state_is 58 VERIFYING 3
    weft rotation approve $VM -c weft.yaml --step 3 --reason "graphs are flat"
    expect 0
    passes 59 62
    state_is 62 NOT_ROTATING 0

    weft trust inspect -c weft.yaml --now "$(at 62)"
    expect 0 "weft root gloo-mesh/bookinfo g2" " ok"
    weft trust root $VM -c weft.yaml
    expect 0 "BEGIN CERTIFICATE"
    same "$(grep -c 'BEGIN CERTIFICATE' <<<"$output")" 1
    git -C "$OUTPUT_GIT" show rendered:weft/gloo-mesh.bookinfo.json | grep -q '"state": "FINISHED"'
}

@test "the same by Git alone: an annotation approves, another one tells what clusters hold" {
    local id step
    write_config "evidence: {trustClock: true, leafTTL: 2h, syncAllowance: 30m}"
    pass_at 0
    expect 0
    other_root
    passes 1 2
    id=$(git -C "$OUTPUT_GIT" show rendered:weft/gloo-mesh.bookinfo.json >/dev/null && weft_rotation_id)
    for step in 1 2 3; do
        sed -i '/weft.dev\//d; /^  annotations:/d' specs/specs/virtualmesh.yaml
        sed -i "0,/^  namespace: /s//  annotations:\n    weft.dev\/rotation-approved: $id\/$step\n    weft.dev\/rotation-acknowledged: $id\/$step\n  namespace: /" \
            specs/specs/virtualmesh.yaml
        push_specs "step $step works"
        passes $((step * 10)) $((step * 10 + 6))
    done
    state_is 40 NOT_ROTATING 0
}

weft_rotation_id() {
    "$WEFT" status -c weft.yaml -o json | sed -n 's/.*"id": "\(r[^"]*\)".*/\1/p'
}

@test "held, resumed and rolled back: the first root signs again, and the second is gone" {
    write_config "evidence: {trustClock: true, leafTTL: 2h}"
    pass_at 0
    expect 0
    weft trust root $VM -c weft.yaml
    local before=$output
    other_root
    passes 1 2
    weft rotation hold $VM -c weft.yaml --reason "release freeze"
    expect 0
    passes 3 9
    state_is 9 VERIFYING 1
    weft rotation resume $VM -c weft.yaml
    expect 0
    weft rotation rollback $VM -c weft.yaml --reason "not now"
    expect 0
    local hour
    for ((hour = 10; hour <= 20; hour++)); do
        pass_at "$hour"
    done
    # The specs still ask for what was rolled back: a person has to decide.
    expect 3 "(R35)"
    weft trust root $VM -c weft.yaml
    same "$output" "$before"
}

@test "the timeline is shown before a rotation starts and while it runs; looking changes nothing" {
    write_config "evidence: {trustClock: true}"
    pass_at 0
    expect 0
    other_root
    weft rotation plan $VM -c weft.yaml --now "$(at 1)" -q
    expect 0 "commit step 1" "the gate of step 2 opens" "weft.dev/rotation-approved" FINISHED
    weft rotation plan $VM -c weft.yaml --now "$(at 1)" -q -o json
    expect 0 '"kind": "RotationPlan"' '"earliest": "'
    state_is 1 NOT_ROTATING 0
    passes 1 3
    weft rotation plan $VM -c weft.yaml --now "$(at 3)" -q
    expect 0 VERIFYING "commit step 2"
    [[ $output != *"commit step 1"* ]]
}

@test "a root in wrong hands: the price first, then the shortest way, on an operator's word" {
    write_config "evidence: {trustClock: true}"
    pass_at 0
    expect 0
    weft trust root $VM -c weft.yaml
    local before=$output
    weft rotation start $VM -c weft.yaml --now "$(at 1)" -q
    expect 2 --compromised
    weft rotation start $VM -c weft.yaml --now "$(at 1)" -q --compromised
    expect 1 "every pair" "--accept-downtime"
    pass_at 1
    weft trust root $VM -c weft.yaml
    same "$output" "$before"
    weft rotation start $VM -c weft.yaml --now "$(at 1)" -q --compromised --accept-downtime --reason "laptop lost"
    expect 0 "start of $VM requested"
    pass_at 2
    expect 0 "1 root"
    weft trust root $VM -c weft.yaml
    [[ $output != "$before" ]]
    same "$(grep -c 'BEGIN CERTIFICATE' <<<"$output")" 1
}

@test "what makes no sense is refused: no such virtual mesh, step, verb; force without a reason" {
    pass
    weft rotation approve gloo-mesh/nobody -c weft.yaml
    expect 1 nobody
    weft rotation approve $VM -c weft.yaml --step 7
    expect 2 "1, 2 or 3"
    weft rotation dance $VM -c weft.yaml
    expect 2 dance
    weft rotation approve $VM -c weft.yaml --step 1 --force
    expect 2 reason
    weft rotation approve -c weft.yaml
    expect 2 NAMESPACE/NAME
}

@test "an intermediate near its end is issued again under the same root, and nothing else changes" {
    write_config "evidence: {trustClock: true}"
    pass_at 0
    expect 0
    weft trust root $VM -c weft.yaml
    local before=$output
    pass_at $((24 * 80))
    expect 0 "2 intermediates issued"
    weft trust root $VM -c weft.yaml
    same "$output" "$before"
    same "$(git -C "$OUTPUT_GIT" diff --name-only rendered~1 rendered | grep -cv '/trust/\|^weft/')" 0
}

@test "what an operator said is in the status and in the next commit, once" {
    write_config "evidence: {trustClock: true}"
    pass_at 0
    other_root
    pass_at 1
    local calm="graphs are flat" away="the on-call engineer is away"
    weft rotation approve $VM -c weft.yaml --reason "$calm"
    expect 0
    pass_at 2
    expect 0
    git -C "$OUTPUT_GIT" log -1 --format=%B rendered | grep -q "^Weft-Operator: $VM: approve r1-[0-9a-f]*/1: $calm\$"
    weft status -c weft.yaml --now "$(at 2)" -o json
    expect 0 '"reason": "R70"' "$calm"
    weft rotation approve $VM -c weft.yaml --force --reason "$away"
    expect 0
    pass_at 3
    pass_at 4
    expect 0
    git -C "$OUTPUT_GIT" log -1 --format=%B rendered | grep -q "^Weft-Rotation: .*/2 PROPAGATING.*FORCED OPEN: $away\$"
    same "$(git -C "$OUTPUT_GIT" log --format=%B rendered | grep -c '^Weft-Operator: ')" 2
    rendered_file weft/gloo-mesh.bookinfo.json | grep -q "GATE OF STEP 1 FORCED OPEN: $away"
}

@test "the subjects of the commits are the timeline, and each commit names the previous one" {
    write_config "evidence: {trustClock: true, leafTTL: 2h, syncAllowance: 30m}"
    pass_at 0
    expect 0
    other_root
    pass_at 1
    expect 0
    weft rotation approve $VM -c weft.yaml --step 1
    passes 2 5
    mapfile -t subjects < <(output_git log --reverse --format=%s rendered)
    [[ ${subjects[0]} == "issue $VM: root "*", 2 intermediates; render specs at "*": +10 files in 2 clusters" ]]
    [[ ${subjects[1]} == "rotation $VM 1/3: root "*" added beside "* ]]
    output_git log --format=%s rendered | grep -q "^rotation $VM 2/3: intermediates under root "
    same "$(output_git log --format='%(trailers:key=Weft-Previous-Commit,valueonly,separator=)' rendered)" \
        "$(output_git log --format=%P rendered | sed '$s/.*/none/')"
}
