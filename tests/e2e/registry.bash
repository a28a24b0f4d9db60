# tests/e2e/registry.bash - a registry beside the stage, and what is in it.
# shellcheck shell=bash disable=SC2154 # the tests set these

end_registry() { [[ -z ${REGISTRY_PID:-} ]] || kill "$REGISTRY_PID" 2>/dev/null || true; }

# registry [AUTH] [KEY...]: a registry, the password of it, and the configuration with these keys of output.oci.
registry() {
    mkdir -p registry
    if [[ ! -e registry/port ]]; then
        python3 "$ROOT/tests/servers/registry.py" registry 3>&- &
        REGISTRY_PID=$!
        while [[ ! -e registry/port ]]; do sleep 0.05; done
    fi
    [[ -z ${1:-} ]] || echo "$1" >registry/auth
    (umask 077 && echo sesame >registry-password)
    oci "url: 'oci://127.0.0.1:$(<registry/port)/mesh', allowInsecure: true, auth: {username: weft, passwordFile: registry-password}${2:+, $2}"
}
oci() {
    write_config
    sed -i "s|^output: {\(.*\)}$|output: {\1, oci: {$1}}|" weft.yaml
}
mode() { echo "$1" >registry/mode; }
behave() { rm -f registry/mode registry/faults; }
manifest() { cat "registry/manifests/mesh+$1:${2:-latest}"; }
revision() { manifest "$1" | jq -r '.annotations["org.opencontainers.image.revision"]'; }
digest() { echo "sha256:$(manifest "$@" | sha256sum | cut -d' ' -f1)"; }
layer() { cat "registry/blobs/$(manifest "$1" | jq -r '.layers[0].digest')"; }
writes() { grep -cE '^(POST|PUT)' registry/log || true; }
requests() { wc -l <registry/log; }
another_port() {
    sed -i "s/nodePort: [0-9]*/nodePort: $1/" specs/specs/cluster-1/gateway.yaml
    push_specs "another port"
}
# forget_artifacts: a configuration of another tag and back, which the state does not remember together.
forget_artifacts() {
    cp weft.yaml weft.saved
    sed -i 's|allowInsecure|tag: other, allowInsecure|' weft.yaml
    pass
    expect 0 ": 2 new"
    : >registry/log
    mv weft.saved weft.yaml
}
# unpack CLUSTER: the artifact's files are those of the branch, byte for byte.
unpack() {
    local commit
    rm -rf unpacked && mkdir unpacked
    layer "$1" | tar -xz -C unpacked
    commit=$(manifest "$1" | jq -r '.annotations["org.opencontainers.image.revision"]')
    same "$(cd unpacked && find . -type f -printf '%P\n' | sort)" "$(output_git ls-tree -r --name-only "${commit#rendered@sha1:}:clusters/$1" | LC_ALL=C sort)"
    while read -r file; do
        cmp "unpacked/$file" <(output_git show "${commit#rendered@sha1:}:clusters/$1/$file")
    done < <(cd unpacked && find . -type f -printf '%P\n')
}
