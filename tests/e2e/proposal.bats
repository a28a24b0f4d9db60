# output.mode pull-request: one proposal branch and one pull request, from the first proposal to the merge. The forges follow the
# APIs that GitHub, GitLab and Gitea publish (tests/servers/forge.py); tests/conformance/gitea has a real one.
load lib
load forge

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() { stage_test; }
teardown() { close_forge; }

another_port() {
    sed -i 's/nodePort: 32001/nodePort: '"${1:-32017}"'/' specs/specs/cluster-1/gateway.yaml
    push_specs "another port"
}

# The life of a proposal on a forge.
life() {
    local first keys
    pass
    expect 0 "pull request #1 opened"
    same "$(tip)" "$(output_git rev-list --max-parents=0 rendered)"
    first=$(proposal)
    keys=$(issued)
    same "$(output_git rev-parse "$first^")" "$(tip)"
    [[ $(pulls '.[0].body') == "<!-- weft:proposal:rendered -->"*"$first"* ]]
    same "$(pulls '.[0].title')" "$(output_git log -1 --format=%s "$first")"
    # The same again: the same bytes, no other keys, nothing written to the forge.
    local written
    written=$(writes)
    pass
    expect 0 "#1 waits"
    same "$(proposal)" "$first"
    same "$(issued)" "$keys"
    same "$(writes)" "$written"
    # Another change: the same pull request, edited.
    another_port
    pass
    expect 0 "#1 updated"
    [[ $(proposal) != "$first" ]]
    same "$(output_git rev-parse "$(proposal)^")" "$(tip)"
    same "$(open_pulls) $(pulls)" "1 1"
    same "$(issued)" "$keys"
    weft -c weft.yaml status -o json
    same "$(jq -r '.proposal.pullRequest' <<<"$output")" 1
    # Merged: nothing is left, and what was reviewed is what is there.
    local tree
    tree=$(tree_of rendered-proposal)
    merge "${1:-}"
    pass
    expect 0 "nothing changed"
    same "$(tree_of rendered)" "$tree"
    same "$(open_pulls) $(pulls)" "0 1"
    same "$(issued)" "$keys"
    weft -c weft.yaml status -o json
    same "$(jq -r '.proposal' <<<"$output")" null
    # Where weft's message was kept, the next plan is compared with what is there.
    weft_apart -c weft.yaml plan -o json
    [[ ${1:-} == --squash ]] || same "$(jq -r .effectsSince <<<"$output")" "$(git -C specs rev-parse HEAD)"
    # A change and its opposite: opened, and closed when nothing is left.
    another_port 32018
    sed -i 's/32017/32018/' specs/specs/cluster-1/gateway.yaml
    push_specs "one more"
    pass
    expect 0 "#2 opened"
    sed -i 's/32018/32017/' specs/specs/cluster-1/gateway.yaml
    push_specs "as it was"
    pass
    expect 0 "#2 closed"
    same "$(open_pulls) $(pulls)" "0 2"
    pass --report idle.json
    same "$(jq .unchanged idle.json)" true
}

@test "GitHub: opened, updated, merged, closed" {
    PULL=', labels: [mesh, weft], reviewers: [ada]' forge github
    life
    same "$(pulls '.[0].labels | join(" ")') $(pulls '.[0].reviewers | join(" ")')" "mesh weft ada"
}

@test "GitLab: the same, merged by squash" {
    PULL=', labels: [mesh, weft], reviewers: [ada], draft: true' forge gitlab
    sed -i 's/, draft: true//' weft.yaml
    life --squash
    same "$(pulls '.[0].labels | join(" ")') $(pulls '.[0].reviewers | join(" ")')" "mesh weft 42"
}

@test "Gitea: the same, merged by a merge commit" {
    PULL=', labels: [mesh, weft], reviewers: [ada]' forge gitea
    life --merge
}

@test "a GitHub App: a token for each pass, of this repository and its pull requests" {
    local before
    (umask 077 && openssl genrsa -traditional -out app.key 2048 2>/dev/null)
    forge github
    openssl rsa -in app.key -pubout -out forge/app.pem 2>/dev/null
    sed -i "s|tokenFile: token|app: {id: '4711', privateKeyFile: app.key}|" weft.yaml
    pass
    expect 0 "pull request #1 opened"
    same "$(grep -c access_tokens forge/log) $(grep -c /installation forge/log)" "1 2"
    grep -rlE 'of-app-|eyJ' state *.log 2>/dev/null && false
    [[ $output != *of-app-* && $output != *eyJ* ]]
    # Another pass gets another one; a number that is given is not asked for.
    sed -i "s|id: '4711'|id: '4711', installation: '99'|" weft.yaml
    another_port
    pass
    expect 0 "#1 updated"
    same "$(grep -c access_tokens forge/log) $(grep -c 'mesh/installation' forge/log)" "2 1"
    # Another key is refused by the forge, one that others may read by weft; the proposal is there.
    (umask 077 && openssl genrsa -traditional -out app.key 2048 2>/dev/null)
    before=$(proposal)
    sed -i 's/nodePort: 32017/nodePort: 32018/' specs/specs/cluster-1/gateway.yaml
    push_specs "a third port"
    pass
    expect 1 "JSON web token"
    [[ $(proposal) != "$before" ]]
    chmod 644 app.key
    pass
    expect 1 "app.privateKeyFile"
    # Never both, and only where there are Apps.
    sed -i "s|app: {|tokenFile: token, app: {|" weft.yaml
    pass
    expect 2 "output.pullRequest.app"
    sed -i "s|tokenFile: token, ||; s|forge: github|forge: gitea|" weft.yaml
    pass
    expect 2 "output.pullRequest.app"
}

@test "a draft, and a closed one stays closed until the proposal changes" {
    PULL=', draft: true' forge gitlab
    pass
    expect 0
    same "$(pulls '.[0].title')" "Draft: $(output_git log -1 --format=%s "$(proposal)")"
    jq '.[0].state = "closed"' forge/pulls.json >closed && mv closed forge/pulls.json
    pass
    expect 0
    same "$(pulls)" 1
    weft -c weft.yaml status -o json
    same "$(jq -r '.proposal.closed' <<<"$output")" true
    another_port
    pass
    expect 0 "#2 opened"
    same "$(open_pulls)" 1
}

@test "what others put on the proposal branch is never replaced" {
    forge github
    pass
    expect 0
    local tip
    # On top of weft's commit, and in place of it with weft's own message.
    for amend in "" --amend; do
        rm -rf theirs
        git clone -q -b rendered-proposal "$OUTPUT_URL" theirs
        echo hello >theirs/ours.txt
        git -C theirs add -A
        git -C theirs commit -q ${amend:---message=mine} ${amend:+--no-edit}
        git -C theirs push -q --force origin rendered-proposal
        tip=$(proposal)
        another_port "320$((17 + ${#amend}))"
        pass
        expect 1 "$(cut -c1-12 <<<"$tip")"
        same "$(proposal)" "$tip"
        output_git update-ref -d refs/heads/rendered-proposal
        pass
        expect 0
        [[ $(proposal) != none ]]
    done
    same "$(pulls)" 1
}

@test "the target moved: the proposal is made again on top of it, with the work of others" {
    forge github
    pass
    other_writer README.md hello "a file of ours"
    pass
    expect 0 "#1 updated"
    same "$(output_git rev-parse "$(proposal)^")" "$(tip)"
    same "$(output_git show rendered-proposal:README.md)" hello
    merge --squash
    pass
    expect 0 "nothing changed"
}

@test "merged and reverted: it is proposed again, and the waits begin again" {
    forge gitea
    pass
    merge
    pass
    expect 0 "nothing changed"
    local keys
    keys=$(issued)
    output_git update-ref refs/heads/rendered "$(output_git commit-tree -m revert -p rendered "$(tree_of "rendered^")")"
    pass
    expect 0 "#2 opened"
    same "$(issued)" "$keys"
    same "$(output_git rev-parse "$(proposal)^")" "$(tip)"
    merge --squash
    pass
    expect 0 "nothing changed"
    same "$(issued)" "$keys"
}

@test "killed at each point: the next pass finishes, with one pull request and the same keys" {
    forge github
    local point keys="" port=32017
    for point in git.propose git.push.before git.push.after pass.proposed pass.pull.opened; do
        run env WEFT_FAULT="$point" "$WEFT" run -c weft.yaml --log-format lines
        [[ $status != 0 ]]
        pass
        expect 0 "pull request #1"
        same "$(pulls)" 1
        [[ $(pulls '.[0].body') == *"$(proposal)"* ]]
        [[ -n $keys ]] || keys=$(issued)
        same "$(issued)" "$keys"
        another_port "$port"
        sed -i "s/$port/$((port + 1))/" specs/specs/cluster-1/gateway.yaml
        sed -i 's/nodePort: 32001/nodePort: '"$((port + 1))/" specs/specs/cluster-1/gateway.yaml
        push_specs "again"
        port=$((port + 1))
    done
    pass
    merge
    run env WEFT_FAULT=pass.published "$WEFT" run -c weft.yaml
    [[ $status != 0 ]]
    pass
    expect 0
    run env WEFT_FAULT=pass.pull.closed "$WEFT" run -c weft.yaml
    pass
    expect 0 "nothing changed"
    same "$(open_pulls) $(pulls)" "0 1"
}

@test "a forge that fails: the proposal is there, the pass fails, the next one opens the pull request" {
    forge github
    echo '500 POST' >forge/faults
    pass
    expect 1 500
    [[ $(proposal) != none ]]
    local first
    first=$(proposal)
    weft -c weft.yaml status -o json
    same "$(jq -r '.proposal | "\(.branch) \(.commit) \(.pullRequest)"' <<<"$output")" "rendered-proposal $first null"
    pass
    expect 0 "#1 opened"
    same "$(proposal)" "$first"
    # Another one of the same name comes from a fork: it is not ours.
    jq '.[0].from = "mallory/mesh"' forge/pulls.json >fork && mv fork forge/pulls.json
    another_port
    pass
    expect 0 "#2 opened"
    [[ $output != *good* ]]
}

@test "what cannot be proposed is refused before anything is done" {
    forge github
    sed -i 's/mode: sealed-secret/mode: direct/' weft.yaml
    pass
    expect 2 output.mode
    sed -i 's/mode: direct/mode: sealed-secret/; s/tokenFile: token/branch: rendered, tokenFile: token/' weft.yaml
    pass
    expect 2 output.pullRequest.branch
    sed -i 's/branch: rendered, tokenFile: token/draft: true/' weft.yaml
    pass
    expect 2 output.pullRequest.tokenFile
    sed -i 's/draft: true/tokenFile: token/' weft.yaml
    output_git update-ref -d refs/heads/rendered
    pass
    expect 1
    same "$(proposal)" none
}

@test "plan, metrics, report and body say that a pull request waits" {
    forge github
    sed -i 's/^pki:/metrics: {file: metrics.prom}\n&/' weft.yaml
    pass --report out/report.json
    expect 0
    same "$(jq -r '.output.proposal.url' out/report.json)" https://git.example.com/platform/mesh/pulls/1
    same "$(jq -r '.output.committed' out/report.json)" false
    same "$(pulls '.[0].body')" "$(<out/pull-request.md)"
    grep -q '^weft_proposal_timestamp_seconds{branch="rendered-proposal",url="https://git.example.com/platform/mesh/pulls/1"}' metrics.prom
    weft_apart -c weft.yaml plan -o json
    expect 4
    same "$(jq -r '.output.proposal.pullRequest' <<<"$output")" 1
    merge
    pass
    expect 0
    run ! grep weft_proposal_timestamp metrics.prom
}

# --- rotations ---

# position HOUR: the state and the step of the rotation, by the state.
position() {
    weft status -c weft.yaml --now "$(at "$1")" -o json
    jq -r '.virtualMeshes[0].rotation | "\(.state) \(.step)"' <<<"$output"
}

@test "a rotation counts from the merge of each step, and nothing is issued twice while it waits" {
    local keys step waits merged hour=1
    forge gitea "evidence: {trustClock: true, leafTTL: 2h, syncAllowance: 30m}"
    pass_at 0
    merge
    pass_at 1
    expect 0
    sed -i 's/ttlDays: 1825/ttlDays: 1824/' specs/specs/virtualmesh.yaml
    push_specs "another root"
    for step in 1 2 3; do
        # On to this step: what was proposed before is merged; how long the leaves of the former step live counts from there.
        merged=$hour
        until pass_at $((++hour)) && expect 0 && [[ $(position $hour | cut -d' ' -f2) == "$step" ]]; do merge; done
        ((step == 1 || hour - merged >= 3))
        # However long it waits: not a step further, the same certificates, the same bytes.
        keys=$(issued)
        waits=$(tree_of rendered-proposal)
        weft rotation approve gloo-mesh/bookinfo -c weft.yaml --step $step
        passes $((hour + 1)) $((hour + 9))
        hour=$((hour + 9))
        same "$(position $hour | cut -d' ' -f2)" $step
        weft status -c weft.yaml --now "$(at $hour)"
        [[ $output == *"https://git.example.com/platform/mesh/pulls/"* ]]
        same "$(issued)" "$keys"
        same "$(output_git diff --name-only "$waits" "$(tree_of rendered-proposal)" | grep -v '^weft/' || true)" ""
        merge --squash
    done
    for ((step = 0; step < 8; step++)); do
        pass_at $((++hour))
        expect 0
        merge
    done
    same "$(position $hour)" "NOT_ROTATING 0"
    same "$(output_git diff --name-only rendered rendered-proposal)" ""
}

@test "branches of clusters follow what is merged, and nothing before" {
    local cluster
    forge github
    sed -i 's|^output: {|output: {branches: cluster, |' weft.yaml
    pass
    expect 0 "#1 opened"
    same "$(output_git for-each-ref 'refs/heads/rendered-clusters/' | wc -l)" 0
    merge --squash
    pass
    expect 0
    for cluster in cluster-1 cluster-2; do
        same "$(output_git rev-parse "rendered-clusters/$cluster:clusters/$cluster")" "$(output_git rev-parse "rendered:clusters/$cluster")"
    done
    pass
    expect 0 "nothing changed"
}
