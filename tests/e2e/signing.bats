# Signatures: git verifies the commits that weft signs, and weft renders nothing from specs that no signer on the list signed.
LEAKS=yes
load lib

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() { stage_test; }

# signing_key ARGUMENTS...: a new key of ssh-keygen; what git verifies with.
signing_key() {
    rm -f key key.pub
    ssh-keygen -q -N '' -C weft -f key "$@"
    echo "weft@example.com $(cut -d ' ' -f 1,2 key.pub)" >signers
}

signs_by() {
    sed -i "s/^output: {/output: {signing: {sshKey: $1}, /" weft.yaml
}

verified() {
    git -c gpg.ssh.allowedSignersFile="$PWD/signers" --git-dir "$OUTPUT_GIT" verify-commit rendered 2>&1
}

verifies_specs() {
    sed -i 's/^specs: {/specs: {verify: {allowedSigners: signers}, /' weft.yaml
}

# push_signed MESSAGE KEY
push_signed() {
    git -C specs add -A
    git -C specs -c gpg.format=ssh -c user.signingKey="$PWD/$2" commit -qS --allow-empty -m "$1"
    git -C specs push -q origin HEAD:main
}

@test "git verifies our commits, by each type of key" {
    signing_key -t ed25519
    signs_by key
    pass
    expect 0
    [[ $(verified) == *'Good "git" signature for weft@example.com'* ]]
    output_git fsck --strict
    same "$(output_git log -1 --format=%an rendered)" weft
    output_git log -1 --format='%(trailers:key=Weft-Source-Commit,valueonly)' rendered | grep -qE '^[0-9a-f]{40}$'
    local arguments seconds=60
    for arguments in "-t ecdsa -b 256" "-t ecdsa -b 384" "-t ecdsa -b 521" "-t rsa -b 2048" "-t rsa -b 2048 -m PEM" "-t ecdsa -m PKCS8"; do
        # shellcheck disable=SC2086 # several words
        signing_key $arguments
        seconds=$((seconds + 1))
        sed -i "s/^      time: .*/      time: ${seconds}s/" specs/specs/virtualmesh.yaml
        push_specs "$arguments"
        pass
        expect 0
        same "$(commits)" $((seconds - 59))
        [[ $(verified) == *'Good "git" signature for weft@example.com'* ]] || { echo "$arguments: $(verified)"; false; }
    done
}

@test "a pass that changes nothing signs nothing" {
    signing_key -t ed25519
    signs_by key
    pass
    expect 0
    pass
    expect 0
    same "$(commits)" 1
}

@test "a key that cannot sign stops the pass before it makes anything" {
    signs_by key
    pass
    expect 1 output.signing.sshKey
    same "$(tip)" none
    ssh-keygen -q -t ed25519 -N secret -C weft -f key
    pass
    expect 1 passphrase ssh-keygen
    rm key key.pub
    signing_key -t ed25519
    chmod 0644 key
    pass
    [ "$status" -ne 0 ]
    [[ $output == *"chmod 0400 key"* ]]
    same "$(tip)" none
    head -c 200 key >cut
    chmod 0400 cut
    sed -i 's/sshKey: key/sshKey: cut/' weft.yaml
    pass
    expect 1 "signing key"
    [[ $output != *b3BlbnNz* ]]
    same "$(tip)" none
}

@test "specs are rendered when an allowed signer signed their commit" {
    signing_key -t ed25519
    verifies_specs
    push_signed "signed" key
    pass
    expect 0
    same "$(output_git log -1 --format='%(trailers:key=Weft-Source-Signer,valueonly)' rendered | head -1)" weft@example.com
    weft plan -c weft.yaml
    expect 0
}

@test "nothing is rendered from a commit that is not signed, or by another key, or too late" {
    signing_key -t ed25519
    cp key right
    cp signers all
    verifies_specs
    push_signed "signed" key
    pass
    expect 0
    local before
    before=$(tip)

    sed -i "s/^      time: .*/      time: 61s/" specs/specs/virtualmesh.yaml
    push_specs "not signed"
    pass
    expect 1 "is not signed"
    same "$(tip)" "$before"
    weft plan -c weft.yaml
    [ "$status" -ne 0 ]

    signing_key -t ed25519
    cp all signers
    push_signed "by a stranger" key
    pass
    expect 1 "$(ssh-keygen -l -f key.pub | cut -d ' ' -f 2)" "is not in signers"
    same "$(tip)" "$before"

    push_signed "in time" right
    pass
    expect 0
    sed -i 's/ ssh-/ valid-before="20200101" ssh-/' signers
    push_signed "too late" right
    pass
    expect 1 "signers:1" "valid until"
    : >signers
    pass
    [ "$status" -ne 0 ]
    [[ $output == *"lists no signer"* ]]
}

@test "commands that read the repository of the specs refuse what a pass refuses" {
    local command
    signing_key -t ed25519
    verifies_specs
    push_specs "not signed"
    for command in validate plan "plan --base main --head main" "plan --ref main" \
        "explain cluster-1/bookinfo/bookinfo-productpage bookinfo/reviews"; do
        # shellcheck disable=SC2086 # several words
        weft $command -c weft.yaml
        expect 1 "specs.verify" "is not signed"
    done
    # A folder is what its reader has checked out.
    weft validate --specs specs/specs
    expect 0
    push_signed "signed" key
    for command in validate "plan --base main --head main"; do
        # shellcheck disable=SC2086 # several words
        weft $command -c weft.yaml
        expect 0
    done
}

@test "a plan compares with what is deployed, although its signer was taken off the list" {
    signing_key -t ed25519
    verifies_specs
    push_signed "signed" key
    pass
    signing_key -t ed25519
    push_signed "by another person" key
    weft_apart plan -c weft.yaml -o json
    expect 0
    [[ $(jq 'has("effects")' <<<"$output") == true ]]
}
