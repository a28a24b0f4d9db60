# What the documents say is so: their sessions run, their examples decode, their lists are complete.
load lib

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() { stage_test; }

# The lines of the fenced blocks of one kind: blocks FILE KIND
blocks() { awk -v kind="$2" '$0 == "```" kind { on = 1; next } /^```/ { on = 0 } on' "$1"; }

# Turns expected text into a pattern: "..." stands for anything, also for several lines.
pattern_of() { sed -e 's/[][\\*?]/\\&/g' -e 's/\.\.\./*/g' <<<"$1"; }

# What a command says on a terminal, after lines were redrawn.
on_terminal() {
    PATH=$(dirname "$WEFT"):$PATH TERM=xterm script -qec "$1" /dev/null </dev/null | sed -e 's/\r$//' -e 's/.*\r\x1b\[K//' || true
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
    sed -i '/^pki:/d' weft.yaml
    run_document "$ROOT/README.md"
}

@test "the example of docs/configuration.md and examples/weft.yaml decode" {
    blocks "$ROOT/docs/configuration.md" yaml >example.yaml
    [[ -s example.yaml ]]
    local file
    for file in example.yaml "$ROOT/examples/weft.yaml"; do
        # Any end but that of a mistake in the configuration: nobody answers under these addresses.
        run timeout 60 "$WEFT" status -c "$file"
        [[ $status == 0 || $status == 1 ]] || expect 0
    done
}

@test "docs/configuration.md has every key of the configuration, and no other" {
    sed -n '/const keys\[\]/,/;/p' "$ROOT/app/config.c" | grep -oE '"[a-zA-Z]+"' | tr -d '"' | sort -u >known
    sed -nE 's/^\| `([^`]+)` \|.*/\1/p' "$ROOT/docs/configuration.md" | tr '.' '\n' | sed 's/\[\]$//' | sort -u >documented
    diff known documented
}

@test "what docs/operations.md says that weft says, weft says" {
    # Every text of the sources, its pieces joined, and values as dots.
    cat "$ROOT"/{app,api,base,sync,translate,pki,state,ci,k8s-job}/*.c | python3 -c '
import re, sys
token = re.compile(r"/\*.*?\*/|//[^\n]*|\x27(?:\\.|[^\x27\\])+\x27|\"((?:\\.|[^\"\\])*)\"", re.S)
source, end, text = sys.stdin.read(), 0, ""
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
        [[ $text == bold ]] || grep -qF -- "$text" said || { echo "nobody says: $text" >&2 && return 1; }
    done <told
}

@test "docs/operations.md has every metric, and no other" {
    grep -oE '"weft_[a-z_]+"' "$ROOT/k8s-job/metrics.c" | tr -d '"' | sort -u >known
    sed -nE '/^## Metrics/,$ s/^\| (`weft_.*)$/\1/p' "$ROOT/docs/operations.md" | cut -d'|' -f1 | grep -oE 'weft_[a-z_]+' | sort -u >documented
    [[ -s known ]]
    diff known documented
}

@test "files and folders that the documents name are there" {
    local document name
    for document in README.md CONTRIBUTING.md docs/architecture.md docs/configuration.md docs/operations.md docs/rotation.md docs/translation.md; do
        while read -r name; do
            [[ -e $ROOT/$name ]] || { echo "$document: $name" >&2 && return 1; }
        done < <(grep -oP '(scripts|docs|examples|tests|\.ci)/[\w./-]*\w(?=[`),:;.\s\]]|$)' "$ROOT/$document" | sort -u)
    done
}
