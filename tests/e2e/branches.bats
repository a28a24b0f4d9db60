# output.branches: cluster - beside the output branch one branch for each cluster, which holds only what that cluster applies.
load lib

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() {
    stage_test
    by_cluster
}

# by_cluster [KEY...]: the configuration with branches of clusters.
by_cluster() {
    write_config "evidence: {trustClock: true, leafTTL: 1h, syncAllowance: 10m}"
    sed -i "s|^output: {|output: {branches: cluster, ${1:+$1, }|" weft.yaml
}

branch_of() { echo "rendered-clusters/$1"; }
tip_of() { output_git rev-parse -q --verify "refs/heads/$(branch_of "$1")" || echo none; }
files_of() { output_git ls-tree -r --name-only "$(branch_of "$1")"; }
trailer_of() { output_git log -1 --format="%(trailers:key=$2,valueonly,separator=)" "$(branch_of "$1")"; }
branches() { output_git for-each-ref --format='%(objectname) %(refname:short)'; }

# Each branch of a cluster has just the folder of that cluster on the output branch.
follows() {
    local cluster
    for cluster in "$@"; do
        same "$(output_git rev-parse "$(branch_of "$cluster"):clusters/$cluster")" "$(output_git rev-parse "rendered:clusters/$cluster")"
        same "$(output_git ls-tree --name-only "$(branch_of "$cluster")")" clusters
        same "$(output_git ls-tree --name-only "$(branch_of "$cluster"):clusters")" "$cluster"
    done
}

# edit CLUSTER COMMAND MESSAGE: another writer's commit on the branch of a cluster.
edit() {
    rm -rf other
    git clone -q -b "$(branch_of "$1")" "$OUTPUT_URL" other
    (cd other && eval "$2")
    git -C other add -A
    git -C other commit -q --allow-empty -m "$3"
    git -C other push -q origin HEAD
}

# The last pass found nothing that it had to look at, which only its end says.
is_idle() { expect 0 "nothing changed since"; }

another_port() {
    sed -i "s/nodePort: 32[0-9]*/nodePort: $1/" specs/specs/cluster-1/gateway.yaml
    push_specs "node port $1"
}

begin_rotation() {
    sed -i 's/^    shared:$/    rotationVerificationMethod: {none: {}}\n    shared:/; s/ttlDays: 1825/ttlDays: 1824/' specs/specs/virtualmesh.yaml
    push_specs "another root"
}
waits() { state_rows "SELECT detail FROM rotations" | json - '[(m["mesh"], bool(m.get("committed"))) for m in d["members"]]'; }

@test "each cluster has a branch with its folder alone, which names the commit that it was split from" {
    local tips
    pass
    expect 0
    follows cluster-1 cluster-2
    same "$(trailer_of cluster-1 Weft-Output-Commit)" "$(tip)"
    same "$(trailer_of cluster-1 Weft-Cluster)" cluster-1
    [[ -z $(trailer_of cluster-1 Weft-Source-Commit) ]]
    output_git fsck --strict --no-dangling
    tips=$(branches)
    pass
    is_idle
    same "$(branches)" "$tips"
}

@test "a cluster that nothing changes for gets no commit, and the others follow" {
    pass
    another_port 32017 # what cluster-2 imports
    pass
    expect 0
    follows cluster-1 cluster-2
    same "$(output_git rev-list --count rendered)" 2
    same "$(output_git rev-list --count "$(branch_of cluster-2)")" 2
    same "$(trailer_of cluster-2 Weft-Output-Commit)" "$(tip)"
    [[ $(output_git diff --name-only rendered^ rendered -- clusters/cluster-1) ]] ||
        same "$(output_git rev-list --count "$(branch_of cluster-1)")" 1
}

@test "without the option the branch is what it is with it, and there is no other" {
    pass --now "$(at 0)"
    same "$(branches | wc -l)" 3
    sed -i 's|branches: cluster, ||' weft.yaml
    cp -a "$OUTPUT_GIT" with.git
    rm -rf "$OUTPUT_GIT" state cache
    cp -R "$BATS_FILE_TMPDIR/template/repositories/output.git" "$OUTPUT_GIT"
    pass --now "$(at 0)"
    expect 0
    same "$(branches | wc -l)" 1
    # keys are random; all other files are the same
    same "$(output_git ls-tree -r rendered | grep -vE 'trust/|weft/')" "$(git -C with.git ls-tree -r rendered | grep -vE 'trust/|weft/')"
}

@test "turned on later, the branches follow the commit that is there" {
    sed -i 's|branches: cluster, ||' weft.yaml
    pass
    by_cluster
    local before
    before=$(tip)
    pass
    expect 0
    same "$(tip)" "$before"
    follows cluster-1 cluster-2
}

@test "killed at any point between the branches: the next pass brings them up" {
    local point port=32100
    pass
    for point in git.split:1 git.push.before:2 git.push.after:2 git.split:2 pass.published:1; do
        another_port $((port++))
        run env WEFT_FAULT="$point" "$WEFT" run -c weft.yaml --log-format lines
        same "$status" 137
        pass
        expect 0
        follows cluster-1 cluster-2
        pass
        is_idle
    done
}

@test "the same output branch gives the same commits" {
    pass
    local before
    before=$(branches)
    output_git update-ref -d "refs/heads/$(branch_of cluster-1)"
    output_git update-ref -d "refs/heads/$(branch_of cluster-2)"
    pass
    expect 0
    same "$(branches)" "$before"
}

@test "the work of others on a branch of a cluster stays, is said, and only that cluster waits" {
    local theirs
    pass
    edit cluster-2 'echo "# mine" >>"$(git ls-files | head -1)"' "a quick fix"
    theirs=$(tip_of cluster-2)
    another_port 32017
    pass
    expect 3 "${theirs:0:12}" "--overwrite-drift"
    same "$(tip_of cluster-2)" "$theirs"
    follows cluster-1
    pass
    expect 3 "${theirs:0:12}"
    pass --overwrite-drift
    expect 0
    follows cluster-1 cluster-2
    same "$(output_git rev-parse "$(branch_of cluster-2)^")" "$theirs"
    pass
    is_idle
}

@test "a commit of others is noticed although nothing else changed" {
    pass
    pass
    is_idle
    edit cluster-1 'echo 1 >own.yaml' "a file beside"
    pass
    expect 3 "$(tip_of cluster-1 | cut -c 1-12)"
    edit cluster-1 'git rm -q own.yaml' "without it"
    pass
    expect 0
    follows cluster-1
}

@test "a cluster that left has an empty branch, once the output branch has let it go" {
    pass
    rm -r specs/specs/cluster-2
    push_specs "without cluster-2"
    pass
    [[ $status != 0 ]] # the deletion limit
    follows cluster-2
    pass --allow-deletions --accept-refused
    [[ -n $(tip_of cluster-2) ]]
    same "$(output_git ls-tree -r --name-only rendered -- clusters/cluster-2)" "$(files_of cluster-2)"
}

@test "a rotation waits for the branch of a cluster, not for the output branch alone" {
    pass --now "$(at 0)"
    edit cluster-2 'echo "# mine" >>"$(git ls-files | head -1)"' "a quick fix"
    begin_rotation
    pass --now "$(at 1)"
    expect 3
    same "$(waits)" "[('istiod-istio-system-cluster-1.gloo-mesh.', True), ('istiod-istio-system-cluster-2.gloo-mesh.', False)]"
    pass --now "$(at 30)"
    expect 3
    same "$(state_rows "SELECT step FROM rotations")" 1 # the wait has not begun
    pass --now "$(at 31)" --overwrite-drift
    expect 0
    follows cluster-1 cluster-2
    same "$(waits)" "[('istiod-istio-system-cluster-1.gloo-mesh.', True), ('istiod-istio-system-cluster-2.gloo-mesh.', True)]"
}

@test "commits are signed as those of the output branch" {
    ssh-keygen -q -t ed25519 -N '' -C weft -f signing.key
    by_cluster "signing: {sshKey: signing.key}"
    pass
    expect 0
    echo "weft@example.com $(cut -d ' ' -f 1,2 signing.key.pub)" >allowed
    git -C "$OUTPUT_GIT" -c gpg.ssh.allowedSignersFile="$PWD/allowed" verify-commit "$(branch_of cluster-1)"
}

@test "names that cannot be are refused before anything is read" {
    local key
    for key in 'clusterBranch: "rendered/{cluster}"' 'clusterBranch: "{cluster}"' 'clusterBranch: fixed' 'clusterBranch: "a..b/{cluster}"' \
        'clusterBranch: "x/{cluster}/{cluster}"'; do
        by_cluster "$key"
        pass
        expect 2 output.clusterBranch
    done
    by_cluster 'clusterBranch: "env/{cluster}-next"'
    pass
    expect 0
    same "$(branches | cut -d ' ' -f 2)" "$(printf '%s\n' env/cluster-1-next env/cluster-2-next rendered)"
}

verify() { weft verify -c weft.yaml -o json "$@"; }
verdicts() { json - '(d["checks"]["clusters"]["proven"], d["checks"]["clusters"]["failed"], [f.get("commit", "")[:12] for f in d["findings"] if f["check"] == "clusters"])' <<<"$output"; }

@test "weft verify: the branches follow from the output branch, and each commit that does not is named" {
    local forged
    pass
    another_port 32017
    pass
    verify
    same "$(verdicts)" "($(($(output_git rev-list --count "$(branch_of cluster-1)") + $(output_git rev-list --count "$(branch_of cluster-2)"))), 0, [])"
    # a commit that claims to be of weft, with other files
    rm -rf other
    git clone -q -b "$(branch_of cluster-2)" "$OUTPUT_URL" other
    (cd other && echo "# mine" >>"$(git ls-files | head -1)" && git commit -q -a -C HEAD && git push -q origin HEAD)
    forged=$(tip_of cluster-2)
    verify
    expect 3
    [[ $(verdicts) == *"${forged:0:12}"* ]]
    # an older one of weft's own, again on top
    output_git update-ref "refs/heads/$(branch_of cluster-2)" "$(output_git rev-parse "$forged^")"
    forged=$(output_git log -1 --format=%B "$(branch_of cluster-2)^" | output_git commit-tree -p "$(branch_of cluster-2)" -F - "$(branch_of cluster-2)^^{tree}")
    output_git update-ref "refs/heads/$(branch_of cluster-2)" "$forged"
    verify
    expect 3
    # a branch that is gone
    output_git update-ref -d "refs/heads/$(branch_of cluster-2)"
    verify
    expect 3
    pass
    verify
    [[ $(verdicts) == *", 0, [])" ]]
    # nothing of it where it is not configured
    sed -i 's|branches: cluster, ||' weft.yaml
    verify
    same "$(json - '"clusters" in d["checks"]' <<<"$output")" False
}

@test "for GitOps Promoter: -next branches with hydrator.metadata, and no commit without a change" {
    local next=env/cluster-1-next first
    by_cluster 'clusterBranch: "env/{cluster}-next", hydratorMetadata: true'
    pass
    expect 0
    first=$(output_git rev-parse $next)
    same "$(output_git show $next:hydrator.metadata | json - '(d["drySha"], d["repoURL"])')" "('$(git -C specs rev-parse HEAD)', '$SPECS_URL')"
    same "$(output_git ls-tree --name-only $next)" $'clusters\nhydrator.metadata'
    same "$(output_git rev-parse "$next:clusters/cluster-1")" "$(output_git rev-parse rendered:clusters/cluster-1)"
    [[ -z $(output_git ls-tree -r --name-only rendered | grep hydrator) ]]
    # a specs commit that changes nothing of the cluster, then one that does
    git -C specs commit -q --allow-empty -m "nothing"
    git -C specs push -q origin HEAD:main
    pass
    expect 0
    same "$(output_git rev-parse $next)" "$first"
    another_port 32017
    pass
    same "$(output_git show env/cluster-2-next:hydrator.metadata | json - 'd["drySha"]')" "$(git -C specs rev-parse HEAD)"
    verify
    [[ $(verdicts) == *", 0, [])" ]]
    # the output branch alone has no place for it
    sed -i 's/branches: cluster, clusterBranch: [^,]*, //' weft.yaml
    pass
    expect 2 output.hydratorMetadata
}
