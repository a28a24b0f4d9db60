# The configuration: a mistake in it ends with 2 before anything was touched.
load lib

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() { stage_test; }

# Nothing was made, nothing was pushed.
untouched() {
    [[ ! -e state ]] || return 1
    same "$(tip)" none
}

@test "a typo in a key: its place, and the keys that exist are not far" {
    sed -i 's/branch: rendered/brunch: rendered/' weft.yaml
    pass
    expect 2 "weft.yaml:4:" output.brunch
    untouched
}

@test "a value of a wrong kind, an unknown name, a missing key" {
    sed -i 's/mode: sealed-secret/mode: carrier-pigeon/' weft.yaml
    pass
    expect 2 delivery.mode carrier-pigeon
    write_config
    sed -i 's/^specs: {url: [^,]*, /specs: {/' weft.yaml
    pass
    expect 2 specs.url
    write_config
    sed -i 's/^clusters:/clusters: everything/; /^- {name/d' weft.yaml
    pass
    expect 2 clusters
    untouched
}

@test "two keys that exclude each other" {
    write_config 'management: {kubeconfig: some.conf, inCluster: true}'
    pass
    expect 2 management kubeconfig inCluster
    untouched
}

@test "a password does not belong into a URL, and is not repeated" {
    sed -i "s|git://127|https://user:s3cret@127|" weft.yaml
    pass
    expect 2 passwordFile
    [[ $output != *s3cret* ]]
    untouched
}

@test "a file that is missing, empty or no YAML" {
    weft run -c nowhere.yaml
    expect 2 nowhere.yaml
    : >empty.yaml
    weft run -c empty.yaml
    expect 2 empty.yaml
    printf 'apiVersion: [weft\n' >broken.yaml
    weft run -c broken.yaml
    expect 2 broken.yaml:
    untouched
}

@test "a cluster that is listed twice" {
    write_config '- {name: cluster-1, sealingCertificate: certs/cluster-1.pem}'
    pass
    expect 2 cluster-1 twice
    untouched
}

@test "without -c it is weft.yaml of the working folder; paths are relative to the file" {
    mkdir elsewhere
    (cd elsewhere && "$WEFT" run -c ../weft.yaml --quiet)
    same "$(commits)" 1
    [[ -f state/state.db ]]
    weft run --quiet
    expect 0
}
