# ci/templates: the commands of each template run as a runner runs them, in a clone of a pull request, against a forge that follows the
# published API. The step that installs weft is the one that does not run here.
load lib

COMMIT=0123456789abcdef0123456789abcdef01234567

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    unset GITHUB_ACTIONS GITEA_ACTIONS FORGEJO_ACTIONS GITLAB_CI GITHUB_TOKEN GITLAB_TOKEN
    export HOME=$PWD/home TMPDIR=$PWD/tmp
    mkdir home tmp forge bin runner
    ln -s "$WEFT" bin/weft
    export PATH=$PWD/bin:$PATH
    git_plainly
    # A command of a template that writes to the global configuration must not reach that of the machine, or /dev/null.
    export GIT_CONFIG_GLOBAL=$HOME/.gitconfig
    touch "$GIT_CONFIG_GLOBAL"
    # A repository, a pull request of it, and the clone of a runner.
    git init -q -b main author
    cp -R "$ROOT/examples/specs" author/specs
    git -C author add -A
    git -C author commit -q -m "the specs"
    git clone -q --bare author server.git
    git -C author checkout -q -b change
    sed -i 's/nodePort: 32001/nodePort: 32017/' author/specs/cluster-1/gateway.yaml
    git -C author commit -qam "another port"
    git -C author push -q "$PWD/server.git" change
    # Meanwhile main went on: that is no change of the pull request.
    git -C author checkout -q main
    sed -i 's/nodePort: 30443/nodePort: 30444/' author/specs/cluster-2/gateway.yaml
    git -C author commit -qam "main goes on" --allow-empty
    git -C author push -q "$PWD/server.git" main
    git clone -q -b change server.git clone
}

teardown() {
    [[ -z ${FORGE_PID:-} ]] || { exec {FORGE_IN}>&-; wait "$FORGE_PID" || true; }
}

forge() {
    mkfifo forge/in
    python3 "$ROOT/tests/servers/forge.py" "$1" "$PWD/forge" <forge/in >forge/port &
    FORGE_PID=$!
    exec {FORGE_IN}>forge/in
    until [[ -s forge/port ]]; do sleep 0.05; done
    API=http://127.0.0.1:$(<forge/port)/api
}

# run_of FILE: the lines of the step "review".
run_of() { sed -n '/^      - name: review$/,/^      - /p' "$1" | sed -n '/^        run: |$/,/^      - /p' | sed '1d; /^      - /d; s/^          //'; }
# script_of FILE: the lines of script of GitLab's job.
script_of() { sed -n '/^  script:$/,/^  artifacts:$/p' "$1" | sed -n 's/^    - //p'; }

as_actions() {
    echo "{\"pull_request\": {\"number\": 7, \"head\": {\"sha\": \"$COMMIT\"}}}" >event.json
    export GITHUB_ACTIONS=true GITHUB_API_URL=$API GITHUB_REPOSITORY=platform/mesh GITHUB_EVENT_PATH=$PWD/event.json \
        GITHUB_SHA=$COMMIT GITHUB_TOKEN=$1 GITHUB_BASE_REF=main RUNNER_TEMP=$PWD/runner GITHUB_STEP_SUMMARY=$PWD/summary.md SPECS=specs
}

# reviewed_once: the comment shows the change of the pull request and no other.
reviewed_once() {
    same "$(jq length forge/comments.json)" 1
    same "$(jq -r '.[-1].state' forge/statuses.json)" success
    [[ $(jq -r '.[0].body' forge/comments.json) == *32017* && $(jq -r '.[0].body' forge/comments.json) != *30444* ]]
    same "$(jq -r .verdict clone/review/review.json)" safe
}

a_mistake() {
    echo "nonsense: [" >clone/specs/broken.yaml
    rm -rf runner/* && git -C clone worktree prune
}

@test "GitHub Actions" {
    forge github
    as_actions app
    export POST=--post
    run_of "$ROOT/ci/templates/github-actions.yaml" >review.sh
    (cd clone && run bash -e ../review.sh && expect 0)
    reviewed_once
    grep -q '^## ' summary.md
    a_mistake
    (cd clone && run bash -e ../review.sh && expect 3 "::error title=V1,file=specs/broken.yaml,line=")
    same "$(jq -r '.[-1].state' forge/statuses.json)" failure
}

@test "GitHub Actions, a pull request of a fork: nothing is posted" {
    forge github
    as_actions app
    export POST=
    run_of "$ROOT/ci/templates/github-actions.yaml" >review.sh
    (cd clone && run bash -e ../review.sh && expect 0)
    [[ ! -e forge/log && -s summary.md && -s clone/review/review.md ]]
}

@test "Gitea Actions" {
    forge gitea
    as_actions app
    export GITEA_ACTIONS=true POST=--post
    run_of "$ROOT/ci/templates/gitea-actions.yaml" >review.sh
    (cd clone && run bash -e ../review.sh && expect 0)
    reviewed_once
    a_mistake
    (cd clone && run bash -e ../review.sh && expect 3)
}

@test "GitLab CI" {
    forge gitlab
    export GITLAB_CI=true CI_API_V4_URL=$API CI_PROJECT_PATH=platform/mesh CI_MERGE_REQUEST_IID=7 CI_COMMIT_SHA=$COMMIT GITLAB_TOKEN=good \
        CI_PROJECT_DIR=$PWD/clone SPECS=specs
    CI_MERGE_REQUEST_DIFF_BASE_SHA=$(git -C clone merge-base origin/main HEAD)
    export CI_MERGE_REQUEST_DIFF_BASE_SHA
    script_of "$ROOT/ci/templates/gitlab-ci.yaml" >review.sh
    (cd clone && run bash -e ../review.sh && expect 0)
    reviewed_once
    grep -q testsuite clone/review/findings.junit.xml
    a_mistake
    (cd clone && run bash -e ../review.sh && expect 3)
    unset GITLAB_TOKEN
    git -C clone worktree prune
    (cd clone && run bash -e ../review.sh && expect 3)
    same "$(jq length forge/statuses.json)" 2
}

@test "templates are YAML, and each names what it installs and where its review is" {
    local file
    for file in "$ROOT"/ci/templates/*.yaml; do
        grep -q WEFT_PACKAGE "$file"
        grep -q "docs/review.md" "$file"
        [[ $file != */*-ci.yaml || $(script_of "$file" | wc -l) -ge 4 ]]
        [[ $file != */*-actions.yaml || $(run_of "$file" | wc -l) -ge 6 ]]
    done
}
