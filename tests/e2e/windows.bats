# rotation.windows and freeze: what waits, what the plan promises about it, and what does not wait.
load lib

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() { stage_test; }

START=1800230400 # 2027-01-18T00:00:00Z, a Monday

step() {
    weft status -c weft.yaml --now "$(at "$1")" -o json
    jq -r '.virtualMeshes[0].rotation.step' <<<"$output"
}
findings() {
    weft status -c weft.yaml --now "$(at "$1")" -o json
    jq -r '[.findings[].id] | sort | join(" ")' <<<"$output"
}
other_root() {
    sed -i 's/ttlDays: 1825/ttlDays: 1824/' specs/specs/virtualmesh.yaml
    sed -i '/^  mtlsConfig:/a\    rotationVerificationMethod: {none: {}}' specs/specs/virtualmesh.yaml
    push_specs "another root"
}
# milestones HOUR: the dates of the commits that weft rotation plan shows.
milestones() {
    weft_apart rotation plan gloo-mesh/bookinfo -c weft.yaml --now "$(at "$1")" -o json
    jq -r '[.. | objects | select(has("earliest") and (.what | startswith("commit")))] | .[] | "\(.step) \(.earliest) \(.latest)"' <<<"$output"
}

@test "a rotation starts when its freeze is over, as the plan has said" {
    write_config "evidence: {trustClock: true}" "freeze:" \
        "- {from: 2027-01-18T02:00:00Z, to: 2027-01-18T10:00:00Z, reason: sale, virtualMeshes: [gloo-mesh/bookinfo]}"
    pass_at 0
    other_root
    pass_at 3
    expect 0
    same "$(step 3)" 0
    [[ $(findings 3) == *R76* ]]
    [[ $(milestones 3 | head -1) == "1 $(at 10) $(at 11)" ]]
    passes 9 10
    same "$(step 10)" 1
    [[ $(findings 10) != *R76* ]]
}

@test "steps go out in windows, and the plan has their days" {
    write_config "evidence: {trustClock: true, leafTTL: 2h, syncAllowance: 30m}" "rotation:" "  windows:" \
        '  - {days: [mon, wed], from: "08:00", to: "12:00"}'
    pass_at 0
    other_root
    pass_at 1
    same "$(step 1)" 0
    [[ $(milestones 1 | head -1) == "1 $(at 8) $(at 9)" ]]
    # A step that comes too late for one window has the next one.
    [[ $(milestones 1 | cut -d' ' -f2) =~ T(08|09|10|11): ]]
    local hour changed=""
    for ((hour = 2; hour <= 24 * 9; hour++)); do
        local before
        before=$(step $hour)
        pass_at $hour
        expect 0
        [[ $(step $hour) == "$before" ]] || changed+=" $((hour / 24)):$((hour % 24))"
    done
    # Days 0, 2 and 7 are Monday, Wednesday and the next Monday; the end of a rotation is no step.
    echo "steps:$changed"
    [[ $changed == " 0:"* ]]
    for moment in $changed; do
        [[ $moment =~ ^(0|2|7):(8|9|10|11)$ || $moment == "${changed##* }" ]]
    done
    same "$(step $hour)" 0
}

@test "restarts wait" {
    cat >dead.kubeconfig <<'END'
apiVersion: v1
kind: Config
clusters: [{name: a, cluster: {server: "https://127.0.0.1:1"}}]
users: [{name: a, user: {token: t}}]
contexts: [{name: a, context: {cluster: a, user: a}}]
current-context: a
END
    chmod 600 dead.kubeconfig
    write_config "evidence: {trustClock: true}" "freeze:" "- {from: 2027-01-18, to: 2027-01-20, clusters: [cluster-1]}"
    sed -i 's|{name: cluster-\([12]\),|{name: cluster-\1, kubeconfig: dead.kubeconfig,|' weft.yaml
    sed -i 's/autoRestartPods: false/autoRestartPods: true/; /^  mtlsConfig:/a\    autoRestartPods: true' specs/specs/virtualmesh.yaml
    push_specs "restarts"
    cp weft.yaml watched.yaml
    sed -i 's/kubeconfig: dead.kubeconfig, //' weft.yaml
    pass_at 0
    mv watched.yaml weft.yaml
    pass_at 3
    [[ $(findings 3) == *K30* ]]
}
