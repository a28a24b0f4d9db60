# tests/e2e/inventory.bash - two clusters whose API servers answer with the lists in dump/, and a pass that reads them.
# shellcheck shell=bash disable=SC2154

# at MINUTE: of minutes, where the other files count hours.
at() { date -u -d "@$((START + $1 * 60))" +%Y-%m-%dT%H:%M:%SZ; }

# In setup: the specs are one VirtualMesh of both clusters; all else is found.
stage_clusters() {
    stage_test
    cluster_lists cluster-1 cluster-2
    sed -i 's/11111111-/22222222-/' dump/cluster-2/namespaces.json
    sed -i 's/203.0.113.10/203.0.113.20/' dump/cluster-2/services.json
    serve api-lists.py dump kubeconfigs cluster-1 cluster-2
    # shellcheck disable=SC2119 # without lines of its own
    discovering
    rm -r specs/specs
    mkdir specs/specs
    cp "$ROOT/tests/golden/discovered-inventory/in/virtual-mesh.yaml" specs/specs/
    push_specs "the wishes alone"
}

# The configuration; each argument is a line of "discovery".
# shellcheck disable=SC2120 # a test gives some
discovering() {
    write_config "discovery:" "  enabled: true" "$@"
    sed -i 's/^- {name: \(cluster-.\), /&kubeconfig: kubeconfigs\/\1.yaml, /' weft.yaml
}

pass_at() { weft run -c weft.yaml --log-format lines --now "$(at "$1")" "${@:2}"; }
inventory_tip() { output_git rev-parse -q --verify refs/heads/weft/inventory || echo none; }
inventory_file() { output_git show "weft/inventory:$1"; }
inventory_commits() { output_git rev-list --count weft/inventory; }
trailer() { output_git log -1 --format="%(trailers:key=$2,valueonly)" "$1"; }

# edit CLUSTER LIST PYTHON: changes the items of a list.
edit() { python3 - "$@" <<'END'
import json, sys
path = f"dump/{sys.argv[1]}/{sys.argv[2]}.json"
d = json.load(open(path))
items = d["items"]
exec(sys.argv[3])
d["items"] = items
json.dump(d, open(path, "w"))
END
}

add_service() {
    edit "$1" services 'import copy; s = copy.deepcopy([i for i in items if i["metadata"]["name"] == "reviews"][0]); s["metadata"]["name"] = "'"$2"'"; items.append(s)'
}
