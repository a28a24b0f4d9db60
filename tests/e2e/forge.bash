# tests/e2e/forge.bash - a forge beside the output repository, and what people do there (tests/servers/forge.py).
# shellcheck shell=bash disable=SC2154

# forge KIND [LINE...]: a forge beside the output repository, whose output branch is there and empty, and the configuration for it.
forge() {
    write_config "${@:2}"
    through_forge "$1"
}

# through_forge KIND: likewise, for the configuration that is there.
through_forge() {
    local empty
    mkdir forge
    mkfifo forge/in
    python3 "$ROOT/tests/servers/forge.py" "$1" "$PWD/forge" "$OUTPUT_GIT" <forge/in >forge/port &
    FORGE_PID=$!
    exec {FORGE_IN}>forge/in
    until [[ -s forge/port ]]; do sleep 0.05; done
    (umask 077 && echo good >token)
    sed -i "s|^output: {\(.*\)}$|output: {\1, mode: pull-request, pullRequest: {forge: $1, api: 'http://127.0.0.1:$(<forge/port)/api', repository: platform/mesh, tokenFile: token${PULL:-}}}|" weft.yaml
    empty=$(output_git commit-tree -m begin "$(output_git hash-object -t tree -w /dev/null)")
    output_git update-ref refs/heads/rendered "$empty"
}

proposal() { output_git rev-parse -q --verify refs/heads/rendered-proposal || echo none; }
tree_of() { output_git rev-parse "$1^{tree}"; }
pulls() { jq -r "${1:-length}" forge/pulls.json; }
open_pulls() { pulls '[.[] | select(.state == "open")] | length'; }
writes() { grep -cE '^(POST|PATCH|PUT)' forge/log || true; }
# merge [--squash|--merge]: what a person's click does, by default a fast-forward.
merge() {
    local commit
    case ${1:-} in
    --squash) commit=$(output_git commit-tree -m "a title of our own" -p rendered "$(tree_of rendered-proposal)") ;;
    --merge) commit=$(output_git commit-tree -m "Merge pull request #1" -p rendered -p rendered-proposal "$(tree_of rendered-proposal)") ;;
    *) commit=$(proposal) ;;
    esac
    output_git update-ref refs/heads/rendered "$commit"
    jq 'map(if .state == "open" then .state = "merged" else . end)' forge/pulls.json >merged && mv merged forge/pulls.json
}

# In teardown.
close_forge() {
    [[ -z ${FORGE_PID:-} ]] || { exec {FORGE_IN}>&-; wait "$FORGE_PID" || true; }
}
