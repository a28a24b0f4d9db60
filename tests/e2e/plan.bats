# weft plan for a branch, a folder, a pipeline; a plan that is saved, reviewed and carried out.
LEAKS=yes
load lib

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() { stage_test; }

# pushed BRANCH: the specs of the work tree as a commit of that branch alone.
pushed() {
    git -C specs checkout -q -b "$1"
    git -C specs add -A
    git -C specs commit -q -m "$1"
    git -C specs push -q origin "$1"
}
another_port() { sed -i 's/nodePort: 32001/nodePort: 32017/' specs/specs/cluster-1/gateway.yaml; }
without_policies() { rm specs/specs/policies.yaml; }

@test "--ref plans a branch, a tag or a commit against what is deployed" {
    pass
    another_port
    pushed ports
    weft plan -c weft.yaml
    expect 0
    git -C specs tag v1
    git -C specs push -q origin v1
    local ref
    for ref in ports v1 "$(git -C specs rev-parse ports)"; do
        weft_apart plan -c weft.yaml --ref "$ref" -o json
        expect 4
        [[ $(jq -r '.specs.commit' <<<"$output") == $(git -C specs rev-parse ports) ]]
        [[ $(jq '.changes | length' <<<"$output") -gt 0 ]]
    done
    weft plan -c weft.yaml --ref nothing
    expect 1 nothing
}

@test "--specs plans a folder against what is deployed, with its effects" {
    pass
    weft plan -c weft.yaml --specs specs/specs
    expect 0 "the specs in specs/specs"
    without_policies
    weft_apart plan -c weft.yaml --specs specs/specs -o json
    expect 4
    [[ $(jq -r '.specs | has("commit")' <<<"$output") == false ]]
    [[ $(jq -r '.attention' <<<"$output") == true ]]
    [[ $(jq '.losses | length' <<<"$output") -gt 0 && $(jq -r '.effectsSince' <<<"$output") == $(git -C specs rev-parse main) ]]
}

@test "a plan is of one thing" {
    weft plan -c weft.yaml --ref a --base b
    expect 2 "exclude each other"
    weft plan -c weft.yaml --specs specs/specs --head b
    expect 2 "exclude each other"
    weft plan -c weft.yaml --specs specs/specs --out plan.json
    expect 2 "exclude each other"
    weft run -c weft.yaml --plan plan.json --dry-run
    expect 2 "exclude each other"
}

@test "--detailed-exitcode: 0, 4, 5 and 3; without it as ever" {
    weft plan -c weft.yaml --detailed-exitcode
    expect 5 "no AccessPolicy"
    pass
    weft plan -c weft.yaml --detailed-exitcode
    expect 0
    another_port
    pushed safe
    weft plan -c weft.yaml --detailed-exitcode --ref safe
    expect 4
    sed -i 's/nodePort: 32017/nodePort: 32018/; ' specs/specs/cluster-1/gateway.yaml
    sed -i 's/name: productpage-reads/name: productpage-reads-only/' specs/specs/policies.yaml
    pushed attention
    weft plan -c weft.yaml --detailed-exitcode --ref attention
    expect 5
    weft plan -c weft.yaml --ref attention
    expect 4
    weft plan -c weft.yaml --detailed-exitcode --base main --head attention
    expect 5
    echo 'nonsense: [' >specs/specs/broken.yaml
    pushed refused
    weft plan -c weft.yaml --detailed-exitcode --ref refused
    expect 3
    weft plan -c weft.yaml --detailed-exitcode --base main --head refused
    expect 3
    weft plan -c weft.yaml --ref refused
    expect 4
}

# What a pass could change.
world() {
    output_git for-each-ref
    sha256sum state/state.db 2>/dev/null || true
}

@test "run --plan does what was reviewed" {
    weft plan -c weft.yaml --out plan.json
    expect 4
    [[ $(cat plan.json) != *"PRIVATE KEY"* && $(jq -r .kind plan.json) == SavedPlan ]]
    weft run -c weft.yaml --plan plan.json
    expect 0
    same "$(commits)" 1
    another_port
    push_specs "another port"
    weft plan -c weft.yaml --out plan.json
    expect 4
    weft run -c weft.yaml --plan plan.json
    expect 0
    same "$(commits)" 2
    local path blob
    while read -r path blob; do
        same "$(output_git rev-parse "rendered:$path")" "$blob"
    done < <(jq -r '.changes[] | select(.blob) | "\(.path) \(.blob)"' plan.json)
    weft plan -c weft.yaml
    expect 0
}

@test "run --plan refuses when the specs, the branch, the configuration or the plan is another one, and changes nothing" {
    local before
    pass
    another_port
    push_specs "another port"
    weft plan -c weft.yaml --out plan.json
    before=$(world)

    push_specs "one more commit"
    weft run -c weft.yaml --plan plan.json
    expect 1 "the specs commit is"
    same "$(world)" "$before"

    weft plan -c weft.yaml --out plan.json
    jq '(.changes[] | select(.blob) | .blob) |= "0123456789012345678901234567890123456789"' plan.json >spoiled.json
    weft run -c weft.yaml --plan spoiled.json
    expect 1 "would get another content"
    jq 'del(.changes[0])' plan.json >spoiled.json
    weft run -c weft.yaml --plan spoiled.json
    expect 1 "would change, too"
    jq '.changes += [{change: "added", path: "zzz", blob: "0123456789012345678901234567890123456789"}]' plan.json >spoiled.json
    weft run -c weft.yaml --plan spoiled.json
    expect 1 "zzz would not change"
    jq '.certificates += [{virtualMesh: "gloo-mesh/bookinfo", mesh: "", what: "root"}]' plan.json >spoiled.json
    weft run -c weft.yaml --plan spoiled.json
    expect 1 "is not due any more"
    for spoiled in '{}' '[' '{"apiVersion": "weft.dev/v1alpha1", "kind": "Plan"}' \
        "$(jq '.changes[0].change = "odd"' plan.json)" "$(jq '.changes += [.changes[0]]' plan.json)"; do
        echo "$spoiled" >spoiled.json
        weft run -c weft.yaml --plan spoiled.json
        expect 1 spoiled.json
    done
    same "$(world)" "$before"

    cp weft.yaml kept.yaml
    echo "output2: 1" | sed 's/.*/evidence: {trustClock: true}/' >>weft.yaml
    weft run -c weft.yaml --plan plan.json
    expect 1 "the configuration"
    mv kept.yaml weft.yaml
    same "$(world)" "$before"

    other_writer README.md hello "a hello"
    before=$(world)
    weft run -c weft.yaml --plan plan.json
    expect 1 "the tip of the output branch is"
    same "$(world)" "$before"
    weft status -c weft.yaml
    expect 0
}

@test "run --plan refuses a step that became due since" {
    local before
    pass
    another_port
    push_specs "another port"
    weft plan -c weft.yaml --out plan.json
    before=$(world)
    weft run -c weft.yaml --plan plan.json --now 2030-01-01T00:00:00Z
    expect 1 "is not what this pass would do"
    same "$(world)" "$before"
}

@test "another writer between plan and push: nothing is rendered on top of it" {
    pass
    another_port
    push_specs "another port"
    weft plan -c weft.yaml --out plan.json
    other_writer README.md hello "a hello"
    weft run -c weft.yaml --plan plan.json
    expect 1
    same "$(output_git log -1 --format=%s rendered)" "a hello"
}
