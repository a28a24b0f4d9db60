# gitea/proposals.sh - output.mode pull-request against Gitea: one pull request from the first proposal to the merge, on a
# protected branch.  Sourced by run, which has the accounts and call().
# shellcheck shell=bash disable=SC2034,SC2154

repository=/repos/author/manifests

prepare_proposals() {
    local cluster
    call POST /user/repos '{"name": "manifests", "default_branch": "rendered"}' >/dev/null
    call PUT $repository/collaborators/weft-bot '{"permission": "write"}' >/dev/null
    call POST $repository/labels '{"name": "mesh", "color": "#00aabb"}' >/dev/null
    git init -q -b rendered manifests
    git -C manifests commit -q --allow-empty -m begin
    git -C manifests remote add origin "$(sed "s|http://|http://author:$author@|; s|/api/v1|/author/manifests.git|" <<<"$api")"
    git -C manifests push -q origin rendered 2>push.log
    call POST $repository/branch_protections \
        '{"rule_name": "rendered", "enable_push": false, "required_approvals": 1, "dismiss_stale_approvals": true}' >/dev/null
    equal "the output branch is protected" "$code" 201
    for cluster in cluster-1 cluster-2; do
        openssl req -x509 -nodes -newkey rsa:2048 -subj /CN=sealed-secrets -days 3650 -keyout $cluster.key -out $cluster.pem 2>/dev/null
    done
    (umask 077 && echo "$bot" >token && "$WEFT" keygen --quiet state.key)
    cat >weft.yaml <<END_OF_CONFIG
apiVersion: weft.dev/v1alpha1
kind: Config
specs: {url: "${api%/api/v1}/author/mesh.git", ref: main, path: specs, auth: {username: weft-bot, passwordFile: token}}
output:
  url: "${api%/api/v1}/author/manifests.git"
  branch: rendered
  auth: {username: weft-bot, passwordFile: token}
  mode: pull-request
  pullRequest: {forge: gitea, labels: [mesh], reviewers: [author]}
state: {path: state/state.db, keyFile: state.key}
pki: {keyType: ec-p256}
clusters:
- {name: cluster-1, sealingCertificate: cluster-1.pem}
- {name: cluster-2, sealingCertificate: cluster-2.pem}
END_OF_CONFIG
}

# passes WHAT [STATUS]
passes() {
    local status=0
    "$WEFT" run -c weft.yaml --report report.json ${NOW:+--now "$NOW"} >pass.log 2>&1 || status=$?
    if [ "$status" = "${2:-0}" ]; then ok "$1"; else fail "$1: exit status $status: $(tail -3 pass.log)"; fi
}
# pulls STATE JQ
pulls() { call GET "$repository/pulls?state=$1" | jq -r "$2"; }
branch_commit() { call GET "$repository/branches/$1" | jq -r .commit.id; }
tree_of() { git -C manifests fetch -q origin && git -C manifests rev-parse "origin/$1^{tree}"; }
# specs_have FROM TO: a change of the specs on main.
specs_have() {
    git -C clone checkout -q main
    git -C clone pull -q origin main 2>push.log
    sed -i "s/$1/$2/" clone/specs/cluster-1/gateway.yaml
    git -C clone commit -q -a -m "$2"
    git -C clone push -q "$(git -C clone remote get-url origin)" main 2>push.log || fail "push: $(cat push.log)"
}
# merge_pull NUMBER HOW: after the review that the branch asks for.
merge_pull() {
    local head
    # Gitea takes in a push a moment later, and dismisses the reviews of what was there before.
    for _ in $(seq 20); do
        head="$(branch_commit rendered-proposal)"
        call POST "$repository/pulls/$1/reviews" "{\"event\": \"APPROVED\", \"commit_id\": \"$head\"}" >/dev/null
        call POST "$repository/pulls/$1/merge" "{\"Do\": \"$2\", \"head_commit_id\": \"$head\"}" >/dev/null
        [ "$code" = 200 ] && break
        sleep 0.5
    done
    equal "pull request $1 is merged ($2)" "$code $(jq -r '.message? // ""' answer.json 2>/dev/null)" "200 "
}

# status_of COMMIT: of the proposal, as the forge has it.
status_of() { call GET "$repository/commits/$1/statuses" | jq -r '[.[] | select(.context == "weft/proposal")] | max_by(.id).status'; }

# A rotation step that is not merged yet when its new root is about to expire.
try_held_back() {
    local step NOW
    echo "evidence: {trustClock: true}" >>weft.yaml
    sed -i 's/ttlDays: 1825/ttlDays: 200/' clone/specs/virtualmesh.yaml
    git -C clone commit -q -a -m "another root"
    git -C clone push -q "$(git -C clone remote get-url origin)" main 2>push.log || fail "push: $(cat push.log)"
    passes "a rotation step is proposed"
    step="$(branch_commit rendered-proposal)"
    equal "its commit may be merged" "$(status_of "$step")" success
    call PATCH $repository/branch_protections/rendered '{"enable_status_check": true, "status_check_contexts": ["weft/proposal"]}' >/dev/null
    equal "the protected branch asks for that status" "$code" 200
    NOW="$(date -u -d "+199 days" +%Y-%m-%dT%H:%M:%SZ)"
    passes "half a year later" 3
    equal "the commit with the step must not be merged" "$(status_of "$step")" failure
    equal "the proposal is without it" "$(git -C manifests fetch -q origin && git -C manifests diff --name-only origin/rendered origin/rendered-proposal -- '*/trust/*')" ""
    equal "one comment says why" "$(call GET $repository/issues/4/comments | jq -r '[.[] | select(.user.login == "weft-bot" and (.body | contains("step 1")))] | length')" 1
    passes "and once more"
    equal "it is still one comment" "$(call GET $repository/issues/4/comments | jq length)" 1
}

try_proposals() {
    local first tree
    call DELETE /repos/author/mesh/branch_protections/main >/dev/null
    prepare_proposals
    passes "the first pass proposes"
    equal "one pull request is open" "$(pulls open length)" 1
    equal "by weft's account, with its label" "$(pulls open '.[0] | "\(.user.login) \(.labels[0].name)"')" "weft-bot mesh"
    equal "a reviewer is asked" "$(pulls open '.[0].requested_reviewers[0].login')" author
    equal "from the proposal branch" "$(pulls open '.[0] | "\(.head.ref) \(.base.ref)"')" "rendered-proposal rendered"
    equal "the body is the plan" "$(pulls open '.[0].body')" "$(cat pull-request.md)"
    equal "the report names it" "$(jq -r .output.proposal.url report.json)" "$(pulls open '.[0].html_url')"
    first="$(branch_commit rendered-proposal)"
    passes "the same once more"
    equal "the proposal stays" "$(branch_commit rendered-proposal)" "$first"
    call POST $repository/pulls/1/merge "{\"Do\": \"merge\", \"head_commit_id\": \"$first\"}" >/dev/null
    equal "the protected branch waits for a review" "$code" 405
    specs_have 32017 32019
    passes "a change of the specs"
    equal "still one pull request" "$(pulls all length)" 1
    equal "with the new text" "$(pulls open '.[0].body')" "$(cat pull-request.md)"
    tree="$(tree_of rendered-proposal)"
    merge_pull 1 merge
    equal "what was reviewed is on the branch" "$(tree_of rendered)" "$tree"
    passes "the pass after the merge"
    equal "nothing is changed" "$(jq '.output.added + .output.changed + .output.removed' report.json)" 0
    passes "and the next one"
    equal "it is idle" "$(jq .unchanged report.json)" true
    specs_have 32019 32020
    passes "another change"
    equal "another pull request" "$(pulls open '.[0].number')" 2
    specs_have 32020 32019
    passes "taken back"
    equal "it is closed" "$(pulls open length) $(pulls closed '[.[] | select(.number == 2 and .merged == false)] | length')" "0 1"
    specs_have 32019 32021
    passes "one more change"
    merge_pull 3 squash
    passes "after a squash"
    equal "nothing is changed after a squash" "$(jq '.output.added + .output.changed + .output.removed' report.json)" 0
    try_held_back
    if grep -q "$bot" pass.log report.json pull-request.md; then fail "the token is in an output"; else ok "no output has the token"; fi
}
