# shellcheck shell=bash disable=SC2034,SC2154
# pki/material.sh - roots, intermediates and cacerts folders made by openssl in the
# current folder, for peers that are tried without weft.  Sourced, never run.

root() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/O=weft/CN=$1" \
        -keyout "$1.key" -out "$1.pem" 2>/dev/null
}

# intermediate NAME ROOT [EXTENSION]
intermediate() {
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/O=Istio/CN=$1" \
        -keyout "$1.key" -out "$1.csr" 2>/dev/null
    openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" -days "${4:-20}" -set_serial "0x$(openssl rand -hex 9)" \
        -extfile <(printf '%s\n' "basicConstraints=critical,CA:TRUE,pathlen:0" "keyUsage=critical,keyCertSign,cRLSign" ${3:+"$3"}) \
        -out "$1.pem" 2>/dev/null
}

# folder NAME INTERMEDIATE ROOT BUNDLE...
folder() {
    local name="$1" signer="$2" above="$3"
    shift 3
    mkdir -p "$name"
    cp "$signer.pem" "$name/ca-cert.pem"
    cp "$signer.key" "$name/ca-key.pem"
    cat "$signer.pem" "$above.pem" >"$name/cert-chain.pem"
    cat "${@/%/.pem}" >"$name/root-cert.pem"
}

# steps NAME: the folders NAME/S0 to NAME/S3 of one cluster's rotation from r1 to r2.
steps() {
    intermediate "$1-i1" r1
    intermediate "$1-i2" r2
    folder "$1/S0" "$1-i1" r1 r1
    folder "$1/S1" "$1-i1" r1 r1 r2
    folder "$1/S2" "$1-i2" r2 r1 r2
    folder "$1/S3" "$1-i2" r2 r2
}
