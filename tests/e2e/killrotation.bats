# A pass that is killed while it takes a step of a rotation: the next one takes that step once, with the same certificates.
load lib
load kill

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() {
    stage_test
    write_config "evidence: {trustClock: true, leafTTL: 1h, syncAllowance: 10m}"
    sed -i 's/^    shared:$/    rotationVerificationMethod: {none: {}}\n    shared:/' specs/specs/virtualmesh.yaml
    push_specs "no approval needed"
    pass_at 0
    sed -i 's/ttlDays: 1825/ttlDays: 1824/' specs/specs/virtualmesh.yaml
    push_specs "another root"
}

# An hour later the next pass does something else.
pass_at() {
    NOW=$(at "$1") timed_pass
    expect 0
}

step_now() { state_rows "SELECT state || ' ' || step FROM rotations"; }

# Passes every hour until the next one takes the step; keeps the stage as it is then.
until_before() {
    local hour
    for ((hour = 1; hour < 20; hour++)); do
        rm -rf saved.git saved.state
        cp -a "$OUTPUT_GIT" saved.git
        cp -a state saved.state
        COMMITS=$(($(commits) + 1))
        pass_at "$hour"
        if [[ $(step_now) == "$1" ]]; then
            NOW=$(at "$hour")
            return 0
        fi
    done
    return 1
}

fresh() {
    rm -rf state "$OUTPUT_GIT"
    cp -a saved.git "$OUTPUT_GIT"
    cp -a saved.state state
}

converged() {
    same "$(step_now)" "$STEP"
    same "$(commits)" "$COMMITS"
    counted
    same "$(conditions R51 R60 R61 R62)" 0
    same "$(state_rows 'SELECT count(*) FROM roots')" 2
    same "$(state_rows 'SELECT count(*), count(DISTINCT serial) FROM intermediates')" "$INTERMEDIATES"
    remembered "$1"
    settled
}

# takes STEP INTERMEDIATES
takes() {
    STEP=$1 INTERMEDIATES=$2
    until_before "$STEP"
    survive_all 1 3 9
}

# Kills after the push, and a pass an hour later: it does what it would have done if the push had been noted, in as many commits, and
# what waits then opens at the same time.
arrives() {
    local point number before wanted
    KILLED=0
    until_before "$1"
    LATER=$(date -u -d "$NOW + 1 hour" +%Y-%m-%dT%H:%M:%SZ)
    fresh
    timed_pass
    later_pass
    expect 0
    wanted=$(came_to)
    for point in git.push.after pass.published store.save.before store.commit.before; do
        for number in 1 2 3 4 5 6 7 8 9; do
            fresh
            before=$(tip)
            WEFT_FAULT=$point:$number timed_pass
            [[ $status != 0 ]] || break
            same "$status" 137
            [[ $(tip) != "$before" ]] || continue # before the push: the other tests
            KILLED=$((KILLED + 1))
            echo "after $point:$number" >&2
            later_pass
            expect 0
            same "$(conditions R51 R60 R61 R62)" 0
            same "$(came_to)" "$wanted"
            counted
        done
    done
    echo "# $KILLED kills" >&3
    ((KILLED >= 4))
}
# Where the rotation is, in how many commits, and what it waits for.
came_to() { echo "$(step_now), $(commits) commits" && waits; }
waits() { state_rows "SELECT detail FROM rotations" | json - '[(m["mesh"], m.get("committed"), m.get("synced"), m.get("proven")) for m in d["members"]]'; }

@test "killed after the push of step 1: an hour later its commit is found, and no wait begins again" {
    arrives "ADDING_NEW_ROOT 1"
}

@test "killed after the push of step 2: an hour later its commit is found, and no wait begins again" {
    arrives "PROPAGATING_NEW_INTERMEDIATE 2"
}

@test "killed after the push of step 3: an hour later its commit is found, and no wait begins again" {
    arrives "DELETING_OLD_ROOT 3"
}

@test "killed after the push, and then a person reverts that commit: weft reports it, and all waits begin again" {
    until_before "ADDING_NEW_ROOT 1"
    fresh
    WEFT_FAULT=git.push.after:1 timed_pass
    same "$status" 137
    rm -rf other
    git clone -q -b rendered "$OUTPUT_URL" other
    git -C other revert --no-edit HEAD >/dev/null
    git -C other push -q origin HEAD:rendered
    NOW=$(date -u -d "$NOW + 1 hour" +%Y-%m-%dT%H:%M:%SZ) timed_pass
    expect 0
    same "$(conditions R60)" 1
    same "$(step_now)" "ADDING_NEW_ROOT 1"
    same "$(counters | sort | uniq -d)" ""
}

@test "killed while the new root is made and added" {
    takes "ADDING_NEW_ROOT 1" '2|2'
}

@test "killed while intermediates under the new root are issued" {
    takes "PROPAGATING_NEW_INTERMEDIATE 2" '4|4'
}

@test "killed while the old root is dropped" {
    takes "DELETING_OLD_ROOT 3" '4|4'
}
