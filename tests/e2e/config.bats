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

# refused KEY TEXT...: run, plan and validate tell the same, at a place, before anything is made.
refused() {
    local command
    for command in run plan validate; do
        weft "$command" -c weft.yaml
        expect 2 "weft.yaml:" "$@"
    done
    untouched
}

@test "an output that cannot be pushed to, or is the branch of the specs: told before anything is made" {
    sed -i "s|^output: {url: [^,]*|output: {url: $OUTPUT_GIT|" weft.yaml
    refused output.url "cannot push safely"
    write_config
    sed -i "s|^output: {url: [^,]*, branch: rendered|output: {url: ${SPECS_URL%.git}/, branch: main|" weft.yaml
    refused output.branch "branch of the specs"
}

@test "a path for a shell: the path that was meant" {
    sed -i 's|path: state/state.db|path: ~/weft/state.db|' weft.yaml
    refused state.path "write $HOME/weft/state.db"
    write_config
    weft run -c weft.yaml --report='~/report.json'
    expect 2 "--report" "write $HOME/report.json"
    untouched
}

@test "specs on this disk that are not there; a state or a cache that would have to be made far away" {
    sed -i 's|^specs: {url: [^,]*|specs: {url: nowhere/specs.git|' weft.yaml
    refused specs.url nowhere/specs.git
    write_config
    sed -i 's|path: state/state.db|path: far/away/state.db|' weft.yaml
    refused state.path far/away "mkdir -p"
    write_config "cache: {path: far/away}"
    refused cache.path far/away
    # Only what reads specs or writes the state looks at the disk.
    write_config
    pass
    expect 0
    sed -i 's|^specs: {url: [^,]*|specs: {url: nowhere/specs.git|' weft.yaml
    weft status -c weft.yaml
    expect 0
}

@test "an entry of clusters that no Mesh names: a warning with the nearest name, in run and validate" {
    sed -i 's/name: cluster-2, /name: cluster-22, /' weft.yaml
    weft validate -c weft.yaml
    expect 0 "weft.yaml:10:" cluster-22 "did you mean cluster-2?"
    pass
    expect 3 "weft.yaml:10:" "did you mean cluster-2?"
}

@test "no state key: the command that makes it; keygen writes to no terminal" {
    rm state.key
    pass
    expect 1 "weft keygen" "state.key"
    weft plan -c weft.yaml
    expect 4 "weft keygen" "state.key"
    weft keygen -
    expect 2 "weft help keygen"
    [[ ! -e - ]]
}
