# The mode of delivery of one cluster: each is changed into each other, and back, under the same certificates, while the other cluster
# keeps its own.
load lib

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() {
    stage_test
    cluster_lists cluster-1
    serve api-lists.py dump kubeconfigs cluster-1
    age-keygen -o one.agekey 2>/dev/null
    write_config
    sed -i "s/^- {name: cluster-1.*/- {name: cluster-1, delivery: {mode: MODE}, sealingCertificate: certs\/cluster-1.pem, kubeconfig: kubeconfigs\/cluster-1.yaml, ageRecipients: [$(age-keygen -y one.agekey)]}/" weft.yaml
    cp weft.yaml weft.template
}

MANIFEST=clusters/cluster-1/trust/istio-system.cacerts.yaml
RECEIPT=receipts/cluster-1/istio-system.cacerts.yaml
OTHER=clusters/cluster-2/trust/istio-system.cacerts.yaml

# by MODE [KEYS]: how cluster-1 is delivered to, with other keys of its entry.
by() { sed -e "s/MODE/$1/" -e "s/^\(- {name: cluster-1.*\)}$/\1${2:+, $2}}/" weft.template >weft.yaml; }

# confirm YES-OR-NO: the operator deleted the SealedSecret of cluster-1.
confirm() {
    cp "$ROOT/examples/specs/virtualmesh.yaml" specs/specs/virtualmesh.yaml
    if [[ $1 == yes ]]; then
        sed -i 's/^metadata:$/metadata:\n  annotations: {weft.dev\/sealed-secret-removed: cluster-1}/' specs/specs/virtualmesh.yaml
    fi
    push_specs "deleted: $1"
}

form() {
    if rendered_files | grep -qx $RECEIPT; then echo direct; fi
    if rendered_files | grep -qx $MANIFEST; then rendered_file $MANIFEST | sed -n 's/^kind: SealedSecret$/sealed-secret/p; s/^kind: Secret$/sops/p'; fi
}

# What a controller of the cluster, or a GitOps tool, makes of it: a Secret whose keys it owns.
applied_by() {
    python3 - "$1" <<'END'
import json, sys
keys = ("ca-cert.pem", "ca-key.pem", "cert-chain.pem", "root-cert.pem")
entry = {"manager": sys.argv[1], "operation": "Apply", "fieldsV1": {"f:data": {"f:" + key: {} for key in keys}}}
secret = {"apiVersion": "v1", "kind": "Secret", "type": "Opaque", "data": {key: "" for key in keys},
          "metadata": {"name": "cacerts", "namespace": "istio-system", "resourceVersion": "1", "managedFields": [entry]}}
json.dump({"kind": "List", "apiVersion": "v1", "metadata": {}, "items": [secret]}, open("dump/cluster-1/secrets.json", "w"))
END
}

# Neither Argo CD nor Flux deletes what carries these annotations when it leaves the branch.
stays_in_cluster() {
    grep -Eq '"?argocd.argoproj.io/sync-options"?: "?Prune=false"?' "$1"
    grep -Eq '"?kustomize.toolkit.fluxcd.io/prune"?: "?disabled"?' "$1"
}

secret_field() { jq -r ".items[0]$1" dump/cluster-1/secrets.json; }
known() { state_rows "SELECT cert_pem FROM intermediates WHERE cluster='cluster-1' AND state='active'" | openssl x509 -noout "-$1"; }

# delivered MODE: cluster-1 has its cacerts in that way and in no other, and cluster-2 as before.
delivered() {
    same "$(form)" "$1"
    rendered_file $OTHER | cmp - other.before
    [[ $1 == direct ]] || return 0
    same "$(secret_field '.data["ca-cert.pem"]' | base64 -d | openssl x509 -noout -fingerprint)" "$(known fingerprint)"
    same "$(secret_field '.data["ca-key.pem"]' | base64 -d | openssl pkey -pubout)" "$(known pubkey)"
    same "$(secret_field '.metadata.managedFields[].manager')" weft
}

# begin MODE: what is in the cluster afterwards is in former, as it was applied there.
begin() {
    rm -f dump/cluster-1/secrets.json
    confirm no
    by "$1"
    pass
    expect 0
    rendered_file $OTHER >other.before
    delivered "$1"
    if [[ $1 == direct ]]; then
        jq '.items[0].metadata.annotations' dump/cluster-1/secrets.json >former
    else
        rendered_file $MANIFEST >former
    fi
    case $1 in
    sealed-secret) applied_by controller ;;
    sops) applied_by kustomize-controller ;;
    esac
}

# planned TO: the plan, which the next pass carries out, names the file that appears or changes, and the one that goes.
planned() {
    weft_apart plan -c weft.yaml -o json --out plan.json
    expect 4
    local file=$MANIFEST
    if [[ $1 == direct ]]; then file=$RECEIPT; fi
    jq -e --arg file "$file" 'any(.changes[]; .path == $file and .change != "removed")' <<<"$output"
    jq -e --arg now "$([[ $(form) == direct ]] && echo $RECEIPT || echo $MANIFEST)" --arg file "$file" \
        '$now == $file or any(.changes[]; .path == $now and .change == "removed")' <<<"$output"
}

# change TO [KEYS]: no certificate is made for it, and nothing that leaves the branch is pruned in the cluster.
change() {
    local rows
    stays_in_cluster former
    rows=$(issued)
    by "$1" "${2:-}"
    planned "$1"
    pass --plan plan.json
    expect 0
    delivered "$1"
    same "$(issued)" "$rows"
    by "$1"
    pass
    expect 0
    delivered "$1"
    same "$(issued)" "$rows"
}

# deleted TO [KEYS]: the same from a SealedSecret, which holds the change back until an operator says that it is gone.
deleted() {
    begin sealed-secret
    by "$1" "${2:-}"
    pass
    expect 3 cluster-1 weft.dev/sealed-secret-removed
    delivered sealed-secret
    confirm yes
    change "$@"
}

@test "sealed-secret to sops" { deleted sops; }
@test "sealed-secret to direct" { deleted direct "takeOver: true"; }

@test "sops to sealed-secret" {
    begin sops
    change sealed-secret
}

@test "sops to direct" {
    begin sops
    change direct "takeOver: true"
}

@test "direct to sealed-secret" {
    begin direct
    change sealed-secret
}

@test "direct to sops" {
    begin direct
    change sops
}

@test "what another writer owns is left alone until it may be taken over, and the former file stays" {
    begin sops
    by direct
    pass
    expect 3 cluster-1 kustomize-controller takeOver
    same "$(form)" sops
    rendered_file $MANIFEST | cmp - former
}

@test "a cluster that cannot be written to keeps what it has, and the other is served" {
    begin sops
    touch dump/cluster-1/down
    by direct "takeOver: true"
    pass
    expect 3 cluster-1
    same "$(form)" sops
    rendered_file $OTHER | cmp - other.before
    rm dump/cluster-1/down
    change direct "takeOver: true"
}

@test "the threat table and the list of clusters name the mode of each cluster" {
    begin direct
    weft_apart custody -c weft.yaml -o json
    expect 0
    jq -e '[.keys[] | select(.key == "intermediate") | .readers | contains("sealed-secrets")] == [false, true]' <<<"$output"
    weft_apart cluster list -c weft.yaml -o json
    expect 0
    jq -e '[.clusters[].delivery] == ["direct", "sealed-secret"]' <<<"$output"
}

@test "a confirmation that came too early, or that is left over, is a warning" {
    begin sealed-secret
    confirm yes
    pass
    expect 0 "(S7)" cluster-1
    [[ $output != *"cluster-2 was deleted"* ]]
    by sops
    pass
    expect 0
    [[ $output != *"(S7)"* ]]
    by sealed-secret
    pass
    expect 0 "(S7)" cluster-1
    confirm no
    pass
    expect 0
    [[ $output != *"(S7)"* ]]
}

step() { state_rows "SELECT state || ' ' || step FROM rotations"; }
pass_at() { pass --now "$(at "$1")"; }

@test "a mode changes in the middle of a rotation: neither a step nor a certificate is lost, and none is made again" {
    local hour mode
    sed -i 's/, kubeconfig: [^,]*//' weft.template
    echo "evidence: {trustClock: true}" >>weft.template
    by sealed-secret
    pass_at 0
    expect 0
    sed -i 's/ttlDays: 1825/ttlDays: 1824/' specs/specs/virtualmesh.yaml
    push_specs "another root"
    pass_at 1
    same "$(step)" "ADDING_NEW_ROOT 1"
    for hour in 2 29 31 58 60 87 89; do
        case $(form) in
        sops) mode=sealed-secret ;;
        *) mode=sops ;;
        esac
        sed -i '/annotations: {weft.dev/d' specs/specs/virtualmesh.yaml
        if [[ $mode == sops ]]; then
            sed -i 's/^metadata:$/metadata:\n  annotations: {weft.dev\/sealed-secret-removed: cluster-1}/' specs/specs/virtualmesh.yaml
        fi
        push_specs "by $mode"
        by $mode
        pass_at $hour
        expect 0
        same "$(form)" $mode
        echo "$hour: $(step)" >>steps
        "$WEFT" rotation approve gloo-mesh/bookinfo -c weft.yaml -q || true # the step works
    done
    cat steps
    same "$(tail -n 1 steps)" "89: FINISHED 3"
    same "$(state_rows 'SELECT count(*) FROM roots')" 2
    same "$(state_rows 'SELECT count(*) FROM intermediates')" 4
}

@test "a cluster that could not be written to in a rotation begins its wait when it gets its cacerts in another way" {
    jq '(.items[] | select(.metadata.name | startswith("istiod")) | .spec.template.spec.containers[0].env) += [{name: "ISTIO_MULTIROOT_MESH", value: "true"}]' \
        "$ROOT/tests/discovery/common/deployments.json" >dump/cluster-1/deployments.json
    echo "evidence: {trustClock: true}" >>weft.template
    by direct
    pass_at 0
    expect 0
    sed -i 's/ttlDays: 1825/ttlDays: 1824/' specs/specs/virtualmesh.yaml
    push_specs "another root"
    touch dump/cluster-1/down
    for hour in 1 30 60; do
        pass_at $hour
        expect 3 cluster-1
        "$WEFT" rotation approve gloo-mesh/bookinfo -c weft.yaml -q || true
        [[ $(step) == *" 1" ]]
    done
    sed -i 's/, kubeconfig: [^,]*//' weft.template
    by sealed-secret
    for hour in 61 62 80; do
        pass_at $hour
        expect 0
        same "$(form)" sealed-secret
        "$WEFT" rotation approve gloo-mesh/bookinfo -c weft.yaml -q || true
        [[ $(step) == *" 1" ]]
    done
    pass_at 90
    "$WEFT" rotation approve gloo-mesh/bookinfo -c weft.yaml -q
    pass_at 91
    expect 0
    [[ $(step) == *" 2" ]]
}
