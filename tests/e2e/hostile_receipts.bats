# Receipts on the output branch that weft did not write.  Rotations wait for what the state recorded when a Secret was read back, so none
# of them proves anything; each is an edit of a file of weft, or is passed by.
load lib
load hostile

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() {
    stage_test
    cluster_lists cluster-1
    serve api-lists.py dump kubeconfigs cluster-1
    write_config
    sed -i "s/^- {name: cluster-1.*/- {name: cluster-1, delivery: {mode: direct}, kubeconfig: kubeconfigs\/cluster-1.yaml}/" weft.yaml
    "$WEFT" run -c weft.yaml -q || true
    GOOD=$(tip) ISSUED=$(issued) SECRET=$(sha256sum dump/cluster-1/secrets.json)
    RECEIPT=receipts/cluster-1/istio-system.cacerts.yaml
    rendered_file $RECEIPT >receipt
}

# Nothing was issued, and the Secret in the cluster is what it was.
harmless() {
    same "$(issued)" "$ISSUED"
    same "$(sha256sum dump/cluster-1/secrets.json)" "$SECRET"
    output_git update-ref refs/heads/rendered "$GOOD"
    pass_on
    expect 0
    same "$(issued)" "$ISSUED"
    same "$(rendered_file $RECEIPT)" "$(cat receipt)"
}

# edited SED-COMMAND: a receipt that reads like one of weft's.
edited() {
    local planted
    plant $RECEIPT 100644 "$(sed "$1" receipt | blob)"
    planted=$(tip)
    pass_on
    expect 1 stage=publish $RECEIPT
    same "$(tip)" "$planted"
    harmless
}

@test "receipts that were forged, cut, or are of another cluster" {
    edited 's/^mark:.*/mark: 0123456789abcdef/'
    edited 's/^digest:.*/digest: 0/; s/serial:.*/serial: 1/'
    edited 's/cluster: cluster-1/cluster: cluster-2/'
    edited '4,$d'
}

@test "a link, a folder and a submodule in place of a receipt" {
    plant $RECEIPT 120000 "$(printf /etc/passwd | blob)"
    pass_on
    expect 1 stage=publish $RECEIPT
    harmless
    plant $RECEIPT/x 100644 "$(blob <receipt)"
    pass_on
    expect 1 stage=publish $RECEIPT
    harmless
    plant receipts 160000 "$GOOD"
    pass_on
    expect 1 stage=publish receipts
    harmless
}

@test "receipts of clusters without direct delivery, and of no cluster" {
    plant receipts/cluster-2/istio-system.cacerts.yaml 100644 "$(sed 's/cluster-1/cluster-2/' receipt | blob)"
    pass_on
    expect 1 stage=publish receipts/cluster-2/istio-system.cacerts.yaml
    harmless
    plant receipts/nowhere/README 100644 "$(echo hello | blob)"
    pass_on
    expect 0
    harmless
}
