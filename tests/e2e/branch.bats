# Whose the output branch is: a repository is not its URL, and two states do not overwrite each other endlessly.
load lib

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() {
    stage_test
    write_config "evidence: {trustClock: true, leafTTL: 1h, syncAllowance: 10m}"
}

pass_at() { pass --now "$(at "$1")"; }
counters() { output_git log --reverse --format='%(trailers:key=Weft-Counter,valueonly,separator=)' rendered | grep .; }
waits() { state_rows "SELECT detail FROM rotations" | json - '[(m["mesh"], m.get("committed"), m.get("proven")) for m in d["members"]]'; }

# The server's repository gets another address, with a copy of all that it holds.
move_output() {
    OUTPUT_URL=$GIT_SERVER_URL/t$BATS_TEST_NUMBER/$1.git
    git clone -q --mirror "$OUTPUT_GIT" "${OUTPUT_GIT%/*}/$1.git"
    OUTPUT_GIT=${OUTPUT_GIT%/*}/$1.git
    sed -i "s|^output: {url: [^,]*|output: {url: $OUTPUT_URL|" weft.yaml
}

begin_rotation() {
    sed -i 's/^    shared:$/    rotationVerificationMethod: {none: {}}\n    shared:/; s/ttlDays: 1825/ttlDays: 1824/' specs/specs/virtualmesh.yaml
    push_specs "another root"
}

@test "a repository that moved: nothing is committed, nothing is reported, and the counter goes on" {
    local before
    pass_at 0
    expect 0
    before=$(tip)
    move_output moved
    pass_at 1
    expect 0 "nothing changed"
    [[ $output != *"(R6"[02]")"* ]]
    same "$(tip)" "$before"
    push_specs "something else"
    sed -i 's/nodePort: 32001/nodePort: 32017/' specs/specs/cluster-1/gateway.yaml
    push_specs "another node port"
    pass_at 2
    expect 0
    move_output back
    pass_at 3
    expect 0 "nothing changed"
    same "$(counters)" "$(seq 2)"
}

@test "a repository that moved in a rotation: no wait begins again" {
    local before waits
    pass_at 0
    begin_rotation
    pass_at 1
    pass_at 2
    before=$(tip) waits=$(waits)
    move_output moved
    pass_at 2
    expect 0 "nothing changed"
    same "$(tip)" "$before"
    same "$(waits)" "$waits"
}

@test "an output branch that is new, or an older copy, is no repository that moved" {
    pass_at 0
    begin_rotation
    cp -a "$OUTPUT_GIT" older.git
    pass_at 1
    expect 0
    rm -rf "$OUTPUT_GIT"
    mv older.git "$OUTPUT_GIT"
    move_output moved
    pass_at 2
    expect 0
    output_git log -1 --format=%B rendered | grep -q "pushes step 1 again"
    same "$(counters)" $'1\n2'
}

# A second installation on the same branch: its own state and its own state key.
other_weft() { weft run -c other.yaml --log-format lines --now "$(at "$1")"; }
add_other() {
    "$WEFT" keygen --quiet other.key
    sed 's|state/state.db|other/state.db|; s|state.key|other.key|' weft.yaml >other.yaml
    echo "cache: {path: other-cache}" >>other.yaml
}

@test "two states on one branch: the one that does not hold its roots stops, and names the other" {
    local ours tips
    add_other
    pass_at 0
    expect 0
    ours=$(output_git log -1 --format='%(trailers:key=Weft-State,valueonly,separator=)' rendered)
    other_weft 1
    expect 3 "(T1)" # its state may have been lost: it is let in once, and holds back what it cannot know
    pass_at 2
    expect 0 "another weft writes to branch rendered" "$(uname -n)"
    tips=$(tip)
    other_weft 3
    expect 1 "another weft" "state $ours" "weft.dev/replace-lost-root"
    pass_at 4
    expect 0
    [[ $output != *"another weft"* ]]
    for hour in 5 6 7; do
        other_weft $hour
        expect 1
        pass_at $hour
        expect 0
    done
    same "$(tip)" "$tips"
    same "$(counters | sort | uniq -d)" ""
    same "$(output_git rev-list --count rendered)" 3
}

@test "a state that was restored from a backup, or moved to another host, goes on" {
    pass_at 0
    cp -a state backup
    begin_rotation
    pass_at 1
    expect 0
    cp -a state newest
    add_other
    other_weft 2
    expect 3
    rm -rf state
    mv newest elsewhere
    sed -i 's|state/state.db|elsewhere/state.db|' weft.yaml
    POD_NAMESPACE=weft POD_NAME=weft-2 pass_at 3
    expect 0 "another weft" "pod weft/weft-2"
    POD_NAMESPACE=weft POD_NAME=weft-3 pass_at 4
    expect 0
    [[ $output != *"another weft"* ]]
    output_git log -1 --format=%B rendered | grep -q '^Weft-Instance: pod weft/weft-'
}

@test "who gives the other's root up in the specs takes the branch over" {
    local root
    add_other
    pass_at 0
    root=$(state_rows "SELECT id FROM roots")
    other_weft 1
    pass_at 2
    other_weft 3
    expect 1 "$(printf %.16s "$root")"
    sed -i "0,/^metadata:/s|^metadata:|metadata:\n  annotations: {weft.dev/replace-lost-root: $root}|" specs/specs/virtualmesh.yaml
    push_specs "that installation is gone"
    other_weft 4
    expect 0 "another weft"
}
