# What people must know in time about roots, intermediates and the state: each with its place in status, report and exit status.
load lib

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() { stage_test; }

DAY=24

pass_at() { weft run -c weft.yaml --now "$(at "$1")" --log-format lines --report report.json; }

root_id() { state_rows "SELECT id FROM roots ORDER BY created, generation" | tail -n 1; }

# in_status EXPRESSION: of the status that the last pass reported, as Python's d.
in_status() { json report.json "[$1 for d in [d['virtualMeshes'][0]['status']]][0]"; }

# told KIND ID [TEXT]: an error or a warning of the virtual mesh, in the findings and the status of the report and in "weft status".
told() {
    json report.json "next(f['message'] for f in d['findings'] if f.get('id') == '$2')" >told
    [[ $(cat told) == *"${3:-}"* ]] || { cat report.json >&2 && return 1; }
    same "$(in_status "open('told').read().strip() in d.get('$1', [])")" True
    weft_apart status -c weft.yaml -o json
    same "$(json - "open('told').read().strip() in d['virtualMeshes'][0]['status']['$1']" <<<"$output")" True
}

@test "a given root near its end: exit 3 and FAILED until the specs name another, while all goes on" {
    given_root /CN=house-one 400
    wants_given_root
    pass_at 0
    expect 0
    same "$(root_id)" "$(openssl x509 -in root.pem -outform DER | sha256sum | cut -d' ' -f1)"
    local day
    for day in 70 140 210 280 345; do
        pass_at $((day * DAY))
        expect 0 issued
    done
    pass_at $((365 * DAY))
    expect 3 "given root $(root_id | cut -c1-8)" "(R39)"
    told errors R39 "$(at $((400 * DAY)))"
    same "$(in_status 'd["state"]')" FAILED
    same "$(json report.json 'd["result"]')" refused
    # It is said again in each pass, also when nothing else changes.
    pass_at $((365 * DAY + 1))
    expect 3 "(R39)"
}

@test "an intermediate that cannot be renewed any more: exit 3, and the cluster and the time are named" {
    given_root /CN=house-one 120
    wants_given_root
    pass_at 0
    pass_at $((70 * DAY))
    pass_at $((119 * DAY))
    expect 3 "cluster cluster-1 expires at $(at $((120 * DAY)))" "(R98)"
    in_status 'd["meshes"]["istiod-istio-system-cluster-2.gloo-mesh."]["errors"]' | grep -q "cluster cluster-2 expires"
    same "$(in_status 'd["state"] == "ACCEPTED"')" False
    weft status -c weft.yaml
    expect 0 "(R98)"
}

# near_the_end: days before the intermediates expire, each pass warns of it, whatever else is wrong.
near_the_end() {
    pass_at $((70 * DAY))
    [[ $status == 3 ]]
    [[ $output != *"(T10)"* ]]
    pass_at $((83 * DAY))
    expect 3 "cluster cluster-1 ends at $(at $((90 * DAY)))" "cluster cluster-2 ends at" "(T10)"
    pass_at $((83 * DAY + 1))
    expect 3 "(T10)"
}

@test "a virtual mesh that asks for a mesh that is not there: its certificates end, and that is said in time" {
    pass_at 0
    sed -i '0,/istiod-istio-system-cluster-2/s//istiod-istio-system-cluster-9/' specs/specs/virtualmesh.yaml
    push_specs "a mesh that is not there"
    near_the_end
    told errors T10 "cluster cluster-1"
}

@test "a virtual mesh with a typing error: the same" {
    pass_at 0
    sed -i 's/globalAccessPolicy: ENABLED/globalAccessPolicy: MAYBE/' specs/specs/virtualmesh.yaml
    push_specs "a typo"
    near_the_end
}

@test "a root that lives less than three intermediates: a warning, exit 0" {
    sed -i 's/ttlDays: 1825/ttlDays: 200/' specs/specs/virtualmesh.yaml
    push_specs "a short root"
    pass_at 0
    expect 0 "(R97)"
    told warnings R97
    same "$(in_status '(d["state"], d.get("errors", []))')" "('ACCEPTED', [])"
    same "$(json report.json 'd["result"]')" converged
}

@test "a generated root near its end: a rotation begins by itself, in time" {
    write_config "evidence: {trustClock: true}"
    pass_at 0
    expect 0
    local first
    first=$(root_id)
    pass_at $((1600 * DAY))
    pass_at $((1700 * DAY))
    pass_at $((1700 * DAY + 1))
    weft status -c weft.yaml -o json
    expect 0
    [[ $(root_id) != "$first" ]]
    same "$(json - 'd["virtualMeshes"][0]["rotation"]["step"]' <<<"$output")" 1
    in_status '[c.get("reason") for c in d["conditions"]]' | grep -q R11
}

@test "a given root whose content changed under its name: the next pass sees it, though nothing else changed, and rotates" {
    given_root /CN=house-one 3000
    wants_given_root
    passes 0 2
    local first
    first=$(root_id)
    given_root /CN=house-two 3000
    pass_at 3
    expect 0
    [[ $(root_id) != "$first" ]]
    same "$(in_status 'd["conditions"][-1]["state"]')" ADDING_NEW_ROOT
    same "$(in_status 'd["conditions"][-1]["reason"]')" R11
    in_status 'd["conditions"][-1]["message"]' | grep -q "CN=house-two.*CN=house-one"
    rendered_file weft/gloo-mesh.bookinfo.json | grep -q '"state": "ADDING_NEW_ROOT"'
}

@test "a given root of the same name but another key: refused, and what is deployed stays" {
    given_root /CN=house-one 3000
    wants_given_root
    pass_at 0
    expect 0
    local before
    before=$(output_git ls-tree -r rendered | grep /trust/)
    given_root /CN=house-one 3000
    pass_at 1
    expect 3 "(R30)"
    told errors R30
    same "$(output_git ls-tree -r rendered | grep /trust/)" "$before"
}

# A rotation continues to its last step; the state of its first one is kept as a backup that is too old.
rotated_with_old_backup() {
    write_config "evidence: {trustClock: true, leafTTL: 2h}"
    pass_at 0
    sed -i 's/ttlDays: 1825/ttlDays: 1824/; s/^    shared:$/    rotationVerificationMethod: {none: {}}\n    shared:/' specs/specs/virtualmesh.yaml
    push_specs "another root"
    passes 1 2
    weft status -c weft.yaml -o json --now "$(at 2)"
    expect 0 '"step": 1'
    cp -p state/state.db backup
    passes 3 12
    weft status -c weft.yaml -o json --now "$(at 12)"
    expect 0 '"step": 3'
}

@test "a state that is steps older than the output branch: nothing of the trust is set back, exit 3" {
    rotated_with_old_backup
    local before
    before=$(output_git ls-tree -r rendered | grep /trust/)
    cp -p state/state.db newest
    cp -p backup state/state.db
    pass_at 13
    expect 3 "(T2)"
    in_status 'str(d["meshes"])' | grep -q "older than"
    same "$(in_status 'd["state"]')" FAILED
    pass_at 14
    expect 3 "(T2)"
    same "$(output_git ls-tree -r rendered | grep /trust/)" "$before"
    # Nor is it lost after a detour by a spec that is refused.
    sed -i 's/globalAccessPolicy: ENABLED/globalAccessPolicy: MAYBE/' specs/specs/virtualmesh.yaml
    push_specs "a typo"
    pass_at 15
    expect 3
    sed -i 's/globalAccessPolicy: MAYBE/globalAccessPolicy: ENABLED/' specs/specs/virtualmesh.yaml
    push_specs "corrected"
    pass_at 16
    expect 3 "(T2)"
    same "$(output_git ls-tree -r rendered | grep /trust/)" "$before"
    # With the newest state the rotation continues where it was.
    cp -p newest state/state.db
    passes 17 22
    weft status -c weft.yaml -o json --now "$(at 22)"
    expect 0 '"state": "NOT_ROTATING"'
}

@test "a state that only missed a renewal is reported, and goes on: the root is the same" {
    write_config "evidence: {trustClock: true}"
    pass_at 0
    cp -p state/state.db backup
    pass_at $((80 * DAY))
    expect 0 "2 intermediates issued"
    cp -p backup state/state.db
    pass_at $((80 * DAY + 1))
    expect 0 "(T4)"
    told warnings T4
    same "$(state_rows "SELECT count(*) FROM roots")" 1
    pass_at $((80 * DAY + 2))
    expect 0
    [[ $output != *"(T4)"* ]]
}
