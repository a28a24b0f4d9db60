# weft validate for CI systems: the same findings as in JSON, in forms that others read.
load lib

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() {
    stage_test
    cat >"specs/specs/odd, \"name\".yaml" <<'END'
apiVersion: networking.mesh.gloo.solo.io/v1
kind: VirtualMesh
metadata: {name: typo, namespace: gloo-mesh}
spec:
  "m{0}](http://x)<&%": []
  "m\r\n::error::x": []
  globalAccessPolicy: PERHAPS
END
}

# formatted FORMAT: the findings of the folder of specs, to a file of that name.
formatted() {
    run --separate-stderr "$WEFT" validate --specs specs/specs -o "$1"
    expect 3
    printf '%s\n' "$output" >"$1"
}

# Severity, id, file and line of each finding in JSON.
findings() { jq -r '.findings[] | "\(.severity) \(.id) \(.file):\(.line)"' json; }

@test "sarif: each finding is a result with its rule, its place and a fingerprint of its own" {
    formatted json
    formatted sarif
    python3 - >got <<'END'
import json, urllib.parse
log = json.load(open("sarif"))
run, = log["runs"]
assert log["version"] == "2.1.0" and run["tool"]["driver"]["name"] == "weft"
rules = run["tool"]["driver"]["rules"]
for result in run["results"]:
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    place = result["locations"][0]["physicalLocation"]
    file = urllib.parse.unquote(place["artifactLocation"]["uri"])
    print(result["level"], result["ruleId"], f'{file}:{place["region"]["startLine"]}')
prints = [result["partialFingerprints"]["weftFinding/v1"] for result in run["results"]]
assert len(set(prints)) == len(prints) > 3
assert not any("](" in result["message"]["text"] for result in run["results"])
END
    diff <(findings) got
}

@test "github: each finding is one command with its place, and no word of the specs makes another" {
    formatted json
    formatted github
    python3 - >got <<'END'
import re, urllib.parse
for line in open("github", newline="\n"):
    command = re.fullmatch(r"::(error|warning) ([^:]*)::(.*)\n", line)
    if not command:
        assert re.match(r"\d+ files: ", line), line
        continue
    properties = {k: urllib.parse.unquote(v) for k, v in (p.split("=", 1) for p in command[2].split(","))}
    print(command[1], properties["title"].split(":")[0], f'{properties["file"]}:{properties["line"]}')
END
    diff <(findings) got
}

@test "junit: each object is a test case, each finding is in one of them" {
    formatted json
    formatted junit
    python3 - <<'END'
import json, xml.etree.ElementTree as tree
root = tree.parse("junit").getroot()
cases = list(root.iter("testcase"))
assert int(root.get("tests")) == len(cases) == sum(int(s.get("tests")) for s in root)
failed = [c for c in cases if c.find("failure") is not None]
assert int(root.get("failures")) == len(failed) == 2
assert len({(c.get("classname"), c.get("name")) for c in cases}) == len(cases)
said = "".join(t.text for c in cases for t in c)
found = json.load(open("json"))["findings"]
assert said.count("\n") == len(found)
assert all(f'({f["id"]})\n' in said for f in found)
names = {c.get("name") for c in cases}
assert {"VirtualMesh gloo-mesh/bookinfo", "VirtualMesh gloo-mesh/typo", "AccessPolicy gloo-mesh/productpage-reads"} <= names, names
END
}

@test "clean specs, from the repository: no failure, and exit status 0" {
    run --separate-stderr "$WEFT" validate -c weft.yaml -o junit
    expect 0 'failures="0"' 'file="specs/virtualmesh.yaml"'
    run --separate-stderr "$WEFT" validate -c weft.yaml -o sarif
    expect 0 '"level": "warning"'
}
