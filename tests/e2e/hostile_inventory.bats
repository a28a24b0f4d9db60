# Someone who may write to the branch of the inventory puts there whatever Git can hold.  The clusters themselves are asked in each
# pass, so nothing of it is taken for what they are; a pass refuses it by name, and goes on once it is taken out.
load lib
load inventory
load hostile

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() {
    stage_clusters
    "$WEFT" run -c weft.yaml --now "$(at 0)" -q || true
    BRANCH=weft/inventory GOOD=$(inventory_tip) RENDERED=$(tip) MINUTE=1
    [[ $GOOD != none && $RENDERED != none ]]
}

# refused TEXT...: neither branch moves; without what was planted the next pass goes on.
refused() {
    local planted
    planted=$(inventory_tip)
    add_service cluster-1 "new-$MINUTE"
    pass_at $((MINUTE++))
    expect 1 "$@"
    same "$(inventory_tip)" "$planted"
    same "$(tip)" "$RENDERED"
    output_git update-ref refs/heads/weft/inventory "$GOOD"
    pass_at $((MINUTE++))
    expect 0
    GOOD=$(inventory_tip) RENDERED=$(tip)
}

@test "a file, a link, a submodule or a folder where the inventory has something else" {
    plant clusters 100644 "$(echo hello | blob)"
    refused clusters
    plant clusters/cluster-1 120000 "$(printf /etc | blob)"
    refused clusters/cluster-1
    plant clusters/cluster-1/namespaces 160000 "$GOOD"
    refused clusters/cluster-1/namespaces
    plant clusters/cluster-1/namespaces/shop.yaml/x.yaml 100644 "$(echo hello | blob)"
    refused clusters/cluster-1/namespaces/shop.yaml
    plant clusters/cluster-1/namespaces/shop.yaml 100644 "$(zeros 135000000)"
    refused clusters/cluster-1/namespaces/shop.yaml
}

@test "trailers that lie name no inventory" {
    local message=$'x\n\nWeft-Source-Commit: 0\nWeft-State: 0123456789abcdef\nWeft-Inventory-Commit: ../../etc\nWeft-Counter: 99999999999999999999'
    commit_tree "$BRANCH^{tree}" "$message"
    add_service cluster-1 shipping
    pass_at 1
    expect 0
    inventory_file clusters/cluster-1/namespaces/shop.yaml | grep -q shipping
}

# A new state remembers no inventory, so that of the branch would be all there is of a cluster that cannot be read.
@test "without a state, what is no inventory is an error" {
    rm -r state
    plant clusters/cluster-2/namespaces/shop.yaml 100644 "$({
        inventory_file clusters/cluster-2/namespaces/shop.yaml | head -1
        printf '%s\n' 'a: &a [x, x]' 'b: &b [*a, *a, *a, *a, *a, *a, *a, *a]' 'c: [*b, *b' '%TAG ! x'
    } | blob)"
    pass_at 1
    expect 1 clusters/cluster-2/namespaces/shop.yaml:5:1
    same "$(tip)" "$RENDERED"
}
