# weft review: one document about a change of the specs, and what it tells a forge. The forges follow the APIs that GitHub, GitLab and
# Gitea publish (tests/servers/forge.py).
LEAKS=yes
load lib

COMMIT=0123456789abcdef0123456789abcdef01234567

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    mkdir tmp forge
    export TMPDIR=$PWD/tmp
    cp -R "$ROOT/examples/specs" base
    cp -R base specs
    # Whatever CI these tests run in.
    unset GITHUB_ACTIONS GITEA_ACTIONS FORGEJO_ACTIONS GITLAB_CI GITHUB_TOKEN GITLAB_TOKEN GITHUB_EVENT_PATH GITHUB_RUN_ID CI_JOB_URL
}

teardown() {
    [[ -z ${FORGE_PID:-} ]] || { exec {FORGE_IN}>&-; wait "$FORGE_PID" || true; }
}

another_port() { sed -i 's/nodePort: 32001/nodePort: 32017/' specs/cluster-1/gateway.yaml; }
another_policy() { sed -i 's/name: productpage-reads/name: productpage-reads-only/' specs/policies.yaml; }
a_mistake() {
    cat >specs/typo.yaml <<'END'
apiVersion: networking.mesh.gloo.solo.io/v1
kind: VirtualMesh
metadata: {name: typo, namespace: gloo-mesh}
spec: {"@everyone [x](http://evil.example) <img src=x> #1 `": []}
END
}

review() { run --separate-stderr "$WEFT" review --specs specs --base-specs base "$@"; }
verdict() { jq -r .verdict <<<"$output"; }

@test "verdicts and exit statuses" {
    review -o json
    expect 0
    same "$(verdict)" unchanged
    another_port
    review -o json
    expect 0
    same "$(verdict)" safe
    review --detailed-exitcode
    expect 4
    another_policy
    review -o json
    expect 0
    same "$(verdict)" attention
    review --detailed-exitcode
    expect 5
    a_mistake
    review -o json
    expect 3
    same "$(verdict)" refused
    same "$(jq '.mistakes, .plan.findings[0].line' <<<"$output" | xargs)" "1 4"
    same "$(jq -r '.plan.effects[0].effect' <<<"$output")" policyRemoved
}

@test "no base yet: everything is new" {
    rm -r base
    review -o json
    expect 0
    same "$(verdict)" attention
    mkdir base
    review -o json
    expect 0
    [[ $(jq '.plan.changes | length' <<<"$output") -gt 5 ]]
}

@test "two sides, and no more" {
    run "$WEFT" review --specs specs
    expect 2 --base-specs
    run "$WEFT" review --specs specs --base main
    expect 2 "exclude each other"
    run "$WEFT" review
    expect 2 --specs
    run "$WEFT" review --specs nothing --base-specs base
    expect 1 nothing
}

@test "two commits of the repository" {
    stage_file
    stage_test
    git -C specs checkout -q -b change
    sed -i 's/nodePort: 32001/nodePort: 32017/' specs/specs/cluster-1/gateway.yaml
    git -C specs commit -qam change
    git -C specs push -q origin change
    run --separate-stderr "$WEFT" review -c weft.yaml --head change -o json
    expect 0
    same "$(verdict) $(jq -r .plan.specs.commit <<<"$output")" "safe $(git -C specs rev-parse change)"
    unstage_file
}

@test "the document: what others wrote is no markup, notifies no person and links nowhere" {
    another_policy
    a_mistake
    review
    expect 3 "<!-- weft:review:specs -->" "## " "### Mistakes" "### What it means" "### Manifests" "<details>" "</details>"
    same "$(head -1 <<<"$output")" "<!-- weft:review:specs -->"
    local text
    text=$(sed '/^<details>/,$d' <<<"$output")
    [[ $text != *"@everyone"* && $text != *"://"[a-z]* && $text != *"<img"* && $text == *"everyone"* ]]
}

@test "--output: the files for the artefacts say the same" {
    another_port
    a_mistake
    review --output out
    expect 3
    diff <(cat out/review.md) <(printf '%s\n' "$output")
    same "$(jq -r .verdict out/review.json)" refused
    same "$(jq -r '.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri' out/findings.sarif)" specs/typo.yaml
    python3 -c 'import xml.etree.ElementTree as t; assert t.parse("out/findings.junit.xml").getroot().get("failures") == "2"'
}

# --- forges ---

# forge KIND: a forge in the background, and the environment of its CI, in a pull request.
forge() {
    mkfifo forge/in
    python3 "$ROOT/tests/servers/forge.py" "$1" "$PWD/forge" <forge/in >forge/port &
    FORGE_PID=$!
    exec {FORGE_IN}>forge/in
    until [[ -s forge/port ]]; do sleep 0.05; done
    local api
    api=http://127.0.0.1:$(<forge/port)/api
    case $1 in
    gitlab)
        export GITLAB_CI=true CI_API_V4_URL=$api CI_PROJECT_PATH=platform/mesh CI_MERGE_REQUEST_IID=7 CI_COMMIT_SHA=$COMMIT \
            GITLAB_TOKEN=good CI_JOB_URL=https://gitlab.example.com/-/jobs/1
        ;;
    *)
        echo "{\"pull_request\": {\"number\": 7, \"head\": {\"sha\": \"$COMMIT\"}}}" >event.json
        export GITHUB_ACTIONS=true GITHUB_API_URL=$api GITHUB_REPOSITORY=platform/mesh GITHUB_EVENT_PATH=$PWD/event.json \
            GITHUB_SHA=ffffffffffffffffffffffffffffffffffffffff GITHUB_TOKEN=good GITHUB_RUN_ID=1 GITHUB_SERVER_URL=https://git.example.com
        [[ $1 != gitea ]] || export GITEA_ACTIONS=true
        ;;
    esac
}
comments() { jq length forge/comments.json; }
writes() { grep -cE '^(POST|PATCH|PUT)' forge/log; }
state() { jq -r '.[-1].state' forge/statuses.json; }

# The life of a review on a forge.
life() {
    local failed=$1
    another_port
    review --post
    expect 0
    same "$(comments) $(state) $(writes)" "1 success 2"
    same "$(jq -r '.[0].context' forge/statuses.json)" weft/review/specs
    [[ $(jq -r '.[0].url' forge/statuses.json) == https://* ]]
    # Again: nothing to write.
    review --post
    expect 0
    same "$(writes)" 2
    # Another commit: the comment and the status are edited.
    a_mistake
    review --post
    expect 3
    same "$(comments) $(state) $(writes)" "1 $failed 4"
    same "$(jq -r '.[0].body' forge/comments.json)" "$output"
    [[ $(cat forge/log) != *good* ]]
}

@test "github: one status and one comment, edited and never repeated" {
    forge github
    life failure
}

@test "gitlab: one status and one comment, edited and never repeated" {
    forge gitlab
    life failed
}

@test "gitea: one status and one comment, edited and never repeated" {
    forge gitea
    life failure
}

@test "a token of a pipeline, which has no account" {
    forge github
    export GITHUB_TOKEN=app
    review --post
    expect 0
    another_port
    review --post
    expect 0
    same "$(comments)" 1
    same "$(jq -r '.[0].author' forge/comments.json)" "github-actions[bot]"
}

@test "a comment that others made to look like ours stays theirs" {
    forge github
    echo '[{"id": 5, "author": "mallory", "body": "<!-- weft:review:specs -->\nall is well"},
           {"id": 6, "author": "weft-bot", "body": "quoting <!-- weft:review:specs -->"},
           {"id": 7, "author": "weft-bot", "body": "<!-- weft:review:specs -->x"}]' >forge/comments.json
    review --post
    expect 0
    same "$(comments)" 4
    same "$(jq -r '.[0].body' forge/comments.json | tail -1)" "all is well"
    export GITHUB_TOKEN=app
    review --post
    expect 0
    same "$(comments)" 5
}

@test "our comment behind a hundred others is found" {
    local kind
    forge gitlab
    review --post
    jq '[range(230) | {id: ., author: "someone", body: "hello"}] + .' forge/comments.json >more
    mv more forge/comments.json
    another_port
    review --post
    expect 0
    same "$(comments)" 231
}

@test "a comment above the limit of the forge is cut between lines, and the files have the whole" {
    forge github
    python3 - <<'END'
text = open("specs/cluster-1/services.yaml").read()
document = next(d for d in text.split("---\n") if "name: reviews-bookinfo-cluster-1" in d)
with open("specs/many.yaml", "w") as out:
    for i in range(400):
        out.write("---\n" + document.replace("reviews", f"reviews-{i:03}"))
END
    review --post --output out
    local body
    body=$(jq -r '.[0].body' forge/comments.json)
    ((${#body} <= 65536 && $(wc -c <out/review.md) > 65536))
    [[ $body == *"left out here"* && $(tail -1 out/review.md) != *"left out"* ]]
    same "$(grep -c '^<details>' <<<"$body")" "$(grep -c '^</details>' <<<"$body")"
    same "$(($(grep -c '^```' <<<"$body") % 2))" 0
    review --post
    same "$(writes)" 2
}

@test "a busy forge gets patience, and a comment is not sent twice when it may have arrived" {
    forge github
    printf '%s\n' '429:1 GET /api/user' '403:0 POST /api/repos/platform/mesh/statuses' >forge/faults
    review --post
    expect 0
    same "$(comments) $(state)" "1 success"
    another_port
    a_mistake
    echo '504 PATCH' >forge/faults
    review --post
    expect 1
    [[ $stderr == *"504"* ]]
    same "$(grep -c '^PATCH' forge/log)" 1
}

@test "what the forge refuses is said with its words, and never with the token" {
    forge github
    export GITHUB_TOKEN=wrong-token
    review --post
    expect 1 "weft:review"
    [[ $stderr == *"401: Bad credentials"* && $stderr$output != *wrong-token* ]]
    export GITHUB_TOKEN=good GITHUB_REPOSITORY=platform/other
    review --post
    expect 1
    [[ $stderr == *404* && $stderr != *good* ]]
    unset GITHUB_TOKEN
    review --post
    expect 1
    [[ $stderr == *GITHUB_TOKEN* ]]
}

@test "--token-file: a file that others can read is refused" {
    forge gitlab
    unset GITLAB_TOKEN
    echo good >token
    chmod 0644 token
    review --post --token-file token
    expect 1
    [[ $stderr == *"chmod"* ]]
    chmod 0600 token
    review --post --token-file token
    expect 0
    same "$(comments)" 1
}

@test "no pull request: the status alone; no pipeline: an error; no TLS: no token" {
    forge github
    echo '{"ref": "refs/heads/main"}' >event.json
    export GITHUB_SHA=$COMMIT
    review --post
    expect 0
    same "$(state) $(writes)" "success 1"
    export GITHUB_API_URL=http://api.example.com
    review --post
    expect 1
    [[ $stderr == *"https://"* ]]
    unset GITHUB_ACTIONS
    review --post
    expect 1
    [[ $stderr == *"no pipeline"* ]]
}

@test "a review that cannot be made sets the status to failed" {
    forge github
    run --separate-stderr "$WEFT" review --specs nothing --base-specs base --post
    expect 1
    same "$(state)" error
    [[ ! -e forge/comments.json ]]
}
