# The deletion fuse counts what matters: a Service's last policy, a namespace's exports.
load lib

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() {
    stage_test
    # Trust domains of their own, so that no other warning is in the way; one policy by a matcher beside those of the example.
    cat >specs/specs/matcher.yaml <<'END'
apiVersion: networking.mesh.gloo.solo.io/v1
kind: AccessPolicy
metadata: {name: by-namespace, namespace: gloo-mesh}
spec:
  destinationSelector:
  - kubeServiceMatcher: {namespaces: [bookinfo], clusters: [cluster-1], labels: {app: productpage}}
END
    push_specs "a policy by a matcher"
    pass
    [[ $status == 0 ]]
}

policies() { rendered_file clusters/cluster-1/policies/bookinfo.yaml | grep -c '^kind: AuthorizationPolicy'; }
misspell() {
    sed -i 's/namespaces: \[bookinfo\]/namespaces: [bokinfo]/' specs/specs/matcher.yaml
    push_specs "${1:-spelt wrong}"
}

@test "a policy that is still there and selects nothing: the pass is held, and says what would follow" {
    local before
    before=$(tip)
    misspell
    pass --report report.json
    expect 1 "AuthorizationPolicy of Service bookinfo/productpage" "refuses every request" "AccessPolicy gloo-mesh/by-namespace does not select it" \
        "Weft-Allow-Deletions: yes" "(W40)"
    same "$(tip)" "$before"
    weft_apart plan -c weft.yaml -o json
    expect 1
    same "$(json - 'd["losses"][0]["cluster"], d["losses"][0]["meant"], len(d["changes"]) > 0, "held" if "refusal" in d else ""' <<<"$output")" \
        "('cluster-1', False, True, 'held')"
    weft_apart plan -c weft.yaml
    expect 1 "The next pass would be refused: " "CLUSTER     LOSES " "cluster-1   policies "
    weft run -c weft.yaml --dry-run
    expect 1 "Service bookinfo/productpage"
    weft_apart status -c weft.yaml -o json
    expect 1 '"actionNeeded": true'
}

@test "with globalAccessPolicy DISABLED the word is open" {
    sed -i 's/globalAccessPolicy: ENABLED/globalAccessPolicy: DISABLED/' specs/specs/virtualmesh.yaml
    push_specs "no global policy"
    pass
    expect 0
    misspell
    pass
    expect 1 "is open to every workload from then on"
}

@test "it is meant by a trailer, by --allow-deletions, or when the AccessPolicy itself is deleted" {
    same "$(policies)" 3
    rm specs/specs/matcher.yaml
    push_specs "without the policy"
    pass
    expect 0
    same "$(policies)" 2
    git -C specs revert --no-edit HEAD >/dev/null
    git -C specs push -q origin HEAD:main
    pass
    same "$(policies)" 3
    misspell $'on purpose\n\nWeft-Allow-Deletions: yes'
    pass
    expect 0
    same "$(policies)" 2
    sed -i 's/bokinfo/bookinfo/' specs/specs/matcher.yaml
    push_specs "mended"
    pass
    same "$(policies)" 3
    misspell
    pass --allow-deletions
    expect 0
    same "$(policies)" 2
}

@test "a Service that leaves the specs takes its policy along" {
    python3 - <<'END'
import re
path = "specs/specs/cluster-1/services.yaml"
docs = open(path).read().split("\n---\n")
kept = [d for d in docs if "name: productpage-bookinfo-cluster-1" not in d]
assert len(kept) == len(docs) - 1
open(path, "w").write("\n---\n".join(kept))
END
    push_specs "no product page"
    pass
    expect 0
    same "$(policies)" 2
}

@test "a federation that selects nothing of a namespace any more is held; one that is taken out is not" {
    python3 - <<'END'
import re
path = "specs/specs/virtualmesh.yaml"
text = open(path).read()
new = re.sub(r"  federation:\n(    .*\n)+", """  federation:
    ingressGatewaySelectors:
    - destinationSelectors:
      - kubeServiceMatcher: {labels: {istio: eastwestgateway}}
      portName: tls
    selectors:
    - destinationSelectors:
      - kubeServiceMatcher: {namespaces: [bookinfo]}
""", text)
assert new != text
open(path, "w").write(new)
END
    push_specs "federation by namespace"
    pass
    expect 0
    rendered_files | grep -q '^clusters/cluster-1/exports/bookinfo.yaml'
    sed -i 's/namespaces: \[bookinfo\]/namespaces: [bokinfo]/' specs/specs/virtualmesh.yaml
    push_specs "spelt wrong"
    pass
    expect 1 "namespace bookinfo in cluster cluster-1"
    rendered_files | grep -q '^clusters/cluster-1/exports/bookinfo.yaml'
    weft_apart plan -c weft.yaml -o json
    same "$(json - 'sorted((l["cluster"], l["meant"]) for l in d["losses"])' <<<"$output")" "[('cluster-1', False), ('cluster-2', False)]"
    sed -i '/^  federation:/,/bokinfo/d' specs/specs/virtualmesh.yaml
    push_specs "no federation"
    weft_apart plan -c weft.yaml -o json
    same "$(json - '[l["meant"] for l in d["losses"]]' <<<"$output")" "[True, True]"
}
