# What the documents say is so: their sessions run, their examples decode, their lists are complete.
load lib

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() { stage_test; }

# The lines of the fenced blocks of one kind: blocks FILE KIND
blocks() { awk -v kind="$2" '$0 == "```" kind { on = 1; next } /^```/ { on = 0 } on' "$1"; }

# Turns expected text into a pattern: "..." matches anything, also for several lines.
pattern_of() { sed -e 's/[][\\*?]/\\&/g' -e 's/\.\.\./*/g' <<<"$1"; }

# What a command says on a terminal, after lines were redrawn.  The next one begins in the folder where it ended; the terminal stays until a
# server that was started answers.
on_terminal() {
    [[ -e $BATS_TEST_TMPDIR/.folder ]] || pwd >"$BATS_TEST_TMPDIR/.folder"
    {
        printf 'cd "$(cat %q)"\n%s\npwd >%q\n' "$BATS_TEST_TMPDIR/.folder" "$1" "$BATS_TEST_TMPDIR/.folder"
        [[ $1 != 'git daemon'* ]] || echo 'for i in {1..100}; do ! git ls-remote -q git://127.0.0.1/specs.git >/dev/null 2>&1 || break; sleep 0.1; done'
    } >"$BATS_TEST_TMPDIR/.command"
    PATH=$(dirname "$WEFT"):$PATH TERM=xterm NO_COLOR=1 script -qec "bash '$BATS_TEST_TMPDIR/.command'" /dev/null </dev/null | sed -e 's/\r$//' -e 's/.*\r\x1b\[K//' || true
}

check_command() {
    local command=$1 expected=$2 actual
    [[ -n $command ]] || return 0
    actual=$(on_terminal "$command")
    # shellcheck disable=SC2053 # the right side is a pattern
    if [[ $actual != $(pattern_of "$expected") ]]; then
        printf '$ %s\nsays\n%s\nthe document has\n%s\n' "$command" "$actual" "$expected" >&2
        return 1
    fi
}

# Runs the sessions of a document, one after the other, in this folder.
run_document() {
    local command='' expected='' line count=0
    while IFS= read -r line; do
        if [[ $line == '$ '* ]]; then
            check_command "$command" "$expected" || return 1
            command=${line#'$ '} expected='' count=$((count + 1))
        else
            expected+=${expected:+$'\n'}$line
        fi
    done < <(blocks "$1" console | sed '/^$/d')
    check_command "$command" "$expected" && ((count > 0))
}

@test "the sessions of the README run as they are shown" {
    ! (exec 4<>/dev/tcp/127.0.0.1/9418) 2>/dev/null || skip "something listens on the port of git daemon"
    mkdir home && export HOME=$PWD/home
    unset GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL WEFT_CONFIG
    echo "$ROOT" >"$BATS_TEST_TMPDIR/.folder"
    run_document "$ROOT/README.md" || { kill "$(cat home/bookshop/git.pid)" && return 1; }
}

@test "the example of docs/configuration.md and examples/weft.yaml decode" {
    blocks "$ROOT/docs/configuration.md" yaml >example.yaml
    [[ -s example.yaml ]]
    local file
    for file in example.yaml "$ROOT/examples/weft.yaml"; do
        # Any exit status but that of a mistake in the configuration: no server answers at these addresses.
        run timeout 60 "$WEFT" status -c "$file"
        [[ $status == 0 || $status == 1 ]] || expect 0
    done
}

@test "docs/configuration.md has every key of the configuration, and no other" {
    python3 - "$ROOT/schemas/config.json" <<'END' | sort -u >known
import json, sys
def keys(schema):
    for key, value in schema.get("properties", {}).items():
        print(key)
        keys(value)
        keys(value.get("items", {}))
keys(json.load(open(sys.argv[1])))
END
    sed -nE '/^## Annotations/q; s/^\| `([^`]+)` \|.*/\1/p' "$ROOT/docs/configuration.md" | tr '.' '\n' | sed 's/\[\]$//' | sort -u >documented
    diff known documented
}

@test "what docs/operations.md says that weft says, weft says" {
    # Every text of the sources, its pieces joined, and values as dots.
    find "$ROOT"/{app,api,base,sync,translate,discovery,rotation,pki,delivery,state,ci,report,k8s-job} \( -name '*.c' -o -name messages.h \) -exec cat {} + | python3 -c '
import re, sys
token = re.compile(r"/\*.*?\*/|//[^\n]*|\x27(?:\\.|[^\x27\\])+\x27|\"((?:\\.|[^\"\\])*)\"", re.S)
source, end, text = sys.stdin.read().replace("\\\n", "\n"), 0, ""
for found in token.finditer(source):
    if found.group(1) is None:
        continue
    if source[end:found.start()].strip():
        print(text)
        text = ""
    text += re.sub(r"%[-.*0-9]*(l|ll|z)?[a-z]", "...", found.group(1))
    end = found.end()
print(text)' >said
    echo 'file:line:column: field:' >>said # put together from parts
    grep -oP '\*\*`\K[^`]+(?=`\*\*)' "$ROOT/docs/operations.md" >told
    [ "$(wc -l <told)" -gt 20 ]
    while read -r text; do
        [[ $text == bold ]] || grep -qF -- "$text" said || { echo "no source says: $text" >&2 && return 1; }
    done <told
}

@test "docs/operations.md has every metric, and no other" {
    grep -oE '"weft_[a-z_]+"' "$ROOT/report/metrics.c" | tr -d '"' | sort -u >known
    sed -nE '/^## Metrics/,$ s/^\| (`weft_.*)$/\1/p' "$ROOT/docs/operations.md" | cut -d'|' -f1 | grep -oE 'weft_[a-z_]+' | sort -u >documented
    [[ -s known ]]
    diff known documented
}

@test "docs/translation.md has every finding, with its meaning and what to do" {
    grep -oE '^#define [EMDAW][0-9]+_' "$ROOT/translate/messages.h" | sed 's/#define //; s/_//' | sort -u >known
    sed -nE '/^## F\./,/^## Q\./ s/^\| ([EMDAW][0-9]+) \| [^|]+ \| [^|]+ \|$/\1/p' "$ROOT/docs/translation.md" | sort >documented
    [[ $(wc -l <known) -gt 70 ]]
    diff known documented
}

@test "docs/operations.md has every kind of mistake in a spec, with its meaning and what to do" {
    grep -oE '^#define V[0-9]+_' "$ROOT/base/diag.h" | sed 's/#define //; s/_//' | sort -u >known
    sed -nE '/^## Specs/,/^## / s/^\| (V[0-9]+) \| [^|]+ \| [^|]+ \|$/\1/p' "$ROOT/docs/operations.md" | sort >documented
    [[ $(wc -l <known) -gt 5 ]]
    diff known documented
}

@test "docs/operations.md has every finding of trust and delivery, with its meaning and what to do" {
    grep -ohE '^#define [TS][0-9]+_' "$ROOT/pki/messages.h" "$ROOT/delivery/messages.h" | sed 's/#define //; s/_//' | sort -u >known
    sed -nE '/^### Trust and delivery/,/^## / s/^\| ([TS][0-9]+) \| [^|]+ \| [^|]+ \|$/\1/p' "$ROOT/docs/operations.md" | sort >documented
    [[ $(wc -l <known) -gt 15 ]]
    diff known documented
}

@test "docs/operations.md has every message about API servers, with its meaning and what to do" {
    grep -oE '^#define K[0-9]+_' "$ROOT/k8s-job/messages.h" | sed 's/#define //; s/_//' | sort -u >known
    sed -nE '/^### API servers/,/^## / s/^\| (K[0-9]+) \| [^|]+ \| [^|]+ \|$/\1/p' "$ROOT/docs/operations.md" | sort >documented
    [[ $(wc -l <known) -gt 20 ]]
    diff known documented
    # A line of the log ends with the id of its message.
    run awk '/^#define K(17|2[0-9])_/ { split($2, name, "_"); text = $0 }
        text { text = text $0 } text && !/\\$/ { if (index(text, "(" name[1] ")\"") == 0) print name[1]; text = "" }' "$ROOT/k8s-job/messages.h"
    same "$output" ""
}

@test "docs/rotation.md has every finding of a rotation, with its meaning and what to do" {
    # The formats that become notes.
    grep -ohE '\bnote\(&?w, [^;]*\bR[0-9]+_' "$ROOT"/rotation/*.c | grep -oE 'R[0-9]+_$' | tr -d _ | sort -u >known
    sed -nE '/^## 10\./,/^## 11\./ s/^\| (R[0-9]+) \| [^|]+ \| [^|]+ \|$/\1/p' "$ROOT/docs/rotation.md" | sort >documented
    [[ $(wc -l <known) -gt 25 ]]
    diff known documented
}

@test "docs/rotation.md has every reason of a step in conditions" {
    { cat "$ROOT"/rotation/*.c | tr '\n' ' ' | grep -oE '\b(condition|condition_of|commit_phase)\(w, [^;]*;' | grep -oE '\bR[0-9]+_[A-Z_]+' |
        grep -vE '_(ERROR|WHY)$|_PAUSE$' | sed 's/_.*//'
      grep -oE '\.id = "[A-Z][0-9]+"' "$ROOT/pki/transfer.c" | grep -oE '[A-Z][0-9]+'; } | sort -u >known
    { sed -nE '/^## 11\./,$ s/^\| (R[0-9]+) \| [^|]+ \| [^|]+ \|$/\1/p' "$ROOT/docs/rotation.md"
      grep -A3 '^## 11\.' "$ROOT/docs/rotation.md" | grep -oE '\b[RT][0-9]+\b'; } | sort >documented
    [[ $(wc -l <known) -gt 30 ]]
    diff known documented
}

@test "the timeline of docs/rotation.md is the one that weft rotation plan prints" {
    local command
    write_config "evidence: {trustClock: true}"
    weft run -c weft.yaml --now 2027-01-15T08:00:00Z --quiet
    expect 0
    sed -i -e 's/ttlDays: 1825/ttlDays: 1824/' -e 's/^    shared:$/    rotationVerificationMethod: {none: {}}\n    shared:/' specs/specs/virtualmesh.yaml
    push_specs "another root"
    blocks "$ROOT/docs/rotation.md" console >session
    read -r _ _ command <session
    # shellcheck disable=SC2086 # its words
    weft_apart $command -c weft.yaml -q
    expect 0
    same "$output" "$(tail -n +2 session)"
}

@test "the annotations are those that weft reads, and each document names no other" {
    grep -oE '"weft\.dev/[a-z-]+"' "$ROOT/api/annotation.h" | tr -d '"' | sort -u >known
    sed -nE '/^## Annotations/,$ s/^\| `(weft\.dev\/[a-z-]+)` \|.*/\1/p' "$ROOT/docs/configuration.md" | sort -u >documented
    [[ $(wc -l <known) -gt 5 ]]
    diff known documented
    # Besides them: what weft writes itself, and never reads in the specs.
    printf '%s\n' weft.dev/trust-epoch weft.dev/virtual-mesh weft.dev/reconciler weft.dev/issuance-serial | sort - known >allowed
    grep -ohP '(?<![.])weft\.dev/[a-z][a-z-]+' "$ROOT"/docs/* "$ROOT/README.md" "$ROOT/k8s-job/deploy/README.md" | sort -u >named
    same "$(comm -13 allowed named)" ""
    grep -rhoE --include='*.[ch]' '"weft\.dev/[a-z-]+"' "$ROOT"/{app,api,base,ci,delivery,discovery,k8s-job,pki,report,rotation,state,sync,translate} | tr -d '"' | sort -u >said
    same "$(comm -13 allowed said)" ""
}

@test "docs/architecture.md has the include rules of scripts/check-boundaries" {
    awk -F'|' '/^boundaries/ { on = 1 } /^END/ { on = 0 }
        on && $1 ~ /^[a-z0-9-]+ *$/ { gsub(/ /, "", $1); gsub(/[*]/, "", $2); n = split($2, names, " "); print $1
            for (i = 1; i <= n; i++) print $1, names[i] }' "$ROOT/scripts/check-boundaries" | sort >known
    awk -F'|' '$2 ~ /^ `[a-z0-9-]+\/` $/ && $4 ~ /`|nothing/ { gsub(/[ `\/]/, "", $2); gsub(/[`,]|nothing/, "", $4)
            n = split($4, names, " "); print $2; for (i = 1; i <= n; i++) print $2, names[i] }' "$ROOT/docs/architecture.md" | sort >documented
    [[ $(wc -l <known) -gt 40 ]]
    diff known documented
}

DOCUMENTS=(README.md CONTRIBUTING.md docs/architecture.md docs/bring-your-fleet.md docs/configuration.md docs/discovery.md docs/kubernetes.md docs/operations.md docs/rotation.md
    docs/translation.md k8s-job/deploy/README.md)

# The anchors of a document, one for each heading, as forges make them: anchors FILE
anchors() { sed -nE '/^```/,/^```/d; s/^#+ //p' "$1" | tr '[:upper:]' '[:lower:]' | sed -E 's/[^a-z0-9 _-]//g; s/ /-/g'; }

@test "links of the documents lead to a file, and to a heading of it" {
    local document link file checked=0
    for document in "${DOCUMENTS[@]}"; do
        while read -r link; do
            [[ $link != http* ]] || continue
            file=${link%%#*} file=$(realpath -m "$ROOT/$(dirname "$document")/${file:-$(basename "$document")}")
            [[ -e $file ]] || { echo "$document: $link" >&2 && return 1; }
            checked=$((checked + 1))
            [[ $link == *'#'* ]] || continue
            anchors "$file" | grep -qxF -- "${link#*#}" || { echo "$document: no heading for $link" >&2 && return 1; }
        done < <(grep -oP '\]\(\K[^) ]+(?=\))' "$ROOT/$document")
    done
    [[ $checked -gt 20 ]]
}

@test "files and folders that the documents name are there" {
    local document name
    for document in "${DOCUMENTS[@]}"; do
        while read -r name; do
            [[ -e $ROOT/$name || -e $ROOT/$(dirname "$document")/$name ]] || { echo "$document: $name" >&2 && return 1; }
        done < <(grep -oP '(scripts|docs|examples|tests|\.ci)/[\w./-]*\w(?=[`),:;.\s\]]|$)' <(sed 's/[.]md#[a-z-]*/.md/g' "$ROOT/$document") | sort -u)
    done
}

# Runs the commands of a document on a clean stage; none may be a wrong use of weft, and all that can run here must end well.
# run_commands FILE-OF-COMMANDS
run_commands() {
    local line count=0
    while IFS= read -r line; do
        [[ $line == weft\ * || $line == diff\ * ]] || { echo "no command: $line" >&2 && return 1; }
        line=${line//NAMESPACE\/NAME/gloo-mesh/bookinfo}
        line=${line//--step N/--step 1}
        run env PATH="$(dirname "$WEFT"):$PATH" bash -c "$line"
        [[ $status == 0 || $line == *plan* && $status == 4 || $line == diff* && $status == 1 ]] || { echo "$line: $status: $output" >&2 && return 1; }
        count=$((count + 1))
    done <"$1"
    [[ $count -gt 2 ]]
}

@test "the examples of the manual run" {
    cp -R specs/specs before
    cp -R specs/specs after
    sed -i 's/nodePort: 32001/nodePort: 32017/' after/cluster-1/gateway.yaml
    sed -n '/^\.Sh EXAMPLES/,/^\.Sh SEE ALSO/p' "$ROOT/docs/weft.1" | sed -n '/^\.Bd/,/^\.Ed/p' | grep -v '^\.' >commands
    sed -i 's|--specs specs$|--specs specs/specs|' commands
    run_commands commands
}

# A rotation under way at its first step, in the state that the commands of docs/rotation.md refer to.
@test "the commands of docs/rotation.md run, or are refused for the reason that it gives" {
    pass
    sed -i 's/ttlDays: 1825/ttlDays: 1824/' specs/specs/virtualmesh.yaml
    push_specs "another root"
    pass
    sed -n 's/^    \(weft .*\)/\1/p' "$ROOT/docs/rotation.md" >commands
    run_commands commands
    # Those in the text, in an order that makes sense, each of which it names.
    local words
    while read -ra words; do
        grep -qF -- "${words[1]}" "$ROOT/docs/rotation.md"
        weft rotation "${words[1]}" gloo-mesh/bookinfo -c weft.yaml "${words[@]:2}"
        expect "${words[0]}"
    done <<'END'
0 approve --step 1
1 approve --step 2
0 approve --force --reason traffic-flows
0 hold --reason holidays
1 rollback --reason no
1 retry
0 resume
0 rollback --reason no
END
    weft rotation hold gloo-mesh/bookinfo -c weft.yaml --reason holidays
    expect 0
    weft rotation rollback gloo-mesh/bookinfo -c weft.yaml --reason no
    expect 1 "resume"
    weft trust root gloo-mesh/bookinfo -c weft.yaml
    expect 0 "BEGIN CERTIFICATE"
}
