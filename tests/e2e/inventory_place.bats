# tests/e2e/inventory_place.bats - the inventory in a repository of its own, or below a folder, and what a move of it leaves behind.
load lib
load inventory
setup_file() { stage_file; }
teardown_file() { unstage_file; }

setup() {
    stage_clusters
    OTHER_GIT=$(dirname "$OUTPUT_GIT")/facts.git OTHER_URL=${OUTPUT_URL%/*}/facts.git
    git init -q --bare --template= -b main "$OTHER_GIT"
}

# placed INVENTORY: the configuration with this map.
placed() {
    discovering
    echo "inventory: $1" >>weft.yaml
}
other_git() { git -C "$OTHER_GIT" "$@"; }
# weft verify finds the inventory of each commit and renders the same of it.
rendered_again() {
    weft verify -c weft.yaml "$@"
    [[ $output =~ render\ +[1-9][0-9]*\ +0\ +0 ]]
}
# The repository of a team that keeps its own folder "clusters" at the root.
others_work() {
    git init -q --template= -b main work
    mkdir -p work/clusters/prod
    echo 'kind: Kustomization' >work/clusters/prod/flux.yaml
    git -C work add -A
    git -C work commit -q -m "clusters of the team"
    git -C work push -q "$OTHER_URL" HEAD:main
}

@test "another repository, another branch, a folder: what others have beside it stays" {
    others_work
    placed "{url: $OTHER_URL, branch: main, path: mesh/inventory}"
    pass_at 0
    expect 0 "2 of 2 clusters read"
    same "$(inventory_tip)" none
    same "$(trailer rendered Weft-Inventory-Commit)" "$(other_git rev-parse main)"
    other_git show main:mesh/inventory/clusters/cluster-2/namespaces/shop.yaml | grep -q 'name: reviews-shop-cluster-2'
    other_git show main:clusters/prod/flux.yaml
    same "$(other_git log -1 --format='%(trailers:key=Weft-Inventory-Path,valueonly)' main)" mesh/inventory
    local before
    before=$(other_git rev-parse main)
    pass_at 1
    expect 0 "nothing changed"
    touch dump/cluster-2/down
    add_service cluster-1 shipping
    pass_at 2
    expect 0 I1
    same "$(other_git diff --name-only "$before" main)" mesh/inventory/clusters/cluster-1/namespaces/shop.yaml
    rm dump/cluster-2/down
    weft validate -c weft.yaml
    expect 0 "inventory $(other_git rev-parse --short=12 main)"
    weft discover -c weft.yaml --diff
    expect 0
    pass_at 3 --inventory "$before" --allow-deletions
    expect 0
    ! rendered_file clusters/cluster-2/imports/cluster-1/shop.yaml | grep -q shipping
    rendered_again
    # A new state begins with the tip, found below the folder.
    rm -r state
    touch dump/cluster-2/down
    pass_at 4 --accept-refused
    other_git show main:mesh/inventory/clusters/cluster-2/namespaces/shop.yaml | grep -q 'name: reviews-shop-cluster-2'
}

@test "credentials are those of inventory.auth, never those of the output repository" {
    (umask 077 && echo facts >password && echo output >other-password)
    serve git-http.sh "$(dirname "$OTHER_GIT")" weft facts
    other_git config http.receivepack true
    placed "{url: '${SERVED[url]}/facts.git', auth: {username: weft, passwordFile: password}}"
    pass_at 0
    expect 0
    other_git show weft/inventory:clusters/cluster-1/cluster.yaml
    # An output with the very password that the other repository wants does not help.
    cp -p password output-password
    placed "{url: '${SERVED[url]}/facts.git'}"
    sed -i "s|^output: {|&auth: {username: weft, passwordFile: output-password}, |" weft.yaml
    pass_at 1
    expect 1 "none are configured" facts.git
    placed "{url: '${SERVED[url]}/facts.git', auth: {username: weft, passwordFile: other-password}}"
    pass_at 2
    expect 1 "refused the credentials"
}

@test "a folder or a branch that is new takes over the inventory of the one before" {
    pass_at 0
    local first published
    first=$(inventory_tip) published=$(output_git ls-tree -r rendered)
    touch dump/cluster-2/down
    placed "{path: facts}"
    pass_at 1
    expect 0 I1 "$(at 0)"
    inventory_file facts/clusters/cluster-2/namespaces/shop.yaml | grep -q 'name: reviews-shop-cluster-2'
    placed "{path: facts, branch: facts}"
    pass_at 2
    expect 0 I1 "$(at 0)"
    output_git show facts:facts/clusters/cluster-2/namespaces/shop.yaml | grep -q 'name: reviews-shop-cluster-2'
    same "$(output_git ls-tree -r rendered | grep -v weft/)" "$(grep -v weft/ <<<"$published")"
    # What was made before is read where it was written.
    weft validate -c weft.yaml --inventory "$first"
    expect 0
    rendered_again
}

@test "a branch that the inventory was on before takes over what was found since, also without a cache" {
    pass_at 0
    placed "{branch: facts}"
    add_service cluster-2 shipping
    pass_at 1
    expect 0
    touch dump/cluster-2/down
    discovering
    pass_at 2
    expect 0 I1 "$(at 1)"
    inventory_file clusters/cluster-2/namespaces/shop.yaml | grep -q 'name: shipping-shop-cluster-2'
    placed "{branch: third}"
    rm -r state/cache
    pass_at 3
    expect 0 I1 "$(at 1)"
    output_git show third:clusters/cluster-2/namespaces/shop.yaml | grep -q 'name: shipping-shop-cluster-2'
}

@test "another repository that has the inventory of other clusters alone has nothing to keep of this one" {
    pass_at 0
    local published
    published=$(tip)
    output_git push -q "$OTHER_GIT" weft/inventory:weft/inventory
    git clone -q --template= -b weft/inventory "$OTHER_URL" facts
    git -C facts rm -q -r clusters/cluster-2
    git -C facts commit -q -m "one cluster alone"
    git -C facts push -q origin HEAD:weft/inventory
    touch dump/cluster-2/down
    placed "{url: $OTHER_URL}"
    pass_at 1 --overwrite-drift
    expect 1 "cluster-2 cannot be read" "$OTHER_URL"
    same "$(tip)" "$published"
}

@test "where the output repository was replaced, the inventory comes along or the pass stops" {
    pass_at 0
    local published inventory
    published=$(tip) inventory=$(inventory_tip)
    output_git push -q "$OTHER_GIT" rendered
    sed -i "s|$OUTPUT_URL|$OTHER_URL|" weft.yaml
    touch dump/cluster-2/down
    rm -r state/cache
    pass_at 1
    expect 1 "cluster-2 cannot be read" "${inventory:0:12}" "$OTHER_URL"
    same "$(other_git rev-parse rendered)" "$published"
    output_git push -q "$OTHER_GIT" weft/inventory
    pass_at 2
    expect 0 I1 "$(at 0)"
}

@test "in another repository a cluster that cannot be read has nothing to keep: nothing changes until its inventory is there" {
    pass_at 0
    local published inventory
    published=$(tip) inventory=$(inventory_tip)
    touch dump/cluster-2/down
    placed "{url: $OTHER_URL}"
    pass_at 1
    expect 1 "cluster-2 cannot be read" "${inventory:0:12}" "$OTHER_URL"
    same "$(tip)" "$published"
    ! other_git rev-parse -q --verify refs/heads/weft/inventory
    output_git push -q "$OTHER_GIT" weft/inventory:weft/inventory
    pass_at 2
    expect 0 I1
    other_git show weft/inventory:clusters/cluster-2/namespaces/shop.yaml | grep -q 'name: reviews-shop-cluster-2'
    rm dump/cluster-2/down
    pass_at 3
    expect 0
}

@test "mistakes in where the inventory is are found in the configuration" {
    placed "{url: $PWD/facts.git}"
    weft run -c weft.yaml
    expect 2 inventory.url "cannot push safely"
    placed "{branch: rendered}"
    weft run -c weft.yaml
    expect 2 inventory.branch manifests
    placed "{url: $SPECS_URL, branch: main}"
    weft run -c weft.yaml
    expect 2 inventory.branch specs
    placed "{auth: {username: weft}}"
    weft run -c weft.yaml
    expect 2 inventory.auth inventory.url
    placed "{path: /facts}"
    weft run -c weft.yaml
    expect 2 inventory.path
    discovering "  branch: one"
    echo "inventory: {branch: two}" >>weft.yaml
    weft run -c weft.yaml
    expect 2 inventory.branch discovery.branch
    placed "{url: $OTHER_URL, branch: rendered}"
    pass_at 0
    expect 0
}
