# output.attestations: each commit of weft has an in-toto attestation as a Git note, which other programs read and verify.
load lib

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() {
    stage_test
    ssh-keygen -q -t ed25519 -N '' -C weft -f signing.key
    echo "weft@example.com $(cut -d ' ' -f 1,2 signing.key.pub)" >allowed
    attested "signing: {sshKey: signing.key, allowedSigners: allowed}"
}

# attested [KEY]: the configuration with attestations.
attested() {
    write_config
    sed -i "s|^output: {|output: {attestations: note, ${1:+$1, }|" weft.yaml
}

REF=refs/notes/weft-attestations
note_of() { output_git notes --ref $REF show "$1"; }
notes() { output_git notes --ref $REF list 2>/dev/null | wc -l; }
another_port() {
    sed -i "s/nodePort: 32[0-9]*/nodePort: $1/" specs/specs/cluster-1/gateway.yaml
    push_specs "node port $1"
}
verify() { weft verify -c weft.yaml -o json "$@"; }
verdicts() { json - '[d["checks"]["attestations"][v] for v in ("proven", "unchecked", "failed")]' <<<"$output"; }

# open_envelope COMMIT: a reader that is not weft takes the note apart; statement, signature and what it is of are files.
open_envelope() {
    note_of "$1" | python3 -c '
import base64, json, sys
envelope = json.load(sys.stdin)
assert envelope["payloadType"] == "application/vnd.in-toto+json"
payload = base64.b64decode(envelope["payload"], validate=True)
(signature,) = envelope["signatures"]
kind = envelope["payloadType"].encode()
open("statement", "wb").write(payload)
open("signature", "wb").write(base64.b64decode(signature["sig"], validate=True))
open("signed", "wb").write(b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload))
print(signature["keyid"])'
}

@test "another reader finds commit, tree, sources, version and plan digest, and ssh-keygen verifies the signature" {
    pass
    expect 0
    same "$(open_envelope "$(tip)")" "$(ssh-keygen -lf signing.key.pub | cut -d ' ' -f 2)"
    ssh-keygen -q -Y verify -f allowed -I weft@example.com -n attestation@weft.dev -s signature <signed
    # the signature is not one of a commit, nor of other bytes
    ! ssh-keygen -q -Y verify -f allowed -I weft@example.com -n git -s signature <signed
    ! ssh-keygen -q -Y verify -f allowed -I weft@example.com -n attestation@weft.dev -s signature <statement
    same "$(json statement 'd["_type"], d["predicateType"]')" "('https://in-toto.io/Statement/v1', 'https://slsa.dev/provenance/v1')"
    same "$(json statement 'd["subject"][0]["digest"]["gitCommit"]')" "$(tip)"
    same "$(json statement 'd["subject"][0]["digest"]["gitTree"]')" "$(output_git rev-parse 'rendered^{tree}')"
    same "$(json statement 'd["predicate"]["buildDefinition"]["resolvedDependencies"][0]')" \
        "{'uri': 'git+$SPECS_URL', 'digest': {'gitCommit': '$(git -C specs rev-parse HEAD)'}}"
    same "$(json statement 'd["predicate"]["buildDefinition"]["internalParameters"]["planDigest"]')" \
        "$(output_git log -1 --format='%(trailers:key=Weft-Plan-Digest,valueonly,separator=)' rendered)"
    same "$(json statement 'd["predicate"]["runDetails"]["builder"]["version"]["weft"]')" "$("$WEFT" --version | head -1 | cut -d ' ' -f 2)"
}

@test "each commit has one, and weft verify proves them" {
    pass
    another_port 32017
    pass
    pass
    expect 0 "nothing changed since"
    same "$(notes)" 2
    open_envelope "$(tip)"
    same "$(json statement '[x["digest"]["gitCommit"] for x in d["predicate"]["buildDefinition"]["resolvedDependencies"] if x.get("name") == "previous"]')" \
        "['$(output_git rev-parse rendered^)']"
    verify
    same "$(verdicts)" "[2, 0, 0]"
}

@test "without the option there is no note, no trailer, and nothing to verify" {
    attested
    sed -i 's/attestations: note, //' weft.yaml
    pass
    expect 0
    same "$(notes)" 0
    [[ $(output_git log --format=%B rendered) != *Weft-Attestation* ]]
    verify
    same "$(json - '"attestations" in d["checks"]' <<<"$output")" False
    # the notes are not even fetched: a ref of that name that holds something else is no fault
    output_git update-ref "$REF" "$(output_git hash-object -w --stdin <<<"no commit")"
    verify
    expect 4 # not signed, as before
    output_git update-ref -d "$REF"
    # turned on later, commits from then on have them
    attested
    pass
    another_port 32017
    pass
    same "$(notes)" 1
    verify
    [[ $(verdicts) == "[0, 1, 0]" ]] # not signed, and no list of signers
    same "$(note_of "$(tip)" | json - 'd["subject"][0]["digest"]["gitCommit"]')" "$(tip)"
}

@test "killed between the branch and the notes: the next pass adds what is missing" {
    local point
    for point in pass.published pass.attest git.push.before:2 git.push.after:2; do
        run env WEFT_FAULT=$point "$WEFT" run -c weft.yaml --log-format lines
        same "$status" 137
        pass
        expect 0
        verify
        same "$(verdicts)" "[$(commits), 0, 0]"
        pass
        expect 0 "nothing changed since"
        another_port $((32100 + $(commits)))
    done
}

@test "a note that is gone, says something else, or is signed by another key is found" {
    local good commit
    pass
    commit=$(tip) good=$(note_of "$(tip)")
    output_git notes --ref $REF remove "$commit" 2>/dev/null
    verify
    expect 3
    same "$(verdicts)" "[0, 0, 1]"
    # of another commit
    another_port 32017
    pass
    output_git notes --ref $REF add -f -m "$good" "$(tip)" 2>/dev/null
    verify
    expect 3
    # the same statement, signed by another key
    output_git notes --ref $REF add -f -m "$good" "$commit" 2>/dev/null
    open_envelope "$commit"
    ssh-keygen -q -t ed25519 -N '' -f stranger
    rm -f signed.sig
    ssh-keygen -q -Y sign -f stranger -n attestation@weft.dev signed 2>/dev/null
    python3 -c '
import base64, json, sys
envelope = json.loads(sys.argv[1])
envelope["signatures"][0]["sig"] = base64.b64encode(open("signed.sig", "rb").read()).decode()
print(json.dumps(envelope))' "$good" >strange
    output_git notes --ref $REF add -f -F "$PWD/strange" "$commit" 2>/dev/null
    verify
    expect 3
    same "$(verdicts)" "[0, 0, 2]"
    # the statement alone, without its envelope
    output_git notes --ref $REF add -f -F "$PWD/statement" "$commit" 2>/dev/null
    verify
    expect 3
    same "$(verdicts)" "[0, 0, 2]"
}

@test "nothing is attested that another writer committed, whatever its trailers say" {
    local message forged
    pass
    message=$(output_git log -1 --format=%B rendered)
    forged=$(output_git commit-tree -p rendered -m "$message" 'rendered^{tree}')
    output_git update-ref refs/heads/rendered "$forged"
    another_port 32017
    pass --overwrite-drift
    same "$(notes)" 2
    ! note_of "$forged"
}

@test "a server that refuses notes does not fail the pass, and the next one tries again" {
    printf '#!/bin/sh\nwhile read old new ref; do case $ref in refs/notes/*) exit 1 ;; esac; done\n' >"$OUTPUT_GIT/hooks/pre-receive"
    chmod +x "$OUTPUT_GIT/hooks/pre-receive"
    pass
    expect 0 warning
    same "$(notes)" 0
    rm "$OUTPUT_GIT/hooks/pre-receive"
    pass
    expect 0
    same "$(notes)" 1
}
