# The second clock: what a Git server says the time is.
load lib

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() { stage_test; }

# The output repository is served over HTTP by a server whose clock is WHEN.
serve_at() {
    DATE=$(date -u -d "$1" '+%a, %d %b %Y %H:%M:%S GMT')
    export DATE
    serve git-http.sh "$(dirname "$OUTPUT_GIT")"
    git -C "$OUTPUT_GIT" config http.receivepack true
    sed -i "s|^output: {url: [^,]*|output: {url: ${SERVED[url]}/output.git|" weft.yaml
}
agreed() { state_rows "SELECT json_extract(detail, '\$.clock.agreed') FROM rotations"; }

@test "a server whose clock is right: the two agree, and waits count in full" {
    serve_at now
    pass
    expect 0
    same "$(agreed)" 1
}

@test "a server that is three hours ahead: this machine's clock is doubted" {
    serve_at '+3 hours'
    pass
    expect 3 '(R1)'
    [[ $(agreed) != 1 ]]
}

@test "a server that is three hours behind: nothing is wrong, but the two do not agree" {
    serve_at '-3 hours'
    pass
    expect 0
    [[ $(agreed) != 1 ]]
}

@test "no server tells the time: nothing is wrong, but there is no second clock" {
    pass
    expect 0
    [[ $(agreed) != 1 ]]
}

@test "a pretended time is not held against the servers'" {
    serve_at now
    pass --now "$(date -u -d '+400 days' +%FT%TZ)"
    [[ $output == *"this pass pretends that it is"* ]]
    [[ $output != *"(R1)"* ]]
    [[ $(agreed) != 1 ]]
}

@test "a clock in 2050 or in 2020, for one pass: no root, no certificate, no rotation, and it says why" {
    pass --now 2027-01-15T08:00:00Z
    expect 0
    issued >before
    sed -i 's/ttlDays: 1825/ttlDays: 1824/' specs/specs/virtualmesh.yaml
    push_specs "another root"
    local year
    for year in 2050 2020; do
        pass --now "$year-01-15T08:00:00Z"
        expect 3 "(R2)"
        issued >after
        diff before after
        weft status -c weft.yaml --now 2020-01-15T08:00:00Z
        expect 0 NOT_ROTATING
        [[ $output != *" -"[0-9]* ]]
    done
    # Once the clock is right, passes continue without an operator.
    pass --now 2027-01-16T08:00:00Z
    expect 0
    [[ $output != *"(R2)"* ]]
    weft status -c weft.yaml --now 2027-01-16T08:00:00Z
    expect 0 ADDING_NEW_ROOT
}

@test "switched off for two years: the operator vouches for the clock, and it goes on" {
    pass --now 2027-01-15T08:00:00Z
    pass --now 2029-01-15T08:00:00Z
    expect 3 "(R2)" evidence.trustClock
    write_config "evidence: {trustClock: true}"
    pass --now 2029-01-15T08:00:00Z
    [[ $output != *"(R2)"* ]]
}
