# weft validate: every mistake at once, each with its place and its field.
LEAKS=yes
load lib

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() { stage_test; }

spec_file() { cat >"specs/specs/$1"; }

@test "clean specs: exit 0, from a folder and from the repository" {
    weft validate --specs specs/specs
    expect 0
    weft validate -c weft.yaml
    expect 0
}

@test "every mistake of every file in one go, as file:line:column: field: text" {
    spec_file typo.yaml <<'END'
apiVersion: networking.mesh.gloo.solo.io/v1
kind: VirtualMesh
metadata:
  name: typo
  namespace: gloo-mesh
spec:
  mehses: []
  globalAccessPolicy: PERHAPS
  federation:
    flatNetwork: "very"
END
    spec_file policy.yaml <<'END'
apiVersion: networking.mesh.gloo.solo.io/v1
kind: AccessPolicy
metadata: {name: ports, namespace: gloo-mesh}
spec:
  allowedPorts: [80, -1]
END
    weft validate --specs specs/specs
    expect 3 \
        "specs/specs/typo.yaml:7:3: spec.mehses: " \
        "specs/specs/typo.yaml:8:23: spec.globalAccessPolicy: " \
        "specs/specs/typo.yaml:10:18: spec.federation.flatNetwork: " \
        "specs/specs/policy.yaml:5:22: spec.allowedPorts[1]: "
}

@test "from the repository the places are those of the repository" {
    spec_file typo.yaml <<'END'
apiVersion: networking.mesh.gloo.solo.io/v1
kind: VirtualMesh
metadata: {name: typo, namespace: gloo-mesh}
spec: {mehses: []}
END
    push_specs "a typo"
    weft validate -c weft.yaml
    expect 3 "specs/typo.yaml:4:8: spec.mehses: "
}

@test "two members of a oneof" {
    spec_file both.yaml <<'END'
apiVersion: networking.mesh.gloo.solo.io/v1
kind: VirtualMesh
metadata: {name: both, namespace: gloo-mesh}
spec:
  mtlsConfig:
    shared: {}
    limited: {}
END
    weft validate --specs specs/specs
    expect 3 "both.yaml:" shared limited
}

@test "a key that is there twice" {
    spec_file twice.yaml <<'END'
apiVersion: settings.mesh.gloo.solo.io/v1
kind: Settings
metadata: {name: settings, namespace: other}
spec:
  mtls: {istio: {tlsMode: SIMPLE}}
  mtls: {istio: {tlsMode: DISABLE}}
END
    weft validate --specs specs/specs
    expect 3 "twice.yaml:6:3" mtls
}

@test "an object that is there twice names both places" {
    cp specs/specs/settings.yaml specs/specs/zettings.yaml
    weft validate --specs specs/specs
    expect 3 "zettings.yaml:" "settings.yaml:"
}

@test "a kind that weft does not know, a document that is no object" {
    spec_file odd.yaml <<'END'
apiVersion: v1
kind: Deployment
metadata: {name: x, namespace: y}
---
- just
- a list
END
    weft validate --specs specs/specs
    [[ $output == *odd.yaml:* ]]
    [[ $status == 3 || $status == 0 ]]
}

@test "what only shows when objects are seen together: dangling references, a mesh claimed twice" {
    spec_file second.yaml <<'END'
apiVersion: networking.mesh.gloo.solo.io/v1
kind: VirtualMesh
metadata: {name: second, namespace: gloo-mesh}
spec:
  meshes:
  - {name: istiod-istio-system-cluster-1, namespace: gloo-mesh}
---
apiVersion: networking.mesh.gloo.solo.io/v1
kind: VirtualMesh
metadata: {name: third, namespace: gloo-mesh}
spec:
  meshes:
  - {name: istiod-istio-system-cluster-9, namespace: gloo-mesh}
END
    weft validate --specs specs/specs
    expect 3 gloo-mesh/second istiod-istio-system-cluster-1 gloo-mesh/third istiod-istio-system-cluster-9
}

@test "broken YAML is one mistake of its file; the others are still looked at" {
    spec_file broken.yaml <<'END'
apiVersion: networking.mesh.gloo.solo.io/v1
kind: [VirtualMesh
END
    spec_file typo.yaml <<'END'
apiVersion: networking.mesh.gloo.solo.io/v1
kind: VirtualMesh
metadata: {name: typo, namespace: gloo-mesh}
spec: {mehses: []}
END
    weft validate --specs specs/specs
    expect 3 broken.yaml: "typo.yaml:4:8: spec.mehses"
}

annotate() { sed -i "s|^  name: bookinfo|  name: bookinfo\n  annotations: {$1}|" specs/specs/virtualmesh.yaml; }

@test "a slip in an annotation of weft: its place in validate, run and status, and nothing else changes" {
    annotate 'weft.dev/rotation-cannary: cluster-1'
    push_specs "a canary with a slip"
    weft validate -c weft.yaml
    expect 0 'specs/virtualmesh.yaml:7:44: metadata.annotations["weft.dev/rotation-cannary"]: warning: ' "did you mean weft.dev/rotation-canary?"
    pass
    expect 0 'virtualmesh.yaml:7:44: metadata.annotations' "(V6)"
    weft status -c weft.yaml
    expect 0 ACCEPTED '- specs/virtualmesh.yaml:7:44: metadata.annotations["weft.dev/rotation-cannary"]: '
}

@test "a canary that is no cluster is a warning: what else the specs ask for is served" {
    pass
    annotate 'weft.dev/rotation-canary: cluster-3'
    sed -i 's/nodePort: 32001/nodePort: 32017/' specs/specs/cluster-1/gateway.yaml
    push_specs "a canary that is not there, and another port"
    weft validate -c weft.yaml
    expect 0 "virtualmesh.yaml:7:43: metadata.annotations[\"weft.dev/rotation-canary\"]: warning: 'cluster-3' is no cluster of this virtual mesh" \
        "so step 2 of a rotation waits: name one cluster, or take the annotation away; did you mean cluster-1?"
    pass
    expect 0 "warning: 'cluster-3' "
    output_git grep -q 32017 rendered -- clusters
    weft status -c weft.yaml
    expect 0 ACCEPTED "- specs/virtualmesh.yaml:7:43: " "'cluster-3' "
}

@test "names of files with control bytes, marks of direction and commands of CI systems are shown in visible form" {
    local name
    mkdir hostile
    for name in $'evil\n::error::pwned\e]0;title\a.yaml' '::error::x.yaml' $'bidi\u202e.yaml' $'c1\u009b.yaml' $'raw\x9b.yaml' '##vso[x].yaml'; do
        echo 'a: [' >"hostile/$name"
    done
    (cd hostile && run "$WEFT" validate --specs . && expect 3)
    run "$WEFT" validate --specs hostile
    expect 3 'evil\n::error::pwned\033]0;title\007.yaml' 'bidi\342\200\256.yaml' 'c1\302\233.yaml' 'raw\233.yaml'
    [[ $output != *$'\e'* && $output != *$'\n'::* && $output != *$'\n##'* ]]
    cp -R hostile/. specs/specs/
    push_specs "hostile names"
    for format in text lines; do
        run "$WEFT" run -c weft.yaml --log-format $format
        expect 3 '\n::error::pwned'
        [[ $output != *$'\e'* && $output != *$'\n'::* && $output != *$'\u202e'* && $output != *$'\u009b'* ]]
    done
}

@test "the reason of a hold is shown in visible form" {
    pass
    "$WEFT" rotation hold gloo-mesh/bookinfo -c weft.yaml --reason $'why\n::error::x\e[31m' || true
    run "$WEFT" status -c weft.yaml
    [[ $output != *$'\e'* && $output != *$'\n'::* ]]
}

@test "foreign words have one way to the terminal" {
    # base/visible.c: a second function that blanks bytes out would not know of all that it does.
    run grep -rnE "[^=!<>]= ' ';" "$ROOT"/{base,api,app,ci,delivery,discovery,forge,k8s-job,pki,report,rotation,state,sync,translate} --include=*.c
    same "$output" ""
}
