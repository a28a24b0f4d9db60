# Looking without touching: weft plan, and weft run --dry-run.
load lib

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() { stage_test; }

# Everything that a pass could change: refs of both repositories, and the files of the state but for the cache.
world() {
    git -C "$SPECS_GIT" for-each-ref
    output_git for-each-ref
    find state -path state/cache -prune -o -type f -exec sha256sum {} + 2>/dev/null
    find . -maxdepth 1 -newer weft.yaml -name 'report*'
}

@test "plan: exit 4 before the pass, 0 after it" {
    weft plan -c weft.yaml
    expect 4 cluster-1 cluster-2 root intermediate
    pass
    weft plan -c weft.yaml
    expect 0
}

@test "plan changes nothing, not even when there is no state yet" {
    local before
    before=$(world)
    weft plan -c weft.yaml --diff
    expect 4
    same "$(world)" "$before"
    [[ ! -e state/state.db ]]
}

@test "plan after a change names the file and, with --diff, the lines" {
    pass
    sed -i 's/nodePort: 32001/nodePort: 32017/' specs/specs/cluster-1/gateway.yaml
    push_specs "another node port"
    local before
    before=$(world)
    weft plan -c weft.yaml --diff
    expect 4 cluster-2 '-      http: 32001' '+      http: 32017'
    same "$(world)" "$before"
}

@test "plan --diff never shows a secret, sealed or not" {
    weft plan -c weft.yaml --diff
    expect 4
    [[ $output != *encryptedData* && $output != *"PRIVATE KEY"* ]]
    pass
    make_certificate certs/cluster-1.pem -newkey rsa:2048
    weft plan -c weft.yaml --diff
    [[ $output != *encryptedData* && $output != *"PRIVATE KEY"* ]]
}

@test "plan for scripts is JSON, for pull requests Markdown" {
    weft_apart plan -c weft.yaml -o json
    expect 4
    json - 'len(d) > 0' <<<"$output"
    weft_apart plan -c weft.yaml -o markdown
    expect 4
    grep -qE '^\|' <<<"$output"
    weft plan -c weft.yaml -o yaml
    expect 2 "unknown format"
}

@test "plan with refused specs still shows the rest; with nothing left to do it ends with 3" {
    printf 'apiVersion: networking.mesh.gloo.solo.io/v1\nkind: VirtualMesh\nmetadata: {name: broken, namespace: gloo-mesh}\nspec: {mehses: []}\n' \
        >specs/specs/broken.yaml
    push_specs "a broken one"
    weft plan -c weft.yaml
    expect 4 mehses cluster-1
    pass
    expect 3 mehses
    weft plan -c weft.yaml
    expect 3 mehses
}

@test "--dry-run does everything and changes nothing anywhere" {
    local before
    before=$(world)
    pass --dry-run
    expect 0 "would change"
    same "$(world)" "$before"
    [[ ! -e state/state.db ]]
    pass
    sed -i 's/nodePort: 32001/nodePort: 32017/' specs/specs/cluster-1/gateway.yaml
    push_specs "another node port"
    before=$(world)
    pass --dry-run
    expect 0 "would change"
    same "$(world)" "$before"
}

@test "plan finds the broken spec that a pass would refuse, and the pass does the same" {
    sed -i 's/globalAccessPolicy: ENABLED/globalAccessPolicy: MAYBE/' specs/specs/virtualmesh.yaml
    push_specs "a typo"
    weft plan -c weft.yaml
    expect 4 "globalAccessPolicy"
    pass
    expect 3 "globalAccessPolicy"
}

@test "plan says what a change means before it lists files" {
    pass
    sed -i 's/name: bookinfo-productpage/name: bookinfo-ratings/' specs/specs/policies.yaml
    push_specs "another caller"
    weft_apart plan -c weft.yaml -o json
    expect 4
    jq -e '.attention and any(.effects[]; .effect == "refused" and (.others | index("cluster-1/bookinfo/bookinfo-productpage")))' <<<"$output"
    [[ $(jq -r .effectsSince <<<"$output") == $(git -C specs rev-parse HEAD~1) ]]
    weft plan -c weft.yaml
    expect 4 "EFFECT" "cluster-1/bookinfo/bookinfo-productpage"
    weft plan -c weft.yaml -o markdown
    expect 4 "| ATTENTION | OBJECT |"
}

@test "plan --base --head compares two commits, without a state" {
    local base
    base=$(git -C specs rev-parse HEAD)
    git -C specs checkout -qb change
    sed -i 's/name: bookinfo-productpage/name: bookinfo-ratings/' specs/specs/policies.yaml
    git -C specs commit -qam "another caller" && git -C specs push -q origin change
    rm state.key
    weft_apart plan -c weft.yaml --head change -o json
    expect 4
    [[ $(jq -r '.specs.base, .specs.commit' <<<"$output" | xargs) == "$base $(git -C specs rev-parse HEAD)" ]]
    jq -e 'any(.effects[]; .effect == "refused") and any(.changes[]; .change == "changed")' <<<"$output"
    weft plan -c weft.yaml --base main --head change -o markdown --diff
    expect 4 "<details>" "bookinfo-ratings" "| ATTENTION | OBJECT |"
    weft plan -c weft.yaml --base change --head change
    expect 0
    weft plan -c weft.yaml --head nowhere
    expect 1 nowhere
    [[ ! -e state/state.db ]]
}
