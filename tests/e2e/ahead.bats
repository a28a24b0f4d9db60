# What looks ahead says what the next pass does: plan, run --dry-run, rotation plan and evidence against weft run.
load lib

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() { stage_test; }

DAY=24
VM=gloo-mesh/bookinfo

at_hour() { weft "$1" -c weft.yaml --now "$(at "$2")" --log-format lines "${@:3}"; }

# "+N ~N -N files in N clusters" of what was said last; "" when nothing would change.
counted() { grep -oE '\+[0-9]+ ~[0-9]+ -[0-9]+ files in [0-9]+ clusters?' <<<"$output"; }

# foretold HOURS [OPTION...]: a dry run and a plan say the numbers of the run that follows, which is the last command then.
foretold() {
    local dry plan
    at_hour run "$1" --dry-run "${@:2}"
    expect 0
    dry=$(counted)
    weft_apart plan -c weft.yaml --now "$(at "$1")" -o json "${@:2}"
    expect 4
    plan=$(json - '"+{} ~{} -{}".format(*(len([c for c in d["changes"] if c["change"] == k]) for k in ("added", "changed", "removed")))' <<<"$output")
    due=$(json - 'sorted({c["what"] for c in d["certificates"]})' <<<"$output")
    at_hour run "$@"
    expect 0
    same "$dry" "$(counted)"
    [[ $dry == "$plan "* ]] || same "$plan" "$dry"
}

@test "the first pass" {
    foretold 0
    same "$due" "['intermediate', 'root']"
}

@test "a renewal: the Secrets that are written again, and the record" {
    at_hour run 0
    foretold $((70 * DAY))
    same "$due" "['intermediate']"
    [[ $output == *"+0 ~4 -0 files in 2 clusters"* ]]
}

@test "a new sealing certificate: the Secret of that cluster is encrypted again" {
    at_hour run 0
    make_certificate certs/cluster-1.pem -newkey rsa:2048
    foretold 1
    same "$due" "[]"
    [[ $output == *"+0 ~1 -0 files in 1 cluster"* ]]
}

@test "a cluster without a sealing certificate: what will be left out is not promised" {
    sed -i 's/name: cluster-2, sealing.*/name: cluster-2}/' weft.yaml
    at_hour run 0 --dry-run
    local dry
    dry=$(counted)
    at_hour run 0
    expect 3 "(S1)"
    same "$dry" "$(counted)"
}

# another_root: the specs ask for another root, and no step waits for an approval.
another_root() {
    sed -i 's/ttlDays: 1825/ttlDays: 1824/; s/^    shared:$/    rotationVerificationMethod: {none: {}}\n    shared:/' specs/specs/virtualmesh.yaml
    push_specs "another root"
}

@test "each step of a rotation" {
    write_config "evidence: {trustClock: true, leafTTL: 2h}"
    at_hour run 0
    another_root
    foretold 1
    same "$due" "['root', 'rotation step']"
    local hour steps=1
    for ((hour = 2; hour < 16; hour++)); do
        weft plan -c weft.yaml --now "$(at $hour)" --log-format lines
        [[ $output == *"rotation step"* ]] || { at_hour run $hour && continue; }
        foretold $hour
        steps=$((steps + 1))
    done
    same "$steps" 3
    at_hour status 16
    expect 0 NOT_ROTATING
}

@test "a rotation that has just come to its end is at rest, and no cluster comes from a root of its own" {
    write_config "evidence: {trustClock: true, leafTTL: 2h}"
    at_hour run 0
    another_root
    local hour seen=
    for ((hour = 1; hour < 16; hour++)); do
        weft rotation plan $VM -c weft.yaml --now "$(at $hour)"
        [[ $output != *"root of their own"* ]]
        [[ $output != *"at rest; rotation r1-"*" is finished"* ]] || seen=yes
        weft evidence -c weft.yaml --now "$(at $hour)"
        [[ $output != *"root of their own"* ]]
        at_hour run $hour
    done
    same "$seen" yes
}

@test "a given root: the first pass, another one in its place, and the timeline that it gives" {
    given_root /CN=house-one 3000
    wants_given_root
    foretold 0
    same "$due" "['intermediate', 'root']"
    at_hour run 1
    given_root /CN=house-two 3000
    weft_apart rotation plan $VM -c weft.yaml --now "$(at 2)" -o json
    expect 0 '"coming": true'
    same "$(json - 'len(d["steps"]) > 3' <<<"$output")" True
    weft evidence -c weft.yaml --now "$(at 2)"
    expect 0
    [[ $output != *"not known"* ]]
    weft plan -c weft.yaml --now "$(at 2)"
    expect 4 "Secret gloo-mesh/house-root" "rotation step"
    foretold 2
    same "$due" "['root', 'rotation step']"
}

@test "looking ahead at a given root leaves the state as it is" {
    given_root /CN=house-one 3000
    wants_given_root
    weft plan -c weft.yaml --now "$(at 0)"
    expect 4 "of Secret gloo-mesh/house-root is new"
    at_hour run 0
    given_root /CN=house-two 3000
    local before
    before=$(sha256sum state/state.db)
    weft plan -c weft.yaml --now "$(at 1)"
    weft rotation plan $VM -c weft.yaml --now "$(at 1)"
    weft evidence -c weft.yaml --now "$(at 1)"
    at_hour run 1 --dry-run
    same "$(sha256sum state/state.db)" "$before"
}

@test "another name of the virtual mesh: nothing is issued, and that is foretold" {
    at_hour run 0
    sed -i 's/^  name: bookinfo$/  name: shop/' specs/specs/virtualmesh.yaml
    push_specs "another name"
    foretold 1
    same "$due" "[]"
}

@test "a mesh that leaves: what is foretold is done" {
    at_hour run 0
    python3 - <<'END_OF_PROGRAM'
path = "specs/specs/virtualmesh.yaml"
text = open(path).read()
new = text.replace("  - name: istiod-istio-system-cluster-2\n    namespace: gloo-mesh\n", "", 1)
assert new != text
open(path, "w").write(new)
END_OF_PROGRAM
    push_specs "one cluster less"
    foretold 1 --allow-deletions
}

# agree HOURS: plan says whether the run that follows changes something, and afterwards that nothing is left.
agree() {
    local planned before refused=0
    before=$(tip)
    weft plan -c weft.yaml --now "$(at "$1")"
    planned=$status
    at_hour run "$1"
    case $planned:$status in
    0:0) same "$(tip)" "$before" ;;
    4:0) [[ $(tip) != "$before" ]] ;;
    3:3) same "$(tip)" "$before" && refused=3 ;;
    4:3) [[ $(tip) != "$before" ]] && refused=3 ;;
    1:1) refused=1 ;;
    *) echo "plan said $planned, run $status: $output" >&2 && return 1 ;;
    esac
    # A pass may have said something that the next one takes back: plan and run say so together, and then it is over.
    weft plan -c weft.yaml --now "$(at "$1")"
    if [[ $status == 4 ]]; then
        before=$(tip)
        at_hour run "$1"
        [[ $(tip) != "$before" ]]
        weft plan -c weft.yaml --now "$(at "$1")"
    fi
    expect $refused
}

@test "plan and run agree, whatever happens to the specs and to the branch" {
    local specs=specs/specs/virtualmesh.yaml
    agree 0
    agree 0
    echo "# a remark" >>$specs
    push_specs "a remark"
    agree 1
    sed -i 's/^  name: bookinfo$/  name: shop/' $specs
    push_specs "another name"
    agree 2
    cp $specs kept.yaml
    sed -i 's/^spec:/spec: [/' $specs
    push_specs "broken"
    agree 3
    cp kept.yaml $specs
    push_specs "whole again"
    agree 4
    # Another way to the same repository: the branch is not known under it.
    sed -i "s|$OUTPUT_URL|${OUTPUT_URL/127.0.0.1/localhost}|" weft.yaml
    agree 5
    # The branch is set back.
    git -C "$OUTPUT_GIT" update-ref refs/heads/rendered rendered~1
    agree 6
    rm -r specs/specs
    mkdir specs/specs
    cp kept.yaml $specs
    push_specs "the virtual mesh alone"
    agree 7
}
