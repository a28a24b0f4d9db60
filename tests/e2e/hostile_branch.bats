# Someone who may write to the output branch puts there whatever Git can hold.  A pass refuses it by name, or passes it by; it
# publishes nothing because of it, issues nothing, and goes on once it is taken out.
load lib
load hostile

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() {
    stage_test
    "$WEFT" run -c weft.yaml -q || true
    GOOD=$(tip) ISSUED=$(issued)
    [[ $GOOD != none ]]
    RECORD=weft/gloo-mesh.bookinfo.json
    CACERTS=clusters/cluster-1/trust/istio-system.cacerts.yaml
}

# A tree in place of one of clusters/cluster-1: plant_tree NAME TREE
plant_tree() {
    local one all
    one=$({ output_git ls-tree rendered:clusters/cluster-1 && printf '040000 tree %s\t%s\n' "$2" "$1"; } | output_git mktree)
    all=$({ output_git ls-tree rendered:clusters | grep -v 'cluster-1$' && printf '040000 tree %s\tcluster-1\n' "$one"; } | output_git mktree)
    commit_tree "$({ output_git ls-tree rendered | grep -v 'clusters$' && printf '040000 tree %s\tclusters\n' "$all"; } | output_git mktree)"
}

# refused TEXT...: the pass says so, pushes nothing and issues nothing; without what was planted the next one goes on.
refused() {
    local planted
    planted=$(tip)
    pass_on
    expect 1 "$@"
    same "$(tip)" "$planted"
    same "$(issued)" "$ISSUED"
    output_git update-ref refs/heads/rendered "$GOOD"
    pass_on
    expect 0
    same "$(issued)" "$ISSUED"
}

@test "a file, a link or a submodule where weft has a folder, and a folder where it has a file" {
    local path
    for path in weft clusters clusters/cluster-1; do
        plant $path 100644 "$(echo hello | blob)"
        refused stage=publish "$path"
    done
    plant weft 120000 "$(printf /etc | blob)"
    refused stage=publish "weft"
    plant clusters 160000 "$GOOD"
    refused stage=publish "clusters"
    plant "$CACERTS" 120000 "$(printf /etc/passwd | blob)"
    refused stage=publish "$CACERTS"
    for path in "$CACERTS" "$RECORD"; do
        plant "$path/x" 100644 "$(echo hello | blob)"
        refused stage=publish "$path"
    done
}

@test "files far larger than weft writes are not read" {
    local large
    large=$(zeros 135000000)
    plant weft/other.json 100644 "$large"
    refused weft/other.json 134217728
    plant "$RECORD" 100644 "$large"
    refused "$RECORD" 134217728
    plant "$CACERTS" 100644 "$large"
    refused "$CACERTS" 134217728
    plant clusters/cluster-1/imports/cluster-2/bookinfo.yaml 100644 "$large"
    refused stage=publish clusters/cluster-1/imports/cluster-2/bookinfo.yaml
    plant README.md 100644 "$large" # not where weft writes
    pass_on
    expect 0
}

@test "ten thousand files beside the records" {
    local tree
    tree=$({ output_git ls-tree rendered:weft && seq -f "100644 blob $(echo '{}' | blob)"$'\t%05.0f.json' 10000; } | output_git mktree)
    commit_tree "$({ output_git ls-tree rendered | grep -v 'weft$' && printf '040000 tree %s\tweft\n' "$tree"; } | output_git mktree)"
    refused 10000
}

@test "folders without end" {
    local tree i
    tree=$(printf '100644 blob %s\tx.yaml\n' "$(rendered_file "$CACERTS" | head -1 | blob)" | output_git mktree)
    for ((i = 0; i < 25; i++)); do
        tree=$(printf '040000 tree %s\t%0200d\n' "$tree" 0 | output_git mktree)
    done
    plant_tree deep "$tree"
    refused stage=publish clusters/cluster-1/deep
}

# The state, and not the branch, decides about rotations; an unknown root keeps the trust of its clusters as it is.
@test "records that lie about rotations and roots" {
    local kind
    rendered_file "$RECORD" >record.json
    cat >lie.py <<'END'
import json, sys
d = json.load(open("record.json"))
exec(sys.argv[1])
print(json.dumps(d, indent=2))
END
    for kind in 'd["trust"]["rotation"] = {"id": "r9-ffffffff", "step": 3, "deployed": "f" * 64}' \
        'd["trust"]["roots"] = [{"fingerprint": "f" * 64, "state": "ACTIVE"}]' 'd["trust"] = {"rotation": [[[]]], "roots": "x"}' \
        'd["stateCounter"] = 2**53; d["state"] = "FAILED"; d["meshes"] = []'; do
        plant "$RECORD" 100644 "$(python3 lie.py "$kind" | blob)"
        refused stage=publish "$RECORD"
    done
    # As if another virtual mesh had given these clusters a root: in doubt their trust is kept as it is.
    kind='d["virtualMesh"]["name"] = "other"; d["trust"]["roots"] = [{"fingerprint": "f" * 64, "state": "ACTIVE"}]'
    plant weft/gloo-mesh.other.json 100644 "$(python3 lie.py "$kind" | blob)"
    pass_on
    [[ $status == [013] ]]
    same "$(issued)" "$ISSUED"
    same "$(output_git rev-parse "rendered:$CACERTS")" "$(output_git rev-parse "$GOOD:$CACERTS")"
}

@test "trailers that lie: a counter without end, the state of this weft, a tree without files" {
    local state message
    state=$(output_git log -1 --format='%(trailers:key=Weft-State,valueonly)' rendered)
    for message in $'x\n\nWeft-Source-Commit: 0\nWeft-State: 0123456789abcdef\nWeft-Instance: \e[31mevil\e[0m ::error::x\nWeft-Counter: 99999999999999999999' \
        $'x\n\nWeft-Source-Commit: 0\nWeft-State: '"$state"$'\nWeft-Counter: 9007199254740993' \
        $'x\n\nWeft-Source-Commit: 0\nWeft-State: '"$state"$'\nWeft-Counter: -1\nWeft-Inventory-Commit: ../../x'; do
        commit_tree "rendered^{tree}" "$message"
        pass_on
        expect 0
        [[ $output != *$'\e'* ]]
        same "$(issued)" "$ISSUED"
    done
    commit_tree "$(output_git mktree </dev/null)" $'x\n\nWeft-Source-Commit: 0\nWeft-State: '"$state"$'\nWeft-Counter: 12'
    pass_on
    expect 0
    same "$(issued)" "$ISSUED"
    same "$(output_git rev-parse "rendered:$CACERTS")" "$(output_git rev-parse "$GOOD:$CACERTS")"
}

@test "names of files are no commands to a terminal or a CI system" {
    local name=$'x\n::error::pwned\e]0;title\a\xc2\x9b31m.yaml'
    plant "clusters/cluster-1/imports/cluster-2/$name" 100644 "$(rendered_file "$CACERTS" | blob)"
    refused stage=publish '::error::pwned'
    plant "clusters/cluster-1/imports/cluster-2/$name" 100644 "$(rendered_file "$CACERTS" | blob)"
    run "$WEFT" run -c weft.yaml
    [[ $output != *$'\e'* && $output != *$'\xc2\x9b'* ]]
    ! printf '%s\n' "$output" | grep -q '^::'
}
