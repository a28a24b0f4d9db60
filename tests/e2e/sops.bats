# Delivery by SOPS: what is on the branch is for the age identities that the configuration lists, and for no other.
load lib

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() {
    stage_test
    for name in one two; do
        age-keygen -o $name.agekey 2>/dev/null
    done
    ONE=$(age-keygen -y one.agekey)
    TWO=$(age-keygen -y two.agekey)
    by_sops "$ONE" "$TWO"
}

FIRST=clusters/cluster-1/trust/istio-system.cacerts.yaml
SECOND=clusters/cluster-2/trust/istio-system.cacerts.yaml

# by_sops RECIPIENTS-OF-1 RECIPIENTS-OF-2
by_sops() {
    sed -i -e "s/^delivery: .*/delivery: {mode: sops}/" -e "s/^- {name: cluster-1.*/- {name: cluster-1, ageRecipients: [$1]}/" \
        -e "s/^- {name: cluster-2.*/- {name: cluster-2, ageRecipients: [$2]}/" weft.yaml
}

by_sealed_secrets() {
    sed -i -e "s/^delivery: .*/delivery: {mode: sealed-secret}/" -e "s/^- {name: \(cluster-.\).*/- {name: \1, sealingCertificate: certs\/\1.pem}/" weft.yaml
}

# The number of bytes of the data key in a file of the branch that an identity opens: data_key FILE IDENTITY
data_key() {
    rendered_file "$1" | sed -n '/BEGIN AGE/,/END AGE/s/^ *//p' >enc.age
    age -d -i "$2" enc.age 2>/dev/null | wc -c
}

@test "age opens the data key with the cluster's identity only" {
    pass
    expect 0
    same "$(data_key $FIRST one.agekey)" 32
    same "$(data_key $FIRST two.agekey)" 0
    same "$(data_key $SECOND two.agekey)" 32
    rendered_file $FIRST | grep -q '^  ca-key.pem: "ENC\[AES256_GCM,data:'
    rendered_file $FIRST | grep -q '^kind: Secret$'
}

@test "the same recipients: the same bytes; other recipients: another data key" {
    pass
    expect 0
    rendered_file $FIRST >before
    rendered_file $SECOND >other
    pass
    expect 0
    same "$(commits)" 1
    by_sops "$TWO" "$TWO"
    pass
    expect 0
    same "$(data_key $FIRST one.agekey)" 0
    same "$(data_key $FIRST two.agekey)" 32
    rendered_file $SECOND | cmp - other
}

@test "a mistake in a recipient names its place, and never repeats a private key" {
    by_sops "$(grep AGE-SECRET one.agekey)" "$TWO"
    pass
    expect 2 "weft.yaml:" ageRecipients "age-keygen -y"
    [[ $output != *"$(grep AGE-SECRET one.agekey | cut -c 16-40)"* ]]
    by_sops "${ONE%?}" "$TWO"
    pass
    expect 2 "weft.yaml:" ageRecipients checksum
    by_sops age1pq1qqqqqqqq "$TWO"
    pass
    expect 2 "weft.yaml:" ML-KEM
}

@test "a cluster without recipients gets no certificates, and the others get theirs" {
    by_sops "$ONE" ""
    pass
    expect 3 cluster-2 ageRecipients
    rendered_files | grep -qx $FIRST
    run grep -x $SECOND <(rendered_files)
    same "$output" ""
}

@test "a SealedSecret that may be in the cluster still holds sops back until its removal is confirmed" {
    by_sealed_secrets
    pass
    expect 0
    rendered_file $FIRST >sealed
    by_sops "$ONE" "$TWO"
    pass
    expect 3 "kubectl delete sealedsecret" weft.dev/sealed-secret-removed
    rendered_file $FIRST | cmp - sealed
    local rows
    rows=$(issued)
    sed -i 's/^metadata:$/metadata:\n  annotations: {weft.dev\/sealed-secret-removed: cluster-1}/' specs/specs/virtualmesh.yaml
    push_specs "one is deleted"
    pass
    expect 3 cluster-2
    same "$(data_key $FIRST one.agekey)" 32
    rendered_file $SECOND | grep -q '^kind: SealedSecret$'
    same "$(issued)" "$rows"
    by_sealed_secrets
    pass
    expect 0
    rendered_file $FIRST | grep -q '^kind: SealedSecret$'
    same "$(issued)" "$rows"
}
