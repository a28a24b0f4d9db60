# tests/e2e/init.bats - weft init: a folder to start from.
LEAKS=yes
load lib

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    cluster_lists cluster-1
    cp -r dump/cluster-1 dump/cluster-2
    sed -i 's/11111111-/22222222-/' dump/cluster-2/namespaces.json
}

@test "an empty folder gets all files, and a second run keeps them" {
    weft init fleet
    expect 0 "wrote fleet/weft.yaml" "wrote fleet/.gitignore" "wrote fleet/specs/virtualmesh.yaml" "wrote fleet/README.md" "wrote fleet/state.key"
    [[ $(stat -c %a fleet/state.key fleet/state fleet/weft.yaml | paste -sd' ') == "600 700 644" ]]
    find fleet -type f -exec sha256sum {} + | sort >before
    cd fleet
    weft init
    expect 0 "kept  weft.yaml" "kept  specs/virtualmesh.yaml"
    cd ..
    find fleet -type f -exec sha256sum {} + | sort >after
    diff before after
    rm fleet/README.md
    weft init fleet
    expect 0 "wrote fleet/README.md" "kept  fleet/weft.yaml"
}

@test "what it writes is a configuration and specs that weft takes" {
    weft init fleet --from dump
    expect 0
    weft validate --specs fleet/specs
    expect 3 "istiod-istio-system-cluster-1"
    weft discover --from dump --output fleet/specs/inventory
    expect 0
    weft validate --specs fleet/specs
    expect 0 "2 meshes"
    weft cluster list -c fleet/weft.yaml
    expect 0 CLUSTER
    weft render --specs fleet/specs --output out
    expect 0
}

@test "without clusters the VirtualMesh is an example in comments" {
    weft init fleet
    run grep -vc '^#' fleet/specs/virtualmesh.yaml
    same "$output" 0
    weft validate --specs fleet/specs
    expect 0 "0 meshes"
}

@test "a file in the way of a folder, dumps that are none, two folders" {
    touch fleet
    weft init fleet
    expect 1 fleet
    weft init other --from nowhere
    expect 1 nowhere
    [[ ! -e other/state.key ]]
    weft init one two
    expect 2 two
}

@test "a weft.yaml that is there is never overwritten, and no key is made beside it" {
    mkdir fleet
    echo 'kind: Config' >fleet/weft.yaml
    weft init fleet
    expect 2
    same "$(cat fleet/weft.yaml)" "kind: Config"
    [[ ! -e fleet/state.key ]]
}
