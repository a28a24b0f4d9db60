# A CA that its operator gives: name constraints are judged by the names that workloads and istiod really have, as openssl judges them,
# and every root that it lists is in the bundle, or the CA is refused by name.
load lib

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() {
    START=$(date +%s)
    stage_test
    equal_trust_domains
    wants_given_root
    FOLDER=given/gloo-mesh/house-root
    mkdir -p $FOLDER
}

# house_ca CONSTRAINTS: a root of that kind, as a Secret of type kubernetes.io/tls has it.
house_ca() {
    printf '%s\n' '[req]' 'distinguished_name=dn' '[dn]' '[v3]' 'basicConstraints=critical,CA:TRUE' 'keyUsage=critical,keyCertSign,cRLSign' \
        "nameConstraints=critical,$1" >ca.cnf
    (umask 077 && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj "/CN=house" -config ca.cnf -extensions v3 \
        -keyout $FOLDER/tls.key -out $FOLDER/tls.crt 2>/dev/null)
    install -m 600 $FOLDER/tls.crt $FOLDER/ca.crt
}

# openssl_takes SAN: whether a leaf with that name, two levels below, verifies under the root.
openssl_takes() {
    printf '%s\n' 'basicConstraints=critical,CA:TRUE,pathlen:0' 'keyUsage=critical,keyCertSign,cRLSign' >mid.ext
    printf '%s\n' 'basicConstraints=critical,CA:FALSE' 'keyUsage=critical,digitalSignature' "subjectAltName=critical,$1" >leaf.ext
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=mid -keyout mid.key -out mid.csr 2>/dev/null
    openssl x509 -req -in mid.csr -CA $FOLDER/tls.crt -CAkey $FOLDER/tls.key -CAcreateserial -extfile mid.ext -out mid.crt 2>/dev/null
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj / -keyout leaf.key -out leaf.csr 2>/dev/null
    openssl x509 -req -in leaf.csr -CA mid.crt -CAkey mid.key -CAcreateserial -extfile leaf.ext -out leaf.crt 2>/dev/null
    openssl verify -CAfile $FOLDER/tls.crt -untrusted mid.crt leaf.crt >/dev/null 2>&1
}

WORKLOAD=URI:spiffe://cluster.local/ns/default/sa/default
ISTIOD=DNS:istiod.istio-system.svc,DNS:istiod-remote.istio-system.svc,DNS:istio-pilot.istio-system.svc

# judged CONSTRAINTS VERDICT: by openssl and by weft alike.
judged() {
    local wanted=$2 verdict=taken
    rm -rf state "$OUTPUT_GIT"
    git init -q --bare -b rendered "$OUTPUT_GIT"
    house_ca "$1"
    openssl_takes $WORKLOAD || verdict="no workload"
    if [[ $verdict == taken ]]; then
        openssl_takes $ISTIOD || verdict="no istiod"
    fi
    same "$1: $verdict" "$1: $wanted"
    pass
    case $wanted in
    taken)
        expect 0
        rendered_files | grep -q '^clusters/cluster-1/trust/'
        ;;
    "no workload") expect 3 "(T7)" "permitted subtree violation" ;; # the intermediate itself has a name in that domain
    "no istiod") expect 3 "(T8)" "istiod (istiod.istio-system.svc)" ;;
    esac
    if [[ $wanted != taken ]]; then
        same "$(rendered_files | grep -c '/trust/')" 0
    fi
}

@test "name constraints are judged as openssl judges them" {
    judged 'permitted;URI:cluster.local,permitted;DNS:svc,permitted;DNS:cluster.local' taken
    judged 'permitted;DNS:svc' taken
    judged 'permitted;DNS:example.com' "no istiod"
    judged 'permitted;DNS:istiod.istio-system.svc' "no istiod"
    judged 'permitted;URI:example.com,permitted;DNS:svc' "no workload"
}

@test "a second root beside the given CA's is not dropped: the CA is refused by its name" {
    START=$((START - 3600))
    given_root /CN=house 3650
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj /CN=former -keyout former.key -out former.pem 2>/dev/null
    cat former.pem >>$FOLDER/root-cert.pem
    pass
    expect 3 "root-cert.pem also holds" CN=former
    same "$(rendered_files | grep -c '/trust/')" 0
    install -m 600 root.pem $FOLDER/root-cert.pem
    pass
    expect 0
}

@test "a re-encryption that fails the self-test leaves that cluster's file as it is, and the others are served" {
    local one=clusters/cluster-1/trust/istio-system.cacerts.yaml two=clusters/cluster-2/trust/istio-system.cacerts.yaml before other
    house_ca 'permitted;URI:cluster.local,permitted;DNS:svc'
    pass
    expect 0
    before=$(rendered_file $one) other=$(rendered_file $two)
    sed -i 's/trustDomain: .*/trustDomain: elsewhere.example/' specs/specs/cluster-1/mesh.yaml
    push_specs "a trust domain that the CA may not vouch for"
    for cluster in cluster-1 cluster-2; do
        make_certificate certs/$cluster.pem -newkey rsa:2048
    done
    pass
    expect 3 "(S1)" "cluster cluster-1" spiffe://elsewhere.example/ns/default/sa/default
    same "$(rendered_file $one)" "$before"
    [[ $(rendered_file $two) != "$other" ]]
}
