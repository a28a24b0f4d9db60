# weft report: one page of HTML about a fleet, that no name of others can change, and that a browser shows.
load lib

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() { stage_test; }

NOW=2027-01-15T08:00:00Z

# page FILE PYTHON: checks what every page has to be, and prints an expression over it: tables (caption to rows of cells), items, text.
page() {
    python3 - "$@" <<'END'
import base64, hashlib, html.parser, re, sys
source = open(sys.argv[1]).read()
class Page(html.parser.HTMLParser):
    void = {"meta", "input"}
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.tables, self.items, self.text, self.scripts, self.policy, self.ids, self.links = [], {}, [], "", [], "", [], []
        self.rows = self.caption = None
    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        assert not any(a.startswith("on") or a in ("src", "action", "srcset") for a in attrs), attrs
        if "href" in attrs: self.links.append(attrs["href"])
        if "id" in attrs: self.ids.append(attrs["id"])
        if attrs.get("http-equiv"): self.policy = attrs["content"]
        if tag == "script": assert not attrs; self.scripts.append("")
        if tag == "table": self.rows, self.caption = [], ""
        if tag == "tr": self.rows.append([])
        if tag in ("td", "th"): self.rows[-1].append("")
        if tag == "li" and attrs.get("class") == "row": self.items.append("")
        if tag not in self.void: self.open.append(tag)
    def handle_startendtag(self, tag, attrs):
        assert not any(a.startswith("on") or a.endswith("href") for a, v in attrs), attrs
    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag
        if tag == "table": self.tables[self.caption] = self.rows
    def handle_data(self, data):
        inside = self.open[-1] if self.open else ""
        if inside == "script": self.scripts[-1] += data
        elif inside != "style":
            self.text += data
            if inside == "caption": self.caption += data
            if "td" in self.open or "th" in self.open: self.rows[-1][-1] += data
            if "li" in self.open and self.items: self.items[-1] += data
p = Page()
p.feed(source)
p.close()
assert not p.open, p.open
assert source.startswith("<!doctype html>")
assert len(p.scripts) == 1 and len(p.ids) == len(set(p.ids))
digest = base64.b64encode(hashlib.sha256(p.scripts[0].encode()).digest()).decode()
assert f"script-src 'sha256-{digest}'" in p.policy and "default-src 'none'" in p.policy, p.policy
assert all(l.startswith("#") and l[1:] in p.ids for l in p.links), p.links
assert not re.search(r"@import|url\((?!#)", source)
tables, items, text = p.tables, p.items, p.text
print(eval(sys.argv[2]))
END
}

report() { weft report --html page.html --now $NOW "$@"; }

@test "specs, trust, commits and findings of a fleet; the matrix is what weft explain says" {
    pass --now $NOW
    expect 0
    report -c weft.yaml
    expect 0
    cp page.html again.html
    report -c weft.yaml
    cmp page.html again.html
    same "$(page page.html "len([1 for r in tables['Certificates, the next one to end first'][1:]])")" 3
    same "$(page page.html "[r[:2] for r in tables['Virtual meshes'][1:]]")" "[['gloo-mesh/bookinfo', 'ACCEPTED']]"
    same "$(page page.html "any('$(tip | cut -c1-12)' in i and 'Weft-Certificate-Log' in i for i in items)")" True
    page page.html "'\n'.join('\t'.join([r[0], c, v]) for m in [tables['By the specs: rows call columns']] for r in m[1:] for c, v in zip(m[0][1:], r[1:]))" >cells
    [[ $(wc -l <cells) -gt 10 ]]
    local caller service verdict
    while IFS=$'\t' read -r caller service verdict; do
        run --separate-stderr "$WEFT" explain --specs specs/specs -o json "$caller" "$service"
        same "$(json - "d['calls'][0]['verdict']" <<<"$output")" "$verdict"
    done <cells
    run ! grep -E 'PRIVATE KEY|AGE-SECRET' page.html
}

@test "from a folder, without a branch; what is refused is first" {
    report --specs specs/specs
    expect 0
    same "$(page page.html "'Virtual meshes' in tables, 'no configuration' in text")" "(False, True)"
    sed -i 's/^  meshes:/  mashes:/' specs/specs/virtualmesh.yaml
    report --specs specs/specs
    expect 0
    same "$(page page.html "any('mashes' in i for i in items)")" True
    weft report --specs specs/specs
    expect 2 --html
}

@test "no name of others is markup" {
    pass --now $NOW
    expect 0
    other_writer 'README' x $'</summary><script>alert(1)</script> "\' & <img src=x onerror=alert(1)>\n\nWeft-Odd: <script>alert(2)</script>'
    cat >'specs/specs/x"><script>alert(3)<script>.yaml' <<'END'
apiVersion: networking.mesh.gloo.solo.io/v1
kind: AccessPolicy
metadata: {name: "</li><script>alert(4)</script>", namespace: gloo-mesh}
spec: {}
END
    push_specs "odd names"
    report -c weft.yaml
    expect 0
    same "$(page page.html "[text.count(f'alert({n})') > 0 for n in (1, 2, 3)]")" "[True, True, True]"
}

@test "500 clusters make a page that says what it leaves out" {
    many
    report --specs many
    expect 0
    same "$(page page.html "len(tables['By the specs: rows call columns']), '440 more callers' in text, '440 more Services' in text")" "(61, True, True)"
    [[ $(wc -c <page.html) -lt 3000000 ]]
}

# The headless shell is the same browser without windows, and quicker.
browser() { timeout 120 "$(command -v chromium-headless-shell chromium | head -n 1)" --headless --no-sandbox --disable-gpu --user-data-dir="$PWD/profile" --window-size=1200,900 "$@"; }

browser_or_skip() { command -v chromium-headless-shell chromium >/dev/null || skip "neither chromium-headless-shell nor chromium of Debian is installed"; }
DARK="--force-dark-mode --blink-settings=preferredColorScheme=0"

# probed FILE [OPTION...]: what report_probe.js finds in a page.  The policy of the page lets no other script in, so the copy that is driven
# has none.
probed() {
    {
        sed '/http-equiv="Content-Security-Policy"/d' "$1"
        printf '<script>\n%s\n</script>\n' "$(cat "$BATS_TEST_DIRNAME/report_probe.js")"
    } >probed.html
    browser "${@:2}" --virtual-time-budget=20000 --dump-dom "file://$PWD/probed.html" 2>/dev/null | sed -n 's:.*<title>\({.*\)</title>.*:\1:p' | head -n 1
}

@test "Chromium: text has contrast, and the Tab key visits all that can be used, in light and in dark, for 500 clusters, too" {
    browser_or_skip
    sed -i 's/^  meshes:/  mashes:/' specs/specs/virtualmesh.yaml
    report --specs specs/specs
    expect 0
    mv page.html refused.html
    sed -i 's/^  mashes:/  meshes:/' specs/specs/virtualmesh.yaml
    pass --now $NOW
    report -c weft.yaml
    expect 0
    mv page.html fleet.html
    many
    report --specs many
    expect 0
    mv page.html many.html
    local page
    for page in fleet refused many; do
        same "$(probed $page.html | jq -c '[.scheme, .rows > 1, .problems]')" '["light",true,[]]'
        # shellcheck disable=SC2086 # words
        same "$(probed $page.html $DARK | jq -c '[.scheme, .rows > 1, .problems]')" '["dark",true,[]]'
    done
    # The probe sees what it looks for.
    sed 's/--no:#a40e26/--no:#f99/; s/:focus-visible{outline:3px/:focus-visible{outline:0px/; s/id="search" type/tabindex="3" id="search" type/' fleet.html >bad.html
    probed bad.html | jq -e '.problems | any(contains("contrast")) and any(contains("shows no focus")) and any(contains("place of its own"))'
}

@test "Chromium shows it without an error, and the search works" {
    browser_or_skip
    pass --now $NOW
    expect 0
    report -c weft.yaml
    expect 0
    browser --enable-logging=stderr --screenshot="$PWD/light.png" "file://$PWD/page.html" 2>browser.log
    run ! grep -E 'CONSOLE|Content Security Policy' browser.log
    # shellcheck disable=SC2086 # words
    browser $DARK --screenshot="$PWD/dark.png" "file://$PWD/page.html" 2>/dev/null
    # A picture with something in it: its first rows are not all of one color, and dark is darker.
    python3 - light.png dark.png <<'END'
import struct, sys, zlib
def pixels(path):
    data, at, body = open(path, "rb").read(), 8, b""
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        if kind == b"IHDR": width, height, depth, color = struct.unpack(">IIBB", data[at + 8:at + 18])
        if kind == b"IDAT": body += data[at + 8:at + 8 + size]
        at += size + 12
    return width, height, zlib.decompress(body)
shades = []
for path in sys.argv[1:]:
    width, height, raw = pixels(path)
    assert (width, height) == (1200, 900), (width, height)
    assert len(set(raw[i * (len(raw) // height):(i + 1) * (len(raw) // height)] for i in range(height))) > 100
    shades.append(raw[1])
print("first bytes", shades)
assert shades[1] < shades[0]
END
    # The policy of the page lets no other script in, so the copy that is driven has none.
    sed '/http-equiv="Content-Security-Policy"/d' page.html >driven.html
    cat >>driven.html <<'END'
<script>
q.value = 'Cluster-1  bookinfo'; q.dispatchEvent(new Event('input'));
const all = [...document.querySelectorAll('.row')], shown = all.filter(e => !e.hidden);
const fits = shown.every(e => e.textContent.toLowerCase().includes('cluster-1') && e.textContent.toLowerCase().includes('bookinfo'));
document.title = [shown.length > 0, shown.length < all.length, fits, document.getElementById('found').textContent === shown.length + ' of ' + all.length + ' rows'].join();
</script>
END
    same "$(browser --dump-dom "file://$PWD/driven.html" 2>/dev/null | sed -n 's:^<title>\(.*\)</title>$:\1:p' | head -1)" "true,true,true,true"
}
