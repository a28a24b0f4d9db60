#!/usr/bin/env bats
# The output branch as evidence: what weft log reads there, and that weft verify finds every edit of a history that real passes made.
load lib
setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() { stage_test; }

VM=gloo-mesh/bookinfo
FILE=clusters/cluster-1/mesh/mesh.yaml

retry_time() {
    sed -i "s/^      time: .*/      time: $1s/" specs/specs/virtualmesh.yaml
    push_specs "time $1"
}

# A history of eight commits: certificates, changed specs, most of a rotation with an approval.
history() {
    local hour
    write_config "evidence: {trustClock: true, leafTTL: 2h, syncAllowance: 30m}"
    pass_at 0
    expect 0
    retry_time 61
    pass_at 1
    expect 0
    sed -i 's/ttlDays: 1825/ttlDays: 1824/' specs/specs/virtualmesh.yaml
    push_specs "another root"
    pass_at 2
    expect 0
    weft rotation approve $VM -c weft.yaml --step 1 --reason "graphs are flat"
    for hour in 3 4 5 6 7; do
        pass_at $hour
        expect 0
    done
    retry_time 62
    pass_at 8
    expect 0
}

verify() { weft verify -c weft.yaml -o json "$@"; }

# found STATUS CHECK...: the exit status, and that each of these checks failed.
found() {
    local wanted=$1 check
    shift
    [[ $status == "$wanted" ]] || { echo "status $status: $output" >&2 && return 1; }
    for check in "$@"; do
        same "$(json - "any(f['check'] == '$check' and f['verdict'] == 'failed' for f in d['findings'])" <<<"$output")" True \
            || { echo "not found: $check: $output" >&2 && return 1; }
    done
}

# A work tree of the output branch to edit, from what the passes pushed.
edit_begin() {
    rm -rf edit
    git clone -q -b rendered "$OUTPUT_GIT" edit
}
edit() { git -C edit -c user.name=weft -c user.email=weft@example.com "$@"; }
edit_end() { edit push -q -f origin HEAD:rendered; }

@test "weft log shows the commits, and its options narrow them" {
    history
    other_writer README "by hand" "a note for readers"
    weft log -c weft.yaml
    expect 0 "graphs are flat"
    [[ $output == *"rotation $VM 1/3: root "* && $output == *"(not weft: "* ]]
    same "$(wc -l <<<"$output")" $(($(commits) + 1))

    weft log -c weft.yaml -o json --operator flat
    expect 0
    same "$(json - "len(d['commits']), d['commits'][0]['requests'][0]['virtualMesh']" <<<"$output")" "(1, '$VM')"
    weft log -c weft.yaml -o json --step 2
    expect 0
    same "$(json - "all(c['rotations'][0]['step'] == 2 for c in d['commits']) and len(d['commits']) > 0" <<<"$output")" True
    local serial
    serial=$(state_rows "SELECT serial FROM intermediates WHERE cluster = 'cluster-2' ORDER BY created DESC LIMIT 1")
    weft log -c weft.yaml -o json --serial "${serial:0:12}"
    expect 0
    same "$(json - "len(d['commits']), [c['cluster'] for c in d['commits'][0]['issued'] if c['serial'] == '$serial']" <<<"$output")" "(1, ['cluster-2'])"
    weft log -c weft.yaml -o json --since "$(at 1)" --until "$(at 2)"
    expect 0
    same "$(json - "len(d['commits'])" <<<"$output")" 2
    weft log -c weft.yaml -o json --since "2 hours ago" --now "$(at 3)" --until "$(at 2)"
    same "$(json - "len(d['commits'])" <<<"$output")" 2
    weft log -c weft.yaml -o json --cluster cluster-1 $VM --until "$(at 0)"
    same "$(json - "len(d['commits']), d['commits'][0]['clusters']" <<<"$output")" "(1, ['cluster-1', 'cluster-2'])"
    weft log -c weft.yaml -o json --cluster cluster-9
    expect 0
    same "$(json - "d['commits']" <<<"$output")" "[]"
    weft log -c weft.yaml --since tomorrow
    expect 2 --since
    weft log -c weft.yaml --serial x
    expect 2 --serial
    weft log -c weft.yaml --step 4
    expect 2 --step
}

@test "weft at shows the fleet as it was" {
    history
    weft at "$(at 0)" -c weft.yaml -o json
    expect 0
    same "$(json - "d['commit'], d['clusters'], [(v['name'], v['step'], len(v['roots']), len(v['intermediates'])) for v in d['virtualMeshes']]" <<<"$output")" \
        "('$(output_git rev-list rendered | tail -1)', ['cluster-1', 'cluster-2'], [('$VM', 0, 1, 2)])"
    weft at "2 hours ago" --now "$(at 4)" -c weft.yaml -o json
    expect 0
    same "$(json - "[(v['step'], len(v['roots']), {i['validity'] for i in v['intermediates']}) for v in d['virtualMeshes']]" <<<"$output")" "[(1, 2, {'valid'})]"
    weft at "$(at 100000)" -c weft.yaml -o json
    same "$(json - "{i['validity'] for v in d['virtualMeshes'] for i in v['intermediates']}" <<<"$output")" "{'expired'}"
    weft at "$(at 3)" -c weft.yaml
    expect 0 "$VM"
    weft at "$(at -1)" -c weft.yaml
    expect 1
    weft at tomorrow -c weft.yaml
    expect 2
}

@test "what passes made is proven: signatures, chain, manifests, from the first commit on" {
    ssh-keygen -q -t ed25519 -N '' -C weft -f key
    echo "weft@example.com $(cut -d ' ' -f 1,2 key.pub)" >signers
    write_config
    history
    sed -i "s/^output: {/output: {signing: {sshKey: key, allowedSigners: signers}, /" weft.yaml
    retry_time 63
    pass_at 9
    expect 0
    local unsigned
    unsigned=$(output_git rev-parse rendered~1)
    verify "$unsigned.."
    found 0
    same "$(json - "d['verdict'], d['commits'], d['checks']['render']['proven']" <<<"$output")" "('proven', 1, 1)"
    verify
    found 3 signature
    same "$(json - "d['checks']['chain']['failed'], d['checks']['render']['failed'], d['checks']['trust']['failed']" <<<"$output")" "(0, 0, 0)"
    # The configuration has changed since: the same bytes prove the older commits all the same.
    same "$(json - "d['checks']['render']['unchecked'], d['checks']['signature']['proven']" <<<"$output")" "(0, 1)"

    ssh-keygen -q -t ed25519 -N '' -C other -f other
    echo "weft@example.com $(cut -d ' ' -f 1,2 other.pub)" >others
    verify "$unsigned.." --allowed-signers others
    found 3 signature
    weft verify -c weft.yaml "$unsigned.."
    expect 0
    weft verify -c weft.yaml nothing..
    expect 1 nothing
}

@test "without a list of signers nothing is wrong, and signatures are unchecked" {
    history
    verify
    same "$status" 4
    same "$(json - "{f['check'] for f in d['findings']}" <<<"$output")" "{'signature'}"
    # A file of others is no concern of weft's.
    other_writer README "by hand" "a note"
    verify
    same "$status" 4
}

# Edits of a branch, each on what the passes pushed: name # what is done in a work tree # the checks that have to fail.
corpus() {
    cat <<'END'
one byte of a manifest in a commit of others#sed -i '5s/./X/' $FILE && git commit -qam x#files
a manifest removed by others#git rm -q $FILE && git commit -qm x#files
a revert of the last commit#git revert --no-edit HEAD#files
a manifest of weft added by others#cp $FILE clusters/cluster-1/mesh/more.yaml && git add . && git commit -qm x#files
one byte of a manifest, amended#sed -i '5s/./X/' $FILE && git commit -qa --amend -C HEAD#branch chain render
one byte of an encrypted file, amended#f=clusters/cluster-1/trust/istio-system.cacerts.yaml && sed -i 's/ca-key.pem: AQ/ca-key.pem: BQ/' $f && git commit -qa --amend -C HEAD#branch chain
a manifest removed, amended#git rm -q $FILE && git commit -q --amend -C HEAD#branch chain render
a manifest too many, amended#cp $FILE clusters/cluster-2/mesh/more.yaml && git add . && git commit -q --amend -C HEAD#branch chain render
a file of others inside a commit of weft#echo x >clusters/cluster-1/mesh/note.yaml && git add . && git commit -q --amend -C HEAD#branch chain files
a program instead of a manifest#chmod +x $FILE && git commit -qa --amend -C HEAD#branch chain files
one letter of a subject#git commit -q --amend -m "$(git log -1 --format=%B | sed '1s/render/rendew/')"#branch chain
another operator#rewrite 's/graphs are flat/graphs are fine/'#branch chain
a step without an operator#rewrite 's,^Weft-Operator: .*,,'#branch chain
another specs commit#rewrite "s/^Weft-Source-Commit: .*/Weft-Source-Commit: $(git log --format='%(trailers:key=Weft-Source-Commit,valueonly,separator=)' | tail -1)/"#branch chain
a malformed trailer#rewrite 's/^Weft-Plan-Digest: sha256:../Weft-Plan-Digest: sha256:/'#branch chain trailers
a trailer twice#rewrite 's/^\(Weft-Counter: .*\)/\1\n\1/'#branch chain trailers
a trailer less#rewrite '/^Weft-State: /d'#branch chain trailers
the chain removed from a commit#git commit -q --amend -m "$(git log -1 --format=%B | grep -v -e ^Weft-Chain -e ^Weft-Previous)"#branch chain
another author#git commit -q --amend -C HEAD --author 'x <x@example.com>'#branch chain
another time#git commit -q --amend -C HEAD --date 1700000000#branch chain
the last commit dropped#git reset -q --hard HEAD~1#branch
all but the first one dropped#git reset -q --hard $(git rev-list HEAD | tail -1)#branch
a commit dropped in between#git rebase -q --onto HEAD~3 HEAD~2 -X theirs#branch chain counter
the commits before squashed into one#git reset -q --soft HEAD~3 && git commit -q -C ORIG_HEAD#branch chain counter
two commits swapped#swap#branch chain counter
a commit replayed at the end#git rm -rq . && git checkout -q HEAD~2 -- . && git commit -q -C HEAD~2#chain counter
an old commit merged#git checkout -qb old HEAD~4 && git commit -q --allow-empty -m y && git checkout -q - && git merge -q -s ours -m z old && git commit -q --amend -C HEAD~1#branch chain trailers
a forged commit of weft on top#forge#branch render
a forged intermediate#forge_serial#branch trust
a serial issued a second time#forge_twice#branch trust
a counter of saves that falls#forge_counter#branch trust
an intermediate that the log does not have#forge_serial#branch trust certificates
an entry of the log dropped#log_edit 'del lines[1]'#branch certificates
the last entry of the log dropped#log_edit 'del lines[-1]'#branch certificates
an entry of the log replaced#log_edit 'lines[1] = lines[1].replace("cluster-1", "cluster-9")'#branch certificates
two entries of the log swapped#log_edit 'lines[1:3] = lines[2:0:-1]'#branch certificates
an entry of a second issuer#log_edit 'lines.append(lines[-1].replace("sha256:", "sha256:00"))'#branch certificates
an entry twice#log_edit 'lines.append(lines[1])'#branch certificates
the log with an end that is no line#printf x >>weft/certificates.jsonl && git commit -qa --amend -C HEAD#branch chain certificates
the log removed#git rm -q weft/certificates.jsonl && git commit -q --amend -C HEAD#branch chain certificates
another root of the log#rewrite 's/^\(Weft-Certificate-Log: [0-9]*\) .*/\1 sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855/'#branch chain certificates
another size of the log#rewrite 's/^Weft-Certificate-Log: [0-9]*/Weft-Certificate-Log: 1/'#branch chain certificates
the last commit without a root of the log#git commit -q --amend -m "$(git log -1 --format=%B | grep -v ^Weft-Certificate-Log)"#branch chain certificates
the log changed by others#sed -i 1d weft/certificates.jsonl && git commit -qam x#files
END
}

# The last two commits in the other order, each with its own files.
swap() {
    local first second base
    second=$(git rev-parse HEAD) first=$(git rev-parse HEAD~1) base=$(git rev-parse HEAD~2)
    git reset -q --hard "$base"
    git read-tree -um "$second" && git commit -q -C "$second"
    git read-tree -um "$first" && git commit -q --allow-empty -C "$first"
}

# forged SUBJECT: the work tree as a commit of weft, with a chain that fits, for its algorithm is public.
forged() {
    python3 - "$1" <<'END'
import hashlib, os, re, subprocess, sys
def git(*a, **k): return subprocess.check_output(["git", *a], **k)
def tree_hash(d): # RFC 9162, 2.1.1
    if len(d) == 0: return hashlib.sha256().digest()
    if len(d) == 1: return hashlib.sha256(b"\0" + d[0]).digest()
    k = 1 << (len(d) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + tree_hash(d[:k]) + tree_hash(d[k:])).digest()
def log_summary():
    entries = open("weft/certificates.jsonl", "rb").read().splitlines()
    return f"{len(entries)} sha256:{tree_hash(entries).hex()}"
subprocess.check_call(["git", "add", "-A"])
parent, tree = git("rev-parse", "HEAD").decode().strip(), git("write-tree").decode().strip()
body = git("log", "-1", "--format=%B").decode().strip().split("\n")
chain = [l for l in body if l.startswith("Weft-Chain")][0].split(": ")[1]
counter = int([l for l in body if l.startswith("Weft-Counter")][0].split(": ")[1])
lines = []
for l in body:
    if l.startswith("Weft-Counter"): l = f"Weft-Counter: {counter + 1}"
    if l.startswith("Weft-Certificate-Log"): l = "Weft-Certificate-Log: " + log_summary()
    if l.startswith("Weft-Previous"): l = f"Weft-Previous-Commit: {parent}"
    if not l.startswith("Weft-Chain"): lines.append(l)
lines[0] = sys.argv[1]
who = "weft <weft@example.com> 1800090000 +0000"
message = "\n".join(lines) + "\n"
head = f"tree {tree}\nauthor {who}\ncommitter {who}\n\n"
digest = hashlib.sha256((chain + "\n" + head + message).encode()).hexdigest()
commit = f"tree {tree}\nparent {parent}\nauthor {who}\ncommitter {who}\n\n{message}Weft-Chain: sha256:{digest}\n"
id = git("hash-object", "-t", "commit", "-w", "--stdin", input=commit.encode()).decode().strip()
subprocess.check_call(["git", "reset", "-q", "--hard", id])
END
}
forge() {
    sed -i '5s/./X/' $FILE
    forged "render specs at 000000000000: ~1 file in 1 cluster"
}
# record EXPRESSION: changes the record of the virtual mesh d.
record() {
    python3 - "$1" <<'END'
import json, sys
path = "weft/gloo-mesh.bookinfo.json"
d = json.load(open(path))
exec(sys.argv[1])
open(path, "w").write(json.dumps(d, indent=2) + "\n")
END
}
# log_edit STATEMENT: a forged commit whose trailer fits the lines of the log that it changes.
log_edit() {
    python3 - "$1" <<'END'
import sys
path = "weft/certificates.jsonl"
lines = open(path).read().splitlines()
exec(sys.argv[1])
open(path, "w").write("".join(line + "\n" for line in lines))
END
    forged "record gloo-mesh/bookinfo: ACCEPTED"
}
forge_nothing() {
    record 'd["status"]["warnings"] = []'
    forged "record gloo-mesh/bookinfo: ACCEPTED"
}
forge_serial() {
    record 'd["trust"]["intermediates"][0].update(root="0" * 64, serial="1234", fingerprint="1" * 64)'
    forged "renew gloo-mesh/bookinfo: intermediate of cluster-1"
}
forge_twice() {
    record 'd["trust"]["intermediates"][0].update(fingerprint="1" * 64)'
    forged "renew gloo-mesh/bookinfo: intermediate of cluster-1"
}
forge_counter() {
    record 'd["stateCounter"] = 1'
    forged "record gloo-mesh/bookinfo: ACCEPTED"
}
export -f log_edit swap forged forge record forge_serial forge_twice forge_counter

@test "a corpus of edits: every one is found" {
    history
    verify # the clone knows the branch as it was
    same "$status" 4
    cp -R "$OUTPUT_GIT" kept
    cp -R state/cache kept-cache
    local name command checks missed=0
    while IFS='#' read -r name command checks; do
        rm -rf "$OUTPUT_GIT" state/cache
        cp -R kept "$OUTPUT_GIT"
        cp -R kept-cache state/cache
        edit_begin
        if ! (cd edit && FILE=$FILE bash -ec "rewrite() { SCRIPT=\$1 git filter-branch -f --msg-filter 'sed -e \"\$SCRIPT\"' HEAD; }
            export SCRIPT; $command" >../edit.log 2>&1) || [[ $(edit rev-parse HEAD) == $(tip) ]]; then
            echo "$name: the edit did not work: $(tail -3 edit.log)" >&2
            missed=$((missed + 1))
            continue
        fi
        edit_end
        verify
        # shellcheck disable=SC2086 # several words
        found 3 $checks || { echo "MISSED: $name" >&2 && missed=$((missed + 1)); }
    done < <(corpus)
    same "$missed" 0
}

# The tree hashes of the log in each commit and the proofs that are printed, by the algorithms of RFC 9162 alone.
checked_log() {
    python3 - "$@" <<'END'
import hashlib, json, subprocess, sys
def git(*a): return subprocess.check_output(["git", "-C", sys.argv[1], *a]).decode()
def node(l, r): return hashlib.sha256(b"\1" + l + r).digest()
def mth(d): # 2.1.1
    if len(d) == 1: return hashlib.sha256(b"\0" + d[0]).digest()
    k = 1 << (len(d) - 1).bit_length() - 1
    return node(mth(d[:k]), mth(d[k:]))
before = []
for commit in git("rev-list", "--reverse", "rendered").split():
    said = git("log", "-1", "--format=%(trailers:key=Weft-Certificate-Log,valueonly,separator=)", commit).strip()
    entries = git("show", commit + ":weft/certificates.jsonl").encode().splitlines()
    assert said == f"{len(entries)} sha256:{mth(entries).hex()}", (commit, said)
    assert entries[:len(before)] == before, commit
    record = json.loads(git("show", commit + ":weft/gloo-mesh.bookinfo.json"))["trust"]
    logged = {json.loads(e)["certificate"] for e in entries}
    assert all("sha256:" + c["fingerprint"] in logged for c in record["roots"] + record["intermediates"]), commit
    before = entries
root = mth(before)
for path in sys.argv[2:]:
    p = json.load(open(path))
    fn, sn = p["index"], p["log"]["size"] - 1 # 2.1.3.2
    r = hashlib.sha256(b"\0" + p["entry"].encode()).digest()
    assert r.hex() == p["leaf"]
    for step in map(bytes.fromhex, p["path"]):
        assert sn
        if fn & 1 or fn == sn:
            r = node(step, r)
            while not fn & 1 and fn: fn, sn = fn >> 1, sn >> 1
        else: r = node(r, step)
        fn, sn = fn >> 1, sn >> 1
    assert sn == 0 and r == root == bytes.fromhex(p["log"]["root"]), path
    assert before[p["index"]].decode() == p["entry"], path
print(len(before))
END
}

@test "the certificate log has every certificate, and proves each" {
    local serial proofs=()
    history
    for serial in $(state_rows "SELECT serial FROM intermediates"); do
        weft log -c weft.yaml --proof "$serial"
        expect 0
        proofs+=("proof.${#proofs[@]}")
        echo "$output" >"${proofs[-1]}"
    done
    weft log -c weft.yaml --proof "$(state_rows "SELECT id FROM roots LIMIT 1")"
    expect 0
    echo "$output" >proof.root
    same "$(json proof.root "d['kind'], d['branch'], d['commit'] == '$(tip)'")" "('CertificateProof', 'rendered', True)"
    same "$(checked_log "$OUTPUT_GIT" proof.root "${proofs[@]}")" "$(issued | wc -l)"
    verify
    same "$(json - "[d['checks']['certificates'][v] for v in ('proven', 'unchecked', 'failed')]" <<<"$output")" "[$(commits), 0, 0]"
    weft log -c weft.yaml --proof 00000000000000000000
    expect 1 00000000000000000000
    weft log -c weft.yaml --proof x
    expect 2 --proof
}

# log_counts PROVEN UNCHECKED FAILED: commits, by what verify found of the log.
log_counts() {
    verify
    same "$(json - "[d['checks']['certificates'][v] for v in ('proven', 'unchecked', 'failed')]" <<<"$output")" "[$1, $2, $3]"
}

@test "the log of a branch that has none begins with what is deployed, and goes on whatever others do to it" {
    write_config
    pass_at 0
    expect 0
    # As the version before made it.
    edit_begin
    edit rm -q weft/certificates.jsonl
    edit commit -q --amend -m "$(edit log -1 --format=%B | grep -v -e ^Weft-Certificate-Log -e ^Weft-Chain -e ^Weft-Previous)"
    edit_end
    rm -rf state/cache
    log_counts 0 0 0
    retry_time 61
    pass_at 1
    expect 0
    same "$(rendered_file weft/certificates.jsonl | wc -l)" 3
    log_counts 1 0 0
    # Others' edits end with the next pass that may overwrite them.
    edit_begin
    sed -i 2d edit/weft/certificates.jsonl
    edit commit -qam "an entry less"
    edit_end
    retry_time 62
    weft run -c weft.yaml --now "$(at 2)" --overwrite-drift
    expect 0
    same "$(rendered_file weft/certificates.jsonl | wc -l)" 3
    log_counts 2 0 0
    # A version without the log leaves the file, and its commit is found.
    edit_begin
    edit commit -q --amend -m "$(edit log -1 --format=%B | grep -v ^Weft-Certificate-Log)"
    edit_end
    log_counts 1 0 1
}

@test "a forged commit with a chain that fits has no signature of an allowed signer" {
    ssh-keygen -q -t ed25519 -N '' -C weft -f key
    echo "weft@example.com $(cut -d ' ' -f 1,2 key.pub)" >signers
    sed -i "s/^output: {/output: {signing: {sshKey: key, allowedSigners: signers}, /" weft.yaml
    pass
    expect 0
    verify
    found 0
    edit_begin
    (cd edit && forge_nothing)
    edit_end
    mv state state.away
    verify
    found 3 signature
    same "$(json - "{f['check'] for f in d['findings']}" <<<"$output")" "{'signature'}"
}

@test "a branch that was set back is found without the clone, and after the next pass without the state" {
    history
    edit_begin
    edit reset -q --hard HEAD~2
    edit_end
    rm -rf state/cache
    verify
    found 3 branch
    pass_at 10
    mv state state.away
    rm -rf state/cache
    verify
    found 3 counter
}

@test "the first byte that differs is named" {
    history
    edit_begin
    sed -i '5s/./X/' edit/$FILE
    edit commit -qa --amend -C HEAD
    edit_end
    verify
    found 3 render
    local offset
    offset=$(cmp <(git -C kept show rendered:$FILE 2>/dev/null || output_git show "rendered@{1}:$FILE" 2>/dev/null || edit show "ORIG_HEAD:$FILE" 2>/dev/null || edit show "HEAD~1:$FILE") <(edit show "HEAD:$FILE") | sed 's/.*byte \([0-9]*\),.*/\1/')
    same "$(json - "[(f['path'], f['offset'] + 1) for f in d['findings'] if f['check'] == 'render']" <<<"$output")" "[('$FILE', $offset)]"
}

@test "a commit of a version without the chain is unchecked, and one of another version is not rendered" {
    pass
    expect 0
    edit_begin
    edit commit -q --amend -m "$(edit log -1 --format=%B | grep -v -e ^Weft-Chain -e ^Weft-Previous -e ^Weft-Counter -e ^Weft-State -e ^Weft-Instance | sed 's/^Weft-Version: .*/Weft-Version: 0.0.1/')"
    edit_end
    mv state state.away
    rm -rf state/cache
    verify
    same "$status" 4
    same "$(json - "sorted({f['check'] for f in d['findings']})" <<<"$output")" "['chain', 'counter', 'render', 'signature']"
}

@test "what a mistake retained is rendered again, and what was rendered from rewritten specs is unchecked" {
    pass
    expect 0
    sed -i 's/^  meshes:/  mashes:/' specs/specs/virtualmesh.yaml
    push_specs "a mistake"
    pass
    git -C specs revert --no-edit HEAD >/dev/null
    push_specs "as before"
    pass --allow-deletions
    verify
    same "$(json - "d['checks']['render']['failed'], d['checks']['render']['unchecked'], d['checks']['files']['failed']" <<<"$output")" "(0, 0, 0)"
    # Rewritten specs: the commit that they were rendered from is on no branch any more.
    git -C specs checkout -q --orphan fresh
    git -C specs commit -q -m "another history"
    git -C specs push -q -f origin HEAD:main
    git --git-dir "$SPECS_GIT" gc -q --prune=now
    rm -rf state/cache
    verify
    same "$(json - "any('is on no branch' in f['message'] for f in d['findings'] if f['check'] == 'render')" <<<"$output")" True
}
