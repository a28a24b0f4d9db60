# weft rotation plan at every point of a rotation: what is still to come, when, and what each wait is for; as a table and as JSON.
load lib

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() {
    stage_test
    write_config "evidence: {trustClock: true, leafTTL: 2h, syncAllowance: 30m}"
    pass_at 0
    expect 0
    sed -i 's/ttlDays: 1825/ttlDays: 1824/' specs/specs/virtualmesh.yaml
    push_specs "another root"
}

VM=gloo-mesh/bookinfo

# at HOURS[:MINUTES]: the time so long after the first pass.
at() {
    local hours=${1%:*} minutes=0
    [[ $1 != *:* ]] || minutes=${1#*:}
    date -u -d "@$((START + hours * 3600 + minutes * 60))" +%Y-%m-%dT%H:%M:%SZ
}
pass_at() { weft run -c weft.yaml --now "$(at "$1")" --quiet; }

# plan_at HOURS FLAG...: the table in $table, the document in $plan.
plan_at() {
    local now
    now=$(at "$1")
    weft_apart rotation plan $VM -c weft.yaml -q --now "$now"
    expect 0
    table=$output
    weft_apart rotation plan $VM -c weft.yaml -q --now "$now" -o json
    expect 0
    plan=$output
    # Both tell the same, in the same order.
    same "$(json - '"\n".join(s["earliest"] + " " + s["what"] for s in d["steps"])' <<<"$plan")" \
        "$(sed -nE 's/^[0-3] +([0-9TZ:-]+) +([0-9TZ:-]+|an operator decides) +(.*[^ ])  +[^ ].*$/\1 \3/p' <<<"$table" | sed -E 's/  .*//')"
    same "$(head -n 1 <<<"$table")" "$VM: $(json - 'd["state"]' <<<"$plan")"
    same "$(sed -n 2p <<<"$table")" "$(json - 'd["now"]' <<<"$plan")"
    same "$(grep -c '^No rotation is due' <<<"$table" || true)" "$(json - 'int(not d["coming"])' <<<"$plan")"
}

# next_is WHAT EARLIEST [WAITS]: the first milestone.
next_is() {
    same "$(json - 'd["steps"][0]["what"] + " at " + d["steps"][0]["earliest"]' <<<"$plan")" "$1 at $2"
    [[ -z ${3:-} ]] || same "$(json - 'd["steps"][0]["waitsFor"]' <<<"$plan")" "$3"
}

# steps_left: the steps of the milestones, in order, each once.
steps_left() { json - '" ".join(map(str, dict.fromkeys(s["step"] for s in d["steps"])))' <<<"$plan"; }
ends_at() { json - 'd["steps"][-1]["what"] + " " + d["steps"][-1]["earliest"]' <<<"$plan"; }
waits_for_person() { json - '" ".join(str(s["step"]) for s in d["steps"] if s["person"])' <<<"$plan"; }
id_of() { json - 'd["rotation"]' <<<"$plan"; }

@test "before it starts: every step, none of them committed by looking" {
    local before
    before=$(tip)
    plan_at 1
    next_is "commit step 1: every cluster trusts the new root beside the old one" "$(at 1)"
    same "$(steps_left)" "1 2 3 0"
    same "$(waits_for_person)" "1 2 3"
    same "$(json - '"rotation" in d' <<<"$plan")" False
    # Three times: half an hour until it is loaded and an hour from an open gate to the next commit; twice the leaves, 2 h 10 min, and
    # 10 min for clocks at last.
    same "$(ends_at)" "FINISHED $(at 10)"
    same "$(tip)" "$before"
    same "$(state_rows 'SELECT count(*) FROM roots')" 1
}

@test "committed, waiting for the clusters, for the leaves, for a person; each wait comes true" {
    pass_at 1
    expect 0
    plan_at 1
    next_is "step 1 is loaded everywhere" "$(at 1:30)" "time alone: 30m after the commit, assumed"
    [[ $table == "$VM: ADDING_NEW_ROOT"* ]]
    [[ $table == *"weft.dev/rotation-approved: \"$(id_of)/1\""* ]]
    local promised
    promised=$(json - 'next(s["earliest"] for s in d["steps"] if s["what"].startswith("commit step 2"))' <<<"$plan")

    pass_at 2
    plan_at 2
    next_is "the gate of step 1 opens" "$(at 3:40)" "earlier workload certificates to expire"
    [[ $table == "$VM: VERIFYING"* ]]
    same "$(steps_left)" "1 2 3 0"
    same "$(waits_for_person)" "1 2 3"
    # weft cannot know when an operator decides, so nothing after that has a latest time.
    same "$(json - '[("latest" in s) for s in d["steps"]][:3]' <<<"$plan")" "[True, False, False]"
    same "$(grep -c ' an operator decides ' <<<"$table")" 3

    weft rotation approve $VM -c weft.yaml --now "$(at 2)"
    pass_at 3
    plan_at 3
    next_is "the gate of step 1 opens" "$(at 3:40)"
    same "$(waits_for_person)" "2 3"
    same "$(json - '"latest" in next(s for s in d["steps"] if s["what"].startswith("commit step 2"))' <<<"$plan")" True

    # The day comes, and what was promised at the beginning holds.
    pass_at 4
    same "$promised" "$(at 4:40)"
    pass_at 5
    plan_at 5
    [[ $table == "$VM: PROPAGATING_NEW_INTERMEDIATE"* ]]
    next_is "step 2 is loaded everywhere" "$(at 5:30)"
    same "$(steps_left)" "2 3 0"
}

@test "the gate is open and only the person is missing: that is what it says" {
    pass_at 1
    pass_at 2
    pass_at 5
    plan_at 6
    [[ $table == "$VM: VERIFYING"* ]]
    next_is "the gate of step 1 opens" "$(at 6)"
    same "$(json - 'd["steps"][1]["what"], d["steps"][1]["earliest"], d["steps"][1]["person"]' <<<"$plan")" \
        "('step 1 is approved', '$(at 6)', True)"
}

@test "on the way back: the steps back, and no person is asked" {
    pass_at 1
    pass_at 2
    weft rotation rollback $VM -c weft.yaml --now "$(at 2)" --reason "not now"
    pass_at 3
    plan_at 3
    same "$(waits_for_person)" ""
    same "$(steps_left)" 0
    json - 'd["steps"][-1]["latest"]' <<<"$plan"
    [[ $(ends_at) == FINISHED* ]]
}

@test "a real rotation takes no longer than the plan says when every cluster loads at once" {
    sed -i 's/^    shared:$/    rotationVerificationMethod: {none: {}}\n    shared:/' specs/specs/virtualmesh.yaml
    push_specs "no approval needed"
    plan_at 1
    same "$(waits_for_person)" ""
    local hour=1 end
    end=$(date -u -d "$(json - 'd["steps"][-1]["latest"]' <<<"$plan")" +%s)
    # Passes are an hour apart, so each of the three waits may end up to an hour late.
    [[ $end -le $((START + 15 * 3600)) ]]
    for ((; START + hour * 3600 <= end; hour++)); do
        pass_at "$hour"
    done
    weft status -c weft.yaml -o json --now "$(at "$hour")"
    [[ $output == *'"state": "FINISHED"'* || $output == *'"state": "NOT_ROTATING"'* ]]
}

@test "nothing confirms the clock: the plan and the note say how slow that is, and the rotation keeps to it" {
    write_config "evidence: {leafTTL: 2h, syncAllowance: 30m}"
    sed -i 's/^    shared:$/    rotationVerificationMethod: {none: {}}\n    shared:/' specs/specs/virtualmesh.yaml
    push_specs "no approval needed"
    plan_at 1
    [[ $(json - '"\n".join(d["notes"])' <<<"$plan") == *"evidence.trustClock"* ]]
    same "$(json - '[(f["id"], f["severity"], f["text"] in d["notes"]) for f in d["findings"]]' <<<"$plan")" "[('R3', 'warning', True)]"
    [[ $table == *"each pass counts 10m"* ]]
    local hour=1 end early
    end=$(date -u -d "$(json - 'd["steps"][-1]["latest"]' <<<"$plan")" +%s)
    early=$(date -u -d "$(json - 'd["steps"][-1]["earliest"]' <<<"$plan")" +%s)
    # Twice 2 h 40 min and once 40 min, in passes of 10 minutes: 36 hours, and one to each commit.
    [[ $early -gt $((START + 36 * 3600)) ]]
    for ((; START + hour * 3600 < early; hour++)); do
        pass_at "$hour"
    done
    weft status -c weft.yaml --now "$(at "$hour")"
    [[ $output != *FINISHED* && $output == *"evidence.trustClock"* ]]
    for ((; START + hour * 3600 <= end; hour++)); do
        pass_at "$hour"
    done
    weft status -c weft.yaml -o json --now "$(at "$hour")"
    [[ $output == *'"state": "FINISHED"'* || $output == *'"state": "NOT_ROTATING"'* ]]
}

@test "strategy NONE: one step, and no gate" {
    sed -i 's/^    shared:$/    rotationStrategy: NONE\n    shared:/' specs/specs/virtualmesh.yaml
    push_specs "at once"
    pass_at 1
    expect 0
    plan_at 1
    same "$(steps_left)" "3 0"
    [[ $table != *gate* ]]
    next_is "step 3 is loaded everywhere" "$(at 1:30)"
}

@test "strategy NONE before it starts: the plan has no step that will not be" {
    sed -i 's/^    shared:$/    rotationStrategy: NONE\n    shared:/' specs/specs/virtualmesh.yaml
    push_specs "at once"
    plan_at 1
    same "$(steps_left)" "3 0"
}

@test "no rotation is requested: the output says that the timeline is that of one that was not requested" {
    sed -i 's/ttlDays: 1824/ttlDays: 1825/' specs/specs/virtualmesh.yaml
    push_specs "as it was"
    plan_at 1
    same "$(json - 'd["coming"]' <<<"$plan")" False
}

@test "held: the reason stands above the timeline" {
    pass_at 1
    pass_at 2
    weft rotation hold $VM -c weft.yaml --reason "release freeze" --now "$(at 2)"
    pass_at 3
    plan_at 5
    json - 'd["now"]' <<<"$plan" | grep -q "release freeze"
}

@test "rolled back: it does not promise a step that waits for an operator" {
    pass_at 1
    pass_at 2
    weft rotation rollback $VM -c weft.yaml --now "$(at 2)" --reason "not now"
    local hour
    for hour in {3..7}; do
        pass_at "$hour"
    done
    plan_at 8
    same "$(json - 'd["coming"]' <<<"$plan")" False
    [[ $table == *"weft rotation retry"* ]]
}
