# Specs that are hostile or broken: one clear line each, the others are served, and what was published before stays.
load lib

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() { stage_test; }

# After a first good pass something bad is pushed; the pass must refuse it, serve the rest and lose nothing.
refused() {
    pass
    expect 3 "$@"
    [[ $output != *"internal"* ]]
    same "$(rendered_files)" "$FILES"
    rendered_file clusters/cluster-2/imports/cluster-1/bookinfo.yaml >/dev/null
}

good_pass() {
    pass
    expect 0
    FILES=$(rendered_files)
}

@test "a file of 10 MB is refused with its size; the other files are served" {
    good_pass
    { cat specs/specs/settings.yaml && head -c 10500000 /dev/zero | tr '\0' '#'; } >specs/specs/huge.yaml
    push_specs "huge"
    refused specs/huge.yaml MB
}

@test "an alias bomb is refused" {
    good_pass
    {
        echo 'a: &a [x,x,x,x,x,x,x,x,x]'
        for pair in ab bc cd de ef fg gh hi ij; do
            echo "${pair:1:1}: &${pair:1:1} [*${pair:0:1},*${pair:0:1},*${pair:0:1},*${pair:0:1},*${pair:0:1},*${pair:0:1},*${pair:0:1},*${pair:0:1},*${pair:0:1}]"
        done
    } >specs/specs/bomb.yaml
    push_specs "a bomb"
    refused specs/bomb.yaml:
}

@test "invalid UTF-8 is refused with its place" {
    good_pass
    printf 'apiVersion: v1\nkind: "\xff\xfe"\n' >specs/specs/bytes.yaml
    push_specs "bytes"
    refused specs/bytes.yaml:2
}

@test "deep nesting is refused" {
    good_pass
    { printf 'a: ' && head -c 100000 /dev/zero | tr '\0' '['; } >specs/specs/deep.yaml
    push_specs "deep"
    refused specs/deep.yaml
}

@test "a symbolic link is not followed, and said so" {
    good_pass
    echo 'kind: Secret' >outside.yaml
    ln -s /etc/passwd specs/specs/passwd.yaml
    ln -s ../../outside.yaml specs/specs/link.yaml
    push_specs "links"
    refused specs/link.yaml specs/passwd.yaml "symbolic link"
    [[ $output != *root:* ]]
}

# Without a policy or a deny-all the specs of cluster-2 are what the whole of its output hangs on.
@test "a file in the place of specs deletes nothing, whatever it is" {
    good_pass
    local file=specs/specs/cluster-2/services.yaml stand_in
    [[ -f $file ]]
    cp "$file" kept.yaml
    for stand_in in 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 1\n' \
        'error: You must be logged in to the server (Unauthorized)\n' '' 'null\n' '[]\n' '../x/services.yaml' \
        '<html>\n<body>Sign in</body>\n</html>\n' '\0GITCRYPT\0abc' '{{- range .Values.services }}\na: 1\n{{- end }}\n' \
        'kind: Status\napiVersion: v1\nmetadata: {}\nmessage: Unauthorized\n' 'sops: {mac: ENC[AES256_GCM,data:x]}\nkind: ENC[AES256_GCM,data:y]\n'; do
        # shellcheck disable=SC2059
        printf "$stand_in" >"$file"
        push_specs "stand-in"
        refused "${file#specs/}"
    done
    cp kept.yaml "$file"
    push_specs "the file itself"
    pass
    expect 0
}

@test "a name in capitals is read, and files of other tools do no harm" {
    good_pass
    git -C specs mv specs/settings.yaml specs/SETTINGS.YML
    mkdir -p specs/specs/.github
    echo 'on: push' >specs/specs/.github/ci.yaml
    echo 'resources: [SETTINGS.YML]' >specs/specs/kustomization.yaml
    push_specs "names"
    pass
    expect 0
    same "$(rendered_files)" "$FILES"
    run "$WEFT" validate --specs specs/specs
    expect 0 ".github/ci.yaml" "kustomization.yaml"
}

@test "a submodule is not followed, and said so" {
    good_pass
    git -C specs -c protocol.file.allow=always submodule --quiet add "$SPECS_URL" specs/module.yaml
    push_specs "a submodule"
    refused specs/module.yaml submodule
}

@test "a broken VirtualMesh keeps what it had, byte for byte; its neighbour is served" {
    cat >specs/specs/neighbour.yaml <<'END'
apiVersion: networking.mesh.gloo.solo.io/v1
kind: AccessPolicy
metadata: {name: neighbour, namespace: gloo-mesh}
spec:
  destinationSelector:
  - kubeServiceRefs:
      services: [{name: details, namespace: bookinfo, clusterName: cluster-1}]
END
    push_specs "a neighbour"
    good_pass
    local before
    before=$(output_git rev-parse rendered:clusters/cluster-2)
    sed -i 's/globalAccessPolicy: ENABLED/globalAccessPolicy: PERHAPS/' specs/specs/virtualmesh.yaml
    push_specs "a typo in the virtual mesh"
    refused "specs/virtualmesh.yaml:41:23: spec.globalAccessPolicy: "
    same "$(output_git rev-parse rendered:clusters/cluster-2)" "$before"
}

@test "after the mistake is corrected the next pass is clean again" {
    good_pass
    local commit
    commit=$(tip)
    printf 'apiVersion: x\n  kind: y\n' >specs/specs/broken.yaml
    push_specs "broken"
    refused specs/broken.yaml:
    rm specs/specs/broken.yaml
    push_specs "mended"
    pass
    expect 0
    same "$(output_git rev-parse rendered:clusters)" "$(output_git rev-parse "$commit":clusters)"
}

@test "a folder without specs, or that is not there: nothing is deleted because of it" {
    good_pass
    local before
    before=$(tip)
    git -C specs rm -q -r specs
    mkdir -p specs/specs
    echo 'no specs here' >specs/specs/README
    push_specs "all gone"
    pass
    expect 1 specs "nothing was"
    same "$(tip)" "$before"
    rm -r specs/specs
    echo x >specs/other
    push_specs "the folder, too"
    pass
    expect 1 specs "nothing was"
    same "$(tip)" "$before"
}

@test "all but a few specs gone: the deletion fuse holds until a trailer says that it is meant" {
    good_pass
    local before
    before=$(tip)
    rm -r specs/specs/cluster-1 specs/specs/cluster-2 specs/specs/policies.yaml specs/specs/virtualmesh.yaml
    push_specs "nearly all gone"
    pass
    expect 1 "would delete" "--allow-deletions"
    same "$(tip)" "$before"
    pass --allow-deletions
    expect 0
    [[ $(tip) != "$before" ]]
}

@test "a mesh that is not there is reported in the log, too" {
    sed -i 's/istiod-istio-system-cluster-2$/no-such-mesh/' specs/specs/virtualmesh.yaml
    push_specs "a mesh that is not there"
    pass
    expect 3 '(E2)' 'gloo-mesh/bookinfo' 'no-such-mesh'
}
