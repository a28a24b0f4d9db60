# One list of findings: what a pass has to say is said by every command and in every output, with its object and its place.
load lib

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() {
    stage_test
    equal_trust_domains
}

# A policy that names a Service which no Destination has: it is refused (A2), in line 8 of its file.
refused_policy() {
    cat >specs/specs/refused.yaml <<'END'
apiVersion: networking.mesh.gloo.solo.io/v1
kind: AccessPolicy
metadata: {name: nowhere, namespace: gloo-mesh}
spec:
  destinationSelector:
  - kubeServiceRefs:
      services:
      - {name: ratingz, namespace: bookinfo, clusterName: cluster-1}
END
    push_specs "a policy for nothing"
}

A2="refused.yaml:8:9: AccessPolicy gloo-mesh/nowhere: spec.destinationSelector[0]: "
W12="AccessPolicy gloo-mesh/productpage-reads: warning: clusters cluster-1 and cluster-2 share the trust domain"

# ids FILE-OR--: of the errors of a JSON output.
ids() { json "$1" "sorted((f['severity'], f.get('id', '')) for f in d['findings'] if f.get('name') in ('nowhere', 'productpage-reads'))"; }
WANTED="[('error', 'A2'), ('warning', 'W12')]"

@test "a refused AccessPolicy and the warning of another: run, report, metrics, status, validate, plan and render all tell" {
    refused_policy
    pass --report report.json --metrics-file weft.prom
    expect 3 "$A2" "(A2)" "$W12" "(W12)"
    same "$(ids report.json)" "$WANTED"
    same "$(json report.json "[(f['file'], f['line'], f['column'], f['field']) for f in d['findings'] if f.get('id') == 'A2']")" \
        "[('specs/refused.yaml', 8, 9, 'spec.destinationSelector[0]')]"
    grep -qx 'weft_findings{severity="error"} 1' weft.prom
    same "$(json report.json "len([f for f in d['findings'] if f['severity'] == 'warning'])")" \
        "$(sed -n 's/^weft_findings{severity="warning"} //p' weft.prom)"
    weft_apart status -c weft.yaml
    expect 0 "! specs/$A2" "- specs/policies.yaml:3:1: $W12"
    weft_apart status -c weft.yaml -o json
    same "$(ids - <<<"$output")" "$WANTED"
    weft_apart plan -c weft.yaml
    expect 3 "! specs/$A2" "- specs/policies.yaml:3:1: $W12"
    weft_apart plan -c weft.yaml -o markdown
    expect 3 '- :x: specs/refused.yaml:8:9: AccessPolicy gloo-mesh/nowhere: spec.destinationSelector\[0\]: '
    weft_apart plan -c weft.yaml -o json
    same "$(ids - <<<"$output")" "$WANTED"
    same "$(json - '[p["name"] for p in d["accessPolicies"] if p["status"]["state"] == "INVALID"]' <<<"$output")" "['nowhere']"
    weft validate --specs specs/specs
    expect 3 "$A2" "$W12" ": 1 mistake"
    weft render --specs specs/specs --output rendered
    expect 3 "$A2" "$W12"
}

@test "a reference of a VirtualMesh that leads nowhere has its place" {
    sed -i 's/name: istiod-istio-system-cluster-2/name: istiod-istio-system-cluster-3/' specs/specs/virtualmesh.yaml
    weft validate --specs specs/specs
    expect 3 "virtualmesh.yaml:12:5: VirtualMesh gloo-mesh/bookinfo: spec.meshes[1]: " "(E2)"
}

@test "mistakes in gateways are listed together with a reference that leads nowhere, at the place of portName" {
    sed -i 's/name: istiod-istio-system-cluster-2/name: istiod-istio-system-cluster-3/' specs/specs/virtualmesh.yaml
    sed -i 's/portName: .*/portName: tlss/' specs/specs/virtualmesh.yaml
    weft validate --specs specs/specs
    expect 3 "(E2)" "(E7)" "virtualmesh.yaml:$(grep -n portName: specs/specs/virtualmesh.yaml | cut -d: -f1):"
}

@test "a mesh that is misspelt or in another namespace is suggested" {
    sed -i 's/- name: istiod-istio-system-cluster-2/- name: istiod-istio-system-clustr-2/' specs/specs/virtualmesh.yaml
    weft validate --specs specs/specs
    expect 3 "(E2)" "did you mean gloo-mesh/istiod-istio-system-cluster-2?"
    sed -i 's/    namespace: gloo-mesh/    namespace: glo-mesh/' specs/specs/virtualmesh.yaml
    weft validate --specs specs/specs
    expect 3 "(E2)" "did you mean gloo-mesh/istiod-istio-system-cluster-1?"
}

@test "the folder of --specs may be a symbolic link" {
    ln -s specs/specs link
    weft validate --specs link
    expect 0 "11 files: no mistakes"
}

@test "a mesh without a gateway is one mistake, whatever follows from it" {
    sed -i 's/istio: eastwestgateway/istio: nothing/' specs/specs/virtualmesh.yaml
    weft validate --specs specs/specs
    expect 3 "(M6)" "(D6)" ": 2 mistakes (and 2 errors that follow from them)"
}

@test "validate -o json has the findings with ids, places and remedies" {
    sed -i 's/name: istiod-istio-system-cluster-2/name: istiod-istio-system-cluster-3/' specs/specs/virtualmesh.yaml
    weft_apart validate --specs specs/specs -o json
    expect 3
    same "$(json - 'd["kind"], d["mistakes"], [(f["id"], f["line"], bool(f["remedy"])) for f in d["findings"] if f["severity"] == "error"]' <<<"$output")" \
        "('Validation', 1, [('E2', 12, True)])"
}

@test "what follows from a mistake is said, and not counted twice" {
    sed -i 's/globalAccessPolicy: ENABLED/globalAccessPolicy: MAYBE/' specs/specs/virtualmesh.yaml
    weft validate --specs specs/specs
    expect 3 "virtualmesh.yaml:41:23: spec.globalAccessPolicy: " "virtualmesh.yaml:3:1: VirtualMesh gloo-mesh/bookinfo: " "(E0)" \
        ": 1 mistake (and 1 error that follows from it)"
    same "$(grep -c MAYBE <<<"$output")" 1
}

@test "the first line of status, and --exit-code, say whether an operator has to act" {
    pass
    expect 0
    weft_apart status -c weft.yaml --exit-code
    expect 0
    [[ ${lines[0]} == "Action needed: "*" warnings with a remedy"* ]]
    weft_apart status -c weft.yaml -o json
    same "$(json - '[bool(f["remedy"]) for f in d["findings"] if f["id"] == "K6"]' <<<"$output")" "[True]"
    refused_policy
    pass
    weft_apart status -c weft.yaml
    expect 0
    [[ ${lines[0]} == "Action needed: 1 error, "*"; what is not refused is served"* ]]
    weft_apart status -c weft.yaml --exit-code -o json
    expect 3
    same "$(json - 'd["actionNeeded"]' <<<"$output")" True
    rm specs/specs/*.yaml specs/specs/*/*.yaml
    push_specs "nothing left"
    pass
    expect 1
    weft_apart status -c weft.yaml --exit-code
    expect 1
    [[ ${lines[0]} == "Action needed: the last pass "* ]]
}

@test "an idle pass repeats no finding in its log, keeps them in report and status, and says how many stand" {
    pass
    pass --report report.json
    expect 0 "nothing changed since the last pass (" "warnings: "
    [[ $output != *"(W12)"* ]]
    json report.json '[f["id"] for f in d["findings"] if "id" in f]' | grep -q W12
    weft status -c weft.yaml
    expect 0 "$W12"
}

@test "an entry that selects nothing: place, nearest name and effect, in validate and in run" {
    sed -i 's/globalAccessPolicy: ENABLED/globalAccessPolicy: DISABLED/' specs/specs/virtualmesh.yaml
    cat >specs/specs/typo.yaml <<'END'
apiVersion: networking.mesh.gloo.solo.io/v1
kind: AccessPolicy
metadata: {name: typo, namespace: gloo-mesh}
spec:
  sourceSelector:
  - kubeServiceAccountRefs:
      serviceAccounts:
      - {name: bookinfo-review, namespace: bookinfo, clusterName: cluster-1}
  destinationSelector:
  - kubeServiceMatcher:
      namespaces:
      - bokinfo
END
    push_specs "spelt wrong"
    weft validate --specs specs/specs
    expect 0 "typo.yaml:8:9: AccessPolicy gloo-mesh/typo: warning: " 'did you mean service account "bookinfo-reviews"? (W44)' \
        "typo.yaml:12:9: AccessPolicy gloo-mesh/typo: warning: " 'did you mean "bookinfo"? (W40)' "(W45)"
    pass --report report.json
    expect 0 "(W40)" "(W44)" "(W45)"
    same "$(json report.json "[f['remedy'] for f in d['findings'] if f.get('id') == 'W40']")" "['did you mean \"bookinfo\"?']"
}
