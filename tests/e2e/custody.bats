# Custody of keys: roots in escrow and back, another state key, the threat table.
LEAKS=yes
load lib

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() {
    stage_test
    age-keygen -o escrow.agekey 2>/dev/null
    chmod 600 escrow.agekey
    RECIPIENT=$(age-keygen -y escrow.agekey)
}

# Adds the recipient to the configuration.
with_escrow() { sed -i "s|^pki: .*|pki: {keyType: ec-p256, escrow: {ageRecipients: [$RECIPIENT]}}|" weft.yaml; }
root_id() { state_rows "SELECT id FROM roots ORDER BY generation DESC LIMIT 1"; }

@test "a pass keeps each root in escrow before it publishes, and age opens the file" {
    with_escrow
    pass
    expect 0
    local root file
    root=$(root_id) file=state/state.db.escrow/$root.age
    same "$(stat -c %a state/state.db.escrow "$file" | xargs)" "700 600"
    same "$(cat state/state.db.escrow/recipients.txt)" "$RECIPIENT"
    age --decrypt --identity escrow.agekey "$file" >plain.pem
    same "$(openssl x509 -in plain.pem -noout -fingerprint -sha256 | tr -d : | cut -d= -f2 | tr A-Z a-z)" "$root"
    same "$(openssl pkey -in plain.pem -pubout)" "$(openssl x509 -in plain.pem -pubkey -noout)"
    [[ $(cat plain.pem) == *"virtual mesh: gloo-mesh/bookinfo"* ]]
    # Not on the output branch, and the same file in the next pass.
    rendered_files >files
    ! grep -q escrow files
    local before
    before=$(sha256sum "$file")
    pass
    same "$(sha256sum "$file")" "$before"
    rm "$file" # one that is missing is written again, although nothing else changed
    pass
    expect 0
    [[ -s $file ]]
}

@test "a root that cannot be kept in escrow is not published" {
    with_escrow
    mkdir -m 700 state
    touch state/state.db.escrow
    pass
    expect 1 "escrow"
    same "$(tip)" none
    rm state/state.db.escrow
    pass
    expect 0
    same "$(state_rows 'SELECT count(*) FROM roots')" 1 # the root that was made is used
}

@test "other recipients: every file is encrypted again" {
    with_escrow
    pass
    age-keygen -o next.agekey 2>/dev/null
    sed -i "s|$RECIPIENT|$(age-keygen -y next.agekey)|" weft.yaml
    pass
    expect 0
    age --decrypt --identity next.agekey state/state.db.escrow/*.age >/dev/null
    ! age --decrypt --identity escrow.agekey state/state.db.escrow/*.age >/dev/null 2>&1
}

@test "the state and its key are lost: the root comes back out of escrow, and the same trust continues" {
    with_escrow
    pass
    local root tree
    root=$(root_id) tree=$(rendered_file clusters/cluster-1/mesh/istio-system.yaml 2>/dev/null | sha256sum)
    mv state lost
    weft keygen --quiet other.key
    mv other.key state.key
    pass
    expect 3 "${root:0:16}" # without it: no second root
    weft trust restore "lost/state.db.escrow/$root.age" --identity escrow.agekey -c weft.yaml
    expect 0 "${root:0:16}"
    pass
    expect 0 T4
    same "$(state_rows 'SELECT id FROM roots')" "$root"
    same "$(state_rows "SELECT DISTINCT root FROM intermediates")" "$root"
    same "$(state_rows "SELECT deployed_root || ' ' || step FROM rotations")" "$root 0"
    same "$(rendered_file clusters/cluster-1/mesh/istio-system.yaml 2>/dev/null | sha256sum)" "$tree"
    [[ -s state/state.db.escrow/$root.age ]]
    pass
    expect 0
    weft state check -c weft.yaml
    expect 0
    weft trust restore "lost/state.db.escrow/$root.age" --identity escrow.agekey -c weft.yaml
    expect 0 already
}

@test "what age itself encrypted is read, too; what is not the deployed root is refused" {
    with_escrow
    pass
    local root
    root=$(root_id)
    age --decrypt --identity escrow.agekey "state/state.db.escrow/$root.age" >plain.pem
    age --encrypt --recipient "$RECIPIENT" -o binary.age plain.pem
    mv state lost
    weft trust restore binary.age --identity escrow.agekey -c weft.yaml
    expect 0 "${root:0:16}"
    rm -r state
    # Another root of the same name: its key fits its certificate, but no record names it.
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/O=weft/CN=other" -days 365 -keyout other.key \
        -out other.pem 2>/dev/null
    { sed -n '1,/^created/p' plain.pem && cat other.pem other.key; } | age --encrypt --recipient "$RECIPIENT" -o other.age
    weft trust restore other.age --identity escrow.agekey -c weft.yaml
    expect 1 "names root"
    # The deployed certificate with another key.
    { sed '/PRIVATE KEY/,$d' plain.pem && cat other.key; } | age --encrypt --recipient "$RECIPIENT" -o mixed.age
    weft trust restore mixed.age --identity escrow.agekey -c weft.yaml
    expect 1 "not that of its certificate"
    age-keygen -o foreign.agekey 2>/dev/null
    chmod 600 foreign.agekey
    weft trust restore binary.age --identity foreign.agekey -c weft.yaml
    expect 1 "other age identities"
    chmod 644 escrow.agekey
    weft trust restore binary.age --identity escrow.agekey -c weft.yaml
    expect 1 chmod
    [[ $output != *AGE-SECRET-KEY-1* ]]
    weft trust restore binary.age -c weft.yaml
    expect 2 --identity
    [[ ! -e state/state.db ]] || same "$(state_rows 'SELECT count(*) FROM roots')" 0
}

@test "escrow on request: of all roots, for other recipients, into another folder" {
    pass
    weft trust escrow -c weft.yaml
    expect 1 "pki.escrow.ageRecipients" --recipient
    weft trust escrow -c weft.yaml --recipient "$RECIPIENT" --output kept
    expect 0 "gloo-mesh/bookinfo" kept/
    age --decrypt --identity escrow.agekey kept/*.age >/dev/null
    weft trust escrow gloo-mesh/other -c weft.yaml --recipient "$RECIPIENT" --output kept
    expect 1 "gloo-mesh/other"
    weft trust escrow -c weft.yaml --recipient "$(grep AGE- escrow.agekey)" --output kept
    expect 1 "private key"
    [[ $output != *AGE-SECRET-KEY-1* ]]
}

@test "another state key: everything opens with it alone, and no certificate changes" {
    pass
    local before
    before=$(state_rows "SELECT id, cert_pem FROM roots UNION ALL SELECT id, cert_pem FROM intermediates" | sha256sum)
    "$WEFT" keygen --quiet next.key
    weft rotation hold gloo-mesh/bookinfo --reason "kept" -c weft.yaml
    weft state rekey --new-key next.key -c weft.yaml
    expect 0 next.key state.key
    pass
    expect 1 "another state key"
    weft state rekey --new-key next.key -c weft.yaml # once more, before the file is exchanged
    expect 0 already
    mv next.key state.key
    weft state check -c weft.yaml
    expect 0
    pass
    expect 0
    same "$(state_rows "SELECT id, cert_pem FROM roots UNION ALL SELECT id, cert_pem FROM intermediates" | sha256sum)" "$before"
    pass
    same "$(commits)" "$(output_git rev-list --count rendered)"
    weft state rekey --new-key state.key -c weft.yaml
    expect 1 "same state key"
    weft state rekey -c weft.yaml
    expect 2 --new-key
    weft state rekey --new-key absent.key -c weft.yaml
    expect 1 absent.key
}

@test "the threat table names every key, and no secret" {
    with_escrow
    weft custody -c weft.yaml # before the first pass
    expect 0 state.key cluster-1
    pass
    weft custody -c weft.yaml -o json
    expect 0
    jq -e '.kind == "Custody" and ([.keys[].key] | unique) == ["escrow", "intermediate", "recipient", "root", "state-key"]' <<<"$output"
    jq -e --arg root "$(root_id)" '.keys[] | select(.key == "root") | (.where | contains($root[:16])) and .until' <<<"$output"
    jq -e '[.keys[] | select(.key == "intermediate")] | length == 2' <<<"$output"
    jq -e 'all(.keys[]; .where != "" and .readers != "" and .leak != "")' <<<"$output"
    [[ $output != *"PRIVATE KEY"* && $output != *"$(head -c 20 state.key)"* ]]
    chmod 640 state.key
    weft custody -c weft.yaml
    expect 3 "other users"
}

@test "another key type is a rotation like any other" {
    sed -i 's/keyType: ec-p256/keyType: rsa/' weft.yaml
    sed -i 's/^\( *\)generated:.*/&\n\1  rsaKeySizeBytes: 2048/' specs/specs/virtualmesh.yaml
    push_specs "a small key"
    pass
    local root
    root=$(root_id)
    sed -i 's/keyType: rsa/keyType: ec-p256/' weft.yaml
    weft plan -c weft.yaml
    expect 4 root
    weft rotation plan gloo-mesh/bookinfo -c weft.yaml
    expect 0
    pass
    expect 0
    same "$(state_rows 'SELECT count(*) FROM roots')" 2
    same "$(state_rows "SELECT deployed_root || ' ' || old_root || ' ' || step FROM rotations")" "$root $root 1"
    weft trust inspect -c weft.yaml
    expect 0 "RSA 2048" "EC P-256"
    weft trust inspect -c weft.yaml --now 2099-01-01T00:00:00Z
    expect 1
    weft trust inspect -c weft.yaml --now 2099-01-01T00:00:00Z -o json
    expect 1
    sed -i 's/keyType: ec-p256/keyType: ml-dsa-65/' weft.yaml
    pass
    expect 2 "pki.keyType" "ec-p256"
}

@test "a kill while the state gets another key: one of the two keys opens it, and the command can be repeated" {
    local point before
    pass
    cp -a state saved
    "$WEFT" keygen --quiet next.key
    before=$(issued)
    for point in store.rekey.before store.rekey.commit.before store.rekey.commit.after; do
        rm -rf state && cp -a saved state
        WEFT_FAULT=$point weft state rekey --new-key next.key -c weft.yaml
        [[ $status != 0 || $point != store.rekey.before ]] || skip "this build has no fault hook"
        same "$status" 137
        weft state check -c weft.yaml # with the former key
        if [[ $point == store.rekey.commit.after ]]; then expect 1 "another state key"; else expect 0; fi
        weft state rekey --new-key next.key -c weft.yaml
        expect 0
        same "$(issued)" "$before"
        sed 's/keyFile: state.key/keyFile: next.key/' weft.yaml >next.yaml
        weft state check -c next.yaml
        expect 0
    done
}

@test "the state key may be a credential of systemd" {
    mkdir -m 500 credentials
    (chmod 700 credentials && mv state.key credentials/key && chmod 440 credentials/key && chmod 550 credentials) # as its ACL shows
    sed -i 's|keyFile: state.key|keyFile: $CREDENTIALS_DIRECTORY/key|' weft.yaml
    pass
    expect 1 LoadCredentialEncrypted=key
    same "$(tip)" none
    CREDENTIALS_DIRECTORY=$PWD/credentials pass
    expect 0
    weft status -c weft.yaml # which opens no key
    expect 0
    weft plan -c weft.yaml
    expect 0
    CREDENTIALS_DIRECTORY=$PWD/credentials weft state check -c weft.yaml
    expect 0
    chmod 444 credentials/key
    CREDENTIALS_DIRECTORY=$PWD/credentials pass
    expect 1 "other users"
    chmod -R u+w credentials
}
