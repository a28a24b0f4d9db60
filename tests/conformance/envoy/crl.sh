# shellcheck shell=bash disable=SC2154
# envoy/crl.sh - what a complete list of revoked certificates has to hold for Envoy: material made by openssl in the current folder.
# Sourced, never run.

# crl NAME SIGNER [REVOKED]: NAME.crl, which names one certificate or none.
crl() {
    mkdir -p "crl.$1"
    echo 01 >"crl.$1/number"
    : >"crl.$1/index"
    if [ $# -gt 2 ]; then
        printf 'R\t%s\t%s\t%s\tunknown\t/CN=%s\n' "$(date -u -d '+20 days' +%y%m%d%H%M%SZ)" "$(date -u +%y%m%d%H%M%SZ),keyCompromise" \
            "$(openssl x509 -in "$3.pem" -noout -serial | cut -d= -f2)" "$3" >"crl.$1/index"
    fi
    printf '%s\n' '[ca]' 'default_ca=here' '[here]' "database=crl.$1/index" "crlnumber=crl.$1/number" 'default_md=sha256' 'default_crl_days=20' >"crl.$1/config"
    openssl ca -gencrl -config "crl.$1/config" -keyfile "$2.key" -cert "$2.pem" -out "$1.crl" 2>/dev/null
}

# crl_material: in cacerts a cluster's leaked intermediate, the one that replaces it, another cluster's, and one that is made later; in
# sets what a server of that other cluster may be given.
crl_material() {
    local name
    root r
    for name in leaked replaced other later; do
        intermediate $name r
        folder cacerts/$name $name r r
        crl $name $name
    done
    crl root-leaked r leaked
    crl root-none r
    mkdir -p sets
    cp root-leaked.crl sets/of-the-root
    cat root-leaked.crl leaked.crl other.crl >sets/without-the-replacement
    cat root-leaked.crl replaced.crl other.crl >sets/complete
    cat root-none.crl leaked.crl replaced.crl other.crl >sets/empty
}

# judged SET LEAF: whether openssl takes the leaf with these lists.
judged() { openssl verify -crl_check_all -CAfile r.pem -untrusted "$2.pem" -CRLfile "sets/$1" "leaves/$2/chain.pem" >/dev/null 2>&1; }
