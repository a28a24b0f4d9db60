# weft graph: the specs as pictures that their real readers take, whatever the names are.
load lib

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() { stage_test; }

FORMATS=(mermaid dot svg)

# drawn NAME ARGUMENT...: NAME.FORMAT in each format.
drawn() {
    local name=$1 format
    shift
    for format in "${FORMATS[@]}"; do
        "$WEFT" graph "$@" -o "$format" >"$name.$format" 2>>said
    done
}

# nodes NAME: how many nodes each format has; they agree.
nodes() {
    local mermaid dot svg
    mermaid=$(grep -cE '^ +n[0-9]+(\(|\[|\{|>)' "$1.mermaid")
    dot=$(grep -cE '^ +n[0-9]+ \[' "$1.dot")
    svg=$(
        python3 - "$1.svg" <<'END'
import sys, xml.etree.ElementTree as tree
s = "{http://www.w3.org/2000/svg}"
root = tree.parse(sys.argv[1]).getroot()
assert root.tag == s + "svg" and root.find(s + "title").text
tags = {e.tag[len(s):] for e in root.iter()}
assert tags <= {"svg", "title", "style", "defs", "marker", "path", "g", "rect", "text"}, tags
names = {a for e in root.iter() for a in e.attrib}
assert not any(a.startswith("on") or a.endswith("href") for a in names), names
nodes = [g for g in root.iter(s + "g") if g.find(s + "title") is not None]
boxes = [g.find(s + "rect").attrib for g in nodes]
assert len({(b["x"], b["y"]) for b in boxes}) == len(boxes) # none lies on another one
assert all(int(b["x"]) + int(b["width"]) <= int(root.get("width")) and int(b["y"]) + int(b["height"]) <= int(root.get("height")) for b in boxes)
print(len(nodes))
END
    )
    [[ $mermaid == "$dot" && $dot == "$svg" ]] || { echo "$mermaid $dot $svg" >&2 && return 1; }
    echo "$dot"
}

# A refused policy without a name, in a file whose name is made of markup.
odd_specs() {
    cat >'specs/specs/x"]; <script>alert(1)<script> #quot; \N |&.yaml' <<'END'
apiVersion: networking.mesh.gloo.solo.io/v1
kind: AccessPolicy
metadata: {name: "x<y", namespace: gloo-mesh}
spec: {}
END
}

@test "the same picture from a folder and from the repository, with clusters, gateways, Services and policies" {
    drawn folder --specs specs/specs
    drawn again --specs specs/specs
    drawn repository -c weft.yaml
    local format
    for format in "${FORMATS[@]}"; do
        cmp "folder.$format" "again.$format"
        cmp "folder.$format" "repository.$format"
    done
    same "$(nodes folder)" 12
    grep -q 'n[0-9]*("Service bookinfo/productpage (no policy)"):::uncovered' folder.mermaid
    grep -q 'subgraph g0 \["cluster-1"\]' folder.mermaid
    mv weft.yaml away.yaml
    weft graph
    expect 2
}

@test "what is refused is marked, and no name is markup" {
    odd_specs
    drawn odd --specs specs/specs
    same "$(nodes odd)" 13
    grep -q ':::refused' odd.mermaid
    run ! grep -l '<script' odd.mermaid odd.svg
    grep -q '#60;script#62;alert' odd.mermaid
}

@test "Graphviz and libxml2 read what is written" {
    command -v dot >/dev/null || skip "Debian's graphviz is not installed (scripts/setup --for ci)"
    command -v xmllint >/dev/null || skip "Debian's libxml2-utils is not installed (scripts/setup --for ci)"
    odd_specs
    drawn odd --specs specs/specs
    dot -Tsvg odd.dot >by-dot.svg
    xmllint --noout --nonet by-dot.svg odd.svg
    grep -qF '&quot;]; &lt;script&gt;alert(1)&lt;script&gt; #quot; ' by-dot.svg
    same "$(xmllint --xpath "count(//*[local-name()='g'][@class='node'])" by-dot.svg)" "$(nodes odd)"
}

@test "500 clusters are counted, not drawn one by one" {
    many
    drawn many --specs many
    same "$(grep -c subgraph many.mermaid)" 1
    same "$(nodes many)" 500
    run ! grep -- '->' many.mermaid
    [[ $(wc -c <many.svg) -lt 1000000 ]]
}

@test "a plan in Markdown has the picture of a small fleet, and none of a large one" {
    weft plan -c weft.yaml -o markdown
    expect 4
    # shellcheck disable=SC2016 # backticks of Markdown
    same "$(sed -n '/^```mermaid$/,/^```$/p' <<<"$output" | sed '1d;$d')" "$("$WEFT" graph -c weft.yaml)"
    many
    cp -R many specs/specs/
    push_specs "500 clusters"
    weft plan -c weft.yaml -o markdown
    expect 4 "### weft plan"
    # shellcheck disable=SC2016
    [[ $output != *'```mermaid'* ]]
}
