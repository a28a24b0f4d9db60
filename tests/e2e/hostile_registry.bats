# output.oci and registries that answer wrongly, slowly, with redirects, or ask for passwords: the commit stands, the pass says what
# failed, no credential goes astray, and the next pass goes on.
load lib
load registry

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() { stage_test; }
teardown() { end_registry; }

@test "what is at a tag and was not made of this branch stays" {
    registry
    pass
    expect 0
    sed -i 's|rendered@sha1|staging@sha1|' registry/manifests/mesh+cluster-1:latest
    another_port 32017
    pass
    expect 1 "made of branch" "1 artifact in"
    same "$(revision cluster-1 | cut -d@ -f1)" staging
    unpack cluster-2
    same "$(revision cluster-2)" "rendered@sha1:$(tip)"
    # The next pass tries again, and goes on when the tag is free.
    rm registry/manifests/mesh+cluster-1:latest
    pass
    expect 0 ": 1 new"
    unpack cluster-1
}

@test "a registry that misbehaves: the commit stands, the pass fails, and the next one heals" {
    local bad port
    registry "bearer weft sesame"
    for bad in wrong-digest endless elsewhere redirect loop swallow changed; do
        rm -rf registry/manifests/* registry/blobs/*
        : >registry/log
        echo "http://localhost:$(<registry/port)" >registry/elsewhere
        mode "$bad"
        another_port "$((32100 + RANDOM % 600))"
        pass
        expect 1 "artifacts in oci:"
        (($(requests) < 40))
        same "$(grep -c localhost registry/log)" 0
        behave
        pass
        expect 0
        unpack cluster-1
    done
}

@test "429 with Retry-After is waited for, and a wait that is too long is not" {
    registry "bearer weft sesame"
    printf '429:1 GET /v2/mesh/cluster-1/manifests\n503 POST /v2/mesh/cluster-2\n502 PUT /v2/mesh/cluster-2\n' >registry/faults
    pass
    expect 0 ": 2 new"
    another_port 32017
    echo '429:3600 GET /v2/mesh/cluster-1/manifests' >registry/faults
    : >registry/log
    pass
    expect 1 "asks to wait 3600 s"
    same "$(requests)" 1
    pass
    expect 0 ": 1 new"
}

@test "the password goes to the registry, or to the token server that the configuration names" {
    local other
    registry "bearer weft other"
    pass
    expect 1 "wrong password"
    same "$(grep -c '/token' registry/log)" 1
    [[ $output != *sesame* ]]
    echo "basic weft other" >registry/auth
    : >registry/log
    pass
    expect 1 "refuses the credentials"
    same "$(requests)" 2
    # Another server says that it gives the tokens.
    mkdir other
    python3 "$ROOT/tests/servers/registry.py" other 3>&- &
    other=$!
    while [[ ! -e other/port ]]; do sleep 0.05; done
    echo "bearer weft sesame" >other/auth
    echo "bearer-at http://127.0.0.1:$(<other/port)/token" >registry/auth
    pass
    expect 1 "output.oci.tokenServer"
    [[ ! -e other/log ]]
    registry "" "tokenServer: 'http://127.0.0.1:$(<other/port)'"
    : >registry/log
    pass
    kill "$other"
    expect 0 ": 2 new"
    same "$(awk '{print $1, $3}' other/log | sort -u)" "GET 200"
    [[ $(<registry/log) != *Basic* ]]
}

@test "https with a CA of its own; http only to the loopback" {
    mkdir registry
    openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=registry -addext subjectAltName=IP:127.0.0.1 -keyout registry/key.pem \
        -out registry/cert.pem 2>/dev/null
    cat registry/cert.pem registry/key.pem >registry/tls.pem
    registry "basic weft sesame"
    pass
    expect 1
    [[ ! -e registry/log ]]
    oci "url: 'oci://127.0.0.1:$(<registry/port)/mesh', auth: {passwordFile: registry-password, caFile: registry/cert.pem}"
    pass
    expect 0 ": 2 new"
    oci "url: 'oci://registry.example.com/mesh', allowInsecure: true"
    pass
    expect 1 allowInsecure
    chmod 644 registry-password
    oci "url: 'oci://127.0.0.1:$(<registry/port)/mesh', auth: {passwordFile: registry-password}"
    pass
    expect 1 "password file"
}

@test "a URL or a tag that no registry has is found before anything is read" {
    local bad
    for bad in "url: 'https://registry.example.com/mesh'" "url: 'oci://registry.example.com'" "url: 'oci://me:secret@registry.example.com/mesh'" \
        "url: 'oci://registry.example.com/Mesh'" "url: 'oci://registry.example.com/a/../b'" "url: 'oci://r.example.com/mesh', tag: 'a b'" \
        "url: 'oci://r.example.com/mesh', tokenServer: 'http://r.example.com'" "tag: latest"; do
        oci "$bad"
        pass
        expect 2 "output.oci"
        [[ $output != *secret* ]]
    done
}
