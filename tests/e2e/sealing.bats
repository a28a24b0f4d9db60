# Sealing certificates: one that cannot be used stops its mesh, and no other.
load lib

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() { stage_test; }

# The trust of cluster-2 is refused with this text; that of cluster-1 is delivered.
only_second_refused() {
    pass --report report.json
    expect 3 istiod-istio-system-cluster-2 "$@"
    rendered_files >files
    grep -q '^clusters/cluster-1/trust/' files
    grep -q '^clusters/cluster-2/exports/' files
    run grep '^clusters/cluster-2/trust/' files
    same "$output" ""
    same "$(json report.json 'd["virtualMeshes"][0]["status"]["meshes"]["istiod-istio-system-cluster-2.gloo-mesh."]["state"]')" FAILED
    same "$(json report.json 'd["virtualMeshes"][0]["status"]["meshes"]["istiod-istio-system-cluster-1.gloo-mesh."]["state"]')" ACCEPTED
}

@test "an expired certificate" {
    make_certificate certs/cluster-2.pem -newkey rsa:2048 -days 1
    make_certificate certs/cluster-1.pem -newkey rsa:2048
    sed -i 's/ttlDays: .*/ttlDays: 3650/' specs/specs/virtualmesh.yaml
    push_specs "long lives"
    pass --now "$(date -u -d '+3 days' +%Y-%m-%dT%H:%M:%SZ)"
    expect 3 istiod-istio-system-cluster-2 "certs/cluster-2.pem" expired
    rendered_files | grep -q '^clusters/cluster-1/trust/'
}

@test "a certificate that is not RSA" {
    make_certificate certs/cluster-2.pem -newkey ec -pkeyopt ec_paramgen_curve:P-256
    only_second_refused RSA
}

@test "a certificate that is missing, or is none" {
    rm certs/cluster-2.pem
    only_second_refused certs/cluster-2.pem
    echo "not a certificate" >certs/cluster-2.pem
    only_second_refused certs/cluster-2.pem
}

@test "a cluster that the configuration does not name" {
    sed -i '/name: cluster-2/d' weft.yaml
    only_second_refused cluster-2 kubeseal
}

@test "when it is corrected, the same certificate is delivered, not a new one" {
    mv certs/cluster-2.pem away
    only_second_refused certs/cluster-2.pem
    local rows
    rows=$(issued)
    mv away certs/cluster-2.pem
    pass
    expect 0
    same "$(issued)" "$rows"
    rendered_files | grep -q '^clusters/cluster-2/trust/'
}

@test "the same plaintext is not encrypted again; a new sealing certificate makes it so" {
    pass
    local first second
    first=$(output_git rev-parse rendered:clusters/cluster-1/trust) second=$(output_git rev-parse rendered:clusters/cluster-2/trust)
    sed -i 's/nodePort: 32001/nodePort: 32017/' specs/specs/cluster-1/gateway.yaml
    push_specs "another node port"
    pass
    expect 0
    same "$(output_git rev-parse rendered:clusters/cluster-1/trust)" "$first"
    make_certificate certs/cluster-2.pem -newkey rsa:2048
    local rows
    rows=$(issued)
    pass
    expect 0
    same "$(output_git rev-parse rendered:clusters/cluster-1/trust)" "$first"
    [[ $(output_git rev-parse rendered:clusters/cluster-2/trust) != "$second" ]]
    same "$(issued)" "$rows"
}

@test "the cluster's own key opens what was sealed, and it is the certificate that the state knows" {
    pass
    rendered_file "$(rendered_files | grep -m 1 '^clusters/cluster-2/trust/')" >sealed.yaml
    python3 - sealed.yaml >blob.b64 <<'END'
import re, sys
print(re.search(r'^\s+"?ca-cert\.pem"?: "?([A-Za-z0-9+/=]+)"?$', open(sys.argv[1]).read(), re.M).group(1))
END
    base64 -d blob.b64 >blob
    # secret-key length (2 bytes), the wrapped key, AES-256-GCM with a nonce of zeros, its tag at the end
    head -c 258 blob | tail -c 256 >wrapped
    openssl pkeyutl -decrypt -inkey certs/cluster-2.pem.key -in wrapped -out key \
        -pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256 \
        -pkeyopt "rsa_oaep_label:$(printf istio-system/cacerts | od -An -tx1 | tr -d ' \n')"
    same "$(stat -c %s key)" 32
    # CTR with the counter that GCM begins with for its first block gives the plaintext.
    tail -c +259 blob | head -c -16 \
        | openssl enc -aes-256-ctr -d -K "$(od -An -tx1 -v key | tr -d ' \n')" -iv 00000000000000000000000000000002 >opened.pem
    state_rows "SELECT cert_pem FROM intermediates WHERE cluster='cluster-2'" >known.pem
    same "$(openssl x509 -in opened.pem -noout -fingerprint)" "$(openssl x509 -in known.pem -noout -fingerprint)"
}
