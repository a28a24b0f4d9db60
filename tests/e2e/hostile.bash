# tests/e2e/hostile.bash - whatever Git can hold, put onto a branch of the output repository by someone who may write there.
# shellcheck shell=bash disable=SC2154

BRANCH=rendered

# A full pass, since the specs have a new commit: pass_on [OPTION...]
pass_on() {
    echo "# $BATS_TEST_NUMBER.$RANDOM" >>specs/specs/virtualmesh.yaml
    push_specs "something new"
    pass "$@"
}

# Commits a tree on top of $BRANCH: commit_tree TREE [MESSAGE]
commit_tree() {
    output_git update-ref "refs/heads/$BRANCH" "$(output_git commit-tree "$1" -p "$BRANCH" -m "${2:-by hand}")"
}

# One entry in place of whatever is at its path: plant PATH MODE ID
plant() {
    local index=$BATS_TEST_TMPDIR/index
    rm -f "$index"
    GIT_INDEX_FILE=$index output_git read-tree "$BRANCH"
    GIT_INDEX_FILE=$index output_git update-index --add --replace --cacheinfo "$2,$3,$1"
    commit_tree "$(GIT_INDEX_FILE=$index output_git write-tree)"
}
blob() { output_git hash-object -w --stdin; }
zeros() { head -c "$1" /dev/zero | blob; }
