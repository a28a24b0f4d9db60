# A whole pass: from specs in one repository to a commit in the other, and what the next passes make of it.
LEAKS=yes
load lib

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() { stage_test; }

@test "the first pass makes one orphan commit and says so" {
    pass
    expect 0
    same "$(commits)" 1
    same "$(output_git rev-list --max-parents=0 rendered)" "$(tip)"
    run output_git fsck --strict
    same "$status" 0
}

@test "the layout is that of the architecture: meshes, exports, imports, policies, trust and a record" {
    pass
    expect 0
    local file
    for file in clusters/cluster-1/exports/bookinfo.yaml clusters/cluster-2/exports/bookinfo.yaml \
        clusters/cluster-1/imports/cluster-2/bookinfo.yaml clusters/cluster-2/imports/cluster-1/bookinfo.yaml \
        clusters/cluster-1/policies/bookinfo.yaml clusters/cluster-2/policies/bookinfo.yaml weft/gloo-mesh.bookinfo.json; do
        rendered_file "$file" >/dev/null || { rendered_files && return 1; }
    done
    rendered_files | grep -q '^clusters/cluster-1/mesh/'
    rendered_files | grep -q '^clusters/cluster-1/trust/'
    rendered_files | grep -q '^clusters/cluster-2/trust/'
}

@test "a service is reached through the gateway of its cluster: node port there, load balancer here" {
    pass
    rendered_file clusters/cluster-2/imports/cluster-1/bookinfo.yaml >imports
    grep -q 'address: "\?172.18.0.3' imports
    grep -q 'http: 32001' imports
    grep -q 'reviews.bookinfo.svc.cluster-1.global' imports
    rendered_file clusters/cluster-1/imports/cluster-2/bookinfo.yaml >imports
    grep -q 'address: "\?gateway.cluster-2.example.com' imports
    grep -q 'http: 15443' imports
    grep -q 'resolution: "\?DNS' imports
}

@test "the commit says where it came from, in trailers that git reads" {
    pass
    output_git log -1 --format='%(trailers:only,unfold)' rendered >trailers
    grep -qx "Weft-Source: $SPECS_URL" trailers
    grep -qx "Weft-Source-Commit: $(git -C specs rev-parse HEAD)" trailers
    grep -qE '^Weft-Version: [0-9]+\.[0-9]+\.[0-9]+' trailers
    grep -qE '^Weft-Plan-Digest: sha256:[0-9a-f]{64}$' trailers
    grep -qx 'Weft-Virtual-Meshes: gloo-mesh/bookinfo' trailers
    same "$(output_git log -1 --format='%an <%ae>' rendered)" 'weft <weft@example.com>'
}

@test "a second pass commits nothing, issues nothing and leaves the state as it is" {
    pass
    local before after rows
    before=$(tip) rows=$(issued) after=$(sha256sum state/state.db)
    pass
    expect 0 "nothing changed"
    same "$(tip)" "$before"
    same "$(issued)" "$rows"
    same "$(sha256sum state/state.db)" "$after"
}

@test "with an empty cache nothing is committed either" {
    pass
    local before
    before=$(tip)
    rm -rf state/cache
    pass
    expect 0
    same "$(tip)" "$before"
}

@test "a commit that changes no rendered byte makes no commit" {
    pass
    local before rows
    before=$(tip) rows=$(issued)
    echo '# a remark' >>specs/specs/settings.yaml
    push_specs "only a remark"
    pass
    expect 0 "nothing changed"
    same "$(tip)" "$before"
    same "$(issued)" "$rows"
}

@test "one changed spec changes only what follows from it" {
    pass
    sed -i 's/nodePort: 32001/nodePort: 32017/' specs/specs/cluster-1/gateway.yaml
    push_specs "another node port"
    pass
    expect 0
    same "$(commits)" 2
    output_git diff --name-only rendered~ rendered >changed
    grep -qx clusters/cluster-2/imports/cluster-1/bookinfo.yaml changed
    run grep -vE '^(clusters/cluster-2/imports/cluster-1/|weft/)' changed
    same "$output" ""
    same "$(output_git diff -U0 rendered~ rendered -- clusters | grep -cE '^\+ +http: 32017$')" 4
}

@test "what is no longer wanted is removed; what weft did not write stays" {
    pass
    other_writer clusters/cluster-1/mesh/by-hand.yaml 'kind: ConfigMap' "a file of somebody else"
    other_writer README.md 'hands off' "another one"
    rm specs/specs/policies.yaml specs/specs/cluster-2/services.yaml
    push_specs "cluster-2 has no services any more"
    pass
    expect 0
    same "$(output_git diff --name-only --diff-filter=D rendered~ rendered)" "clusters/cluster-1/imports/cluster-2/bookinfo.yaml
clusters/cluster-2/exports/bookinfo.yaml
clusters/cluster-2/policies/bookinfo.yaml"
    rendered_files >files
    grep -qx clusters/cluster-1/mesh/by-hand.yaml files
    grep -qx README.md files
    run output_git grep -c 'kind: AuthorizationPolicy' rendered -- 'clusters/*/policies/*'
    same "$output" ""
}

@test "output.path keeps weft inside one folder" {
    sed -i 's/branch: rendered,/branch: rendered, path: fleet\/mesh,/' weft.yaml
    pass
    expect 0
    run grep -v '^fleet/mesh/' <<<"$(rendered_files)"
    same "$output" ""
    pass
    expect 0 "nothing changed"
}

@test "no private key leaves the process: not to Git, not to the state, not to what is said" {
    pass --report report.json -v
    expect 0
    for object in $(output_git cat-file --batch-all-objects --batch-check='%(objectname)'); do
        output_git cat-file -p "$object"
    done >everything 2>&1
    cat state/state.db report.json status/* <<<"$output" >>everything
    grep -aq 'BEGIN CERTIFICATE' everything
    run grep -ac 'PRIVATE KEY' everything
    same "$output" 0
    rendered_file "$(rendered_files | grep -m 1 '^clusters/cluster-1/trust/')" >sealed
    grep -q 'kind: "\?SealedSecret' sealed
    grep -q 'ca-key.pem' sealed
    run grep -c 'BEGIN' sealed
    same "$output" 0
}

@test "files of weft are for their owner only" {
    (umask 000 && pass)
    same "$(stat -c %a state/state.db)" 600
    same "$(stat -c %a state.key)" 600
}

@test "the report and the status files tell how it went" {
    pass --report out/report.json
    expect 0
    same "$(json out/report.json 'd["kind"], d["result"], d["output"]["committed"], d["output"]["commit"]')" \
        "('Report', 'converged', True, '$(tip)')"
    same "$(json out/report.json 'sorted(c["what"] for c in d["certificates"])')" "['intermediate', 'intermediate', 'root']"
    grep -q 'state: "\?ACCEPTED' out/status/gloo-mesh.bookinfo.yaml
    grep -q 'deployedSharedTrust' out/status/gloo-mesh.bookinfo.yaml
    pass --report out/report.json
    same "$(json out/report.json 'd["result"], d["output"]["committed"], d["unchanged"]')" "('converged', False, True)"
}

@test "a report goes into a pipe, which stays one" {
    mkdir out
    mkfifo out/pipe
    cat out/pipe >report.json 3>&- &
    pass --report out/pipe
    expect 0
    wait $!
    jq -e .result report.json >/dev/null
    [[ -p out/pipe && ! -e out/status ]]
    local stdout=/dev/stdout
    [[ -L $stdout ]] || stdout=/proc/self/fd/1 # a minimal /dev has no such link
    pass --report $stdout
    expect 0 '"result"'
    [[ -L $stdout ]]
}

@test "root and intermediates have the profile that Istio needs, and the times that the spec asks for" {
    local now
    now=$(date -u -d tomorrow +%s)
    pass --now "$(date -u -d "@$now" +%Y-%m-%dT%H:%M:%SZ)"
    expect 0
    state_rows "SELECT cert_pem FROM roots" >root.pem
    state_rows "SELECT cert_pem FROM intermediates WHERE cluster='cluster-2'" >ca.pem
    openssl verify -attime $((now + 60)) -CAfile root.pem ca.pem
    openssl x509 -in ca.pem -noout -text >text
    grep -q 'CA:TRUE' text
    grep -q 'URI:spiffe://cluster-2.example.com/ns/istio-system/sa/istiod' text
    same "$(state_rows "SELECT (not_after - $now) / 86400 FROM roots")" 1825
    same "$(state_rows "SELECT DISTINCT (not_after - $now) / 86400 FROM intermediates")" 90
}

@test "a virtual mesh whose root is RSA, the default of the API, works the same" {
    sed -i '/^pki:/d' weft.yaml
    sed -i 's/          ttlDays: 1825/          ttlDays: 1825\n          rsaKeySizeBytes: 2048/; s/        ttlDays: 90/        ttlDays: 90\n        rsaKeySizeBytes: 2048/' \
        specs/specs/virtualmesh.yaml
    push_specs "smaller keys"
    pass
    expect 0
    state_rows "SELECT cert_pem FROM roots" | openssl x509 -noout -text | grep -q 'Public-Key: (2048 bit)'
}

@test "on a log the pass is one event a line, as text or as JSON" {
    weft_apart run -c weft.yaml --log-format json
    expect 0
    while read -r line; do
        json - '"level" in d and "event" in d' <<<"$line" | grep -qx True
    done <<<"$said"
    same "$output" ""
    weft_apart run -c weft.yaml --log-format lines
    [[ ${said} == *"info "* && ${said} != *$'\e'* ]]
    weft_apart run -c weft.yaml --quiet
    same "$said$output" ""
}
