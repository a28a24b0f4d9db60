# A CA in Vault: intermediates are signed there by keys that weft makes, an exchanged issuer is a rotation, and a Vault that fails or
# misbehaves changes nothing of what is deployed.
LEAKS=yes
load lib

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() {
    stage_test
    equal_trust_domains
    start_vault
    write_vault_config "tokenFile: vault-token"
    wants_vault pki/root/sign-intermediate
}
teardown() {
    [[ -z ${VAULT_PID:-} ]] || kill "$VAULT_PID" 2>/dev/null || true
}

# new_issuer ID SUBJECT [AGE]: a self-signed root among Vault's issuers, a minute old or that many seconds.
new_issuer() {
    : >index
    printf '%s\n' '[ca]' 'default_ca=here' '[here]' 'database=index' 'new_certs_dir=.' 'rand_serial=yes' 'default_md=sha256' \
        'policy=any' 'unique_subject=no' 'x509_extensions=v3' '[any]' 'commonName=supplied' '[v3]' 'basicConstraints=critical,CA:TRUE' \
        'keyUsage=critical,keyCertSign,cRLSign' 'subjectKeyIdentifier=hash' >ca.cnf
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "$2" -keyout vault/issuers/"$1".key -out ca.csr 2>/dev/null
    openssl ca -batch -notext -config ca.cnf -selfsign -keyfile vault/issuers/"$1".key -in ca.csr -out vault/issuers/"$1".pem \
        -startdate "$(date -u -d "-${3:-60} seconds" +%Y%m%d%H%M%SZ)" -enddate "$(date -u -d '+3650 days' +%Y%m%d%H%M%SZ)" 2>/dev/null
}

start_vault() {
    mkdir -p vault/issuers
    new_issuer one "/CN=house one"
    echo one >vault/default
    echo hvs.valid >vault/tokens
    (umask 077 && echo hvs.valid >vault-token)
    openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=vault -addext subjectAltName=IP:127.0.0.1 -keyout vault/key.pem \
        -out vault/cert.pem 2>/dev/null
    cat vault/cert.pem vault/key.pem >vault/tls.pem
    python3 "$ROOT/tests/servers/vault.py" vault 3>&- &
    VAULT_PID=$!
    while [[ ! -e vault/port ]]; do sleep 0.1; done
    VAULT_URL=https://127.0.0.1:$(<vault/port)
}

# write_vault_config FIELD...: how weft logs in to that Vault.
write_vault_config() {
    local entry="server: '$VAULT_URL'" field
    for field in "$@"; do entry+=", $field"; done
    write_config "evidence: {trustClock: true}"
    sed -i "s|^pki: .*|pki: {keyType: ec-p256, vault: [{$entry}]}|" weft.yaml
}

# wants_vault CA-PATH [LOGIN]: the specs ask for intermediates from there.
wants_vault() {
    local login=${2:-'tokenSecretRef: {name: vault-token, namespace: gloo-mesh}'}
    VAULT_SPEC="vault: {caPath: $1, server: '$VAULT_URL', caBundle: $(base64 -w0 vault/cert.pem), $login}" python3 - <<'END_OF_PROGRAM'
import os, re
path = "specs/specs/virtualmesh.yaml"
text = open(path).read()
new = re.sub(r"^( +)(?:rootCertificateAuthority|intermediateCertificateAuthority):\n(?:\1 +.*\n)+",
             lambda m: f"{m.group(1)}intermediateCertificateAuthority:\n{m.group(1)}  {os.environ['VAULT_SPEC']}\n", text, flags=re.M)
assert new != text
open(path, "w").write(new)
END_OF_PROGRAM
    push_specs "a CA in Vault"
}

requests() { grep -c "$1" vault/requests || true; }

@test "Vault signs; the keys are weft's, and the next pass asks for nothing" {
    pass
    expect 0
    same "$(rendered_files | grep -c '^clusters/.*/trust/')" 2
    same "$(requests '^POST pki/root/sign-intermediate')" 2
    local before
    before=$(tip)
    pass
    expect 0
    same "$(tip)" "$before"
    same "$(requests sign-intermediate)" 2
    run ! grep -rlaE 'hvs\.valid|BEGIN (EC )?PRIVATE KEY' state "$OUTPUT_GIT"
    weft custody -c weft.yaml
    expect 0 "Vault $VAULT_URL" "pki.vault[].tokenFile"
}

@test "a CA that is seconds old, and a pass that takes longer than that to ask" {
    new_issuer two "/CN=house two" 2
    echo two >vault/default
    echo slow >vault/mode
    pass
    expect 0
    same "$(rendered_files | grep -c '^clusters/.*/trust/')" 2
}

@test "logins by a service account and by AppRole; a login's token is given back" {
    mkdir account
    echo eyJ.the.jwt >account/token
    echo eyJ.the.jwt >vault/jwts
    : >vault/tokens
    write_vault_config "serviceAccountFolder: account"
    wants_vault pki/root/sign-intermediate 'kubernetesAuth: {role: weft}'
    pass
    expect 0
    same "$(requests '^POST auth/kubernetes/login')" 1
    same "$(requests revoke-self)" 1
    (umask 077 && echo role >role-id && echo secret-1 >secret-id)
    echo secret-1 >vault/secrets
    write_vault_config "appRole: {roleIdFile: role-id, secretIdFile: secret-id}"
    pass
    expect 0
    same "$(requests '^POST auth/approle/login')" 1
}

@test "a server that the configuration does not list gets nothing" {
    write_config "evidence: {trustClock: true}"
    pass
    expect 3 "pki.vault"
    [[ ! -e vault/requests ]]
    same "$(rendered_files | grep -c '/trust/')" 0
}

@test "another folder of tokens than the configuration's is not read" {
    wants_vault pki/root/sign-intermediate 'kubernetesAuth: {role: weft, mountedSaPath: /etc}'
    write_vault_config
    pass
    expect 3 "serviceAccountFolder"
    [[ ! -e vault/requests ]]
}

@test "an exchanged issuer is a rotation, and the former one signs until then" {
    pass
    expect 0
    new_issuer two "/CN=house two"
    echo two >vault/default
    pass
    expect 0
    weft status -c weft.yaml
    expect 0 ADDING_NEW_ROOT
    same "$(requests sign-intermediate)" 2
    # The rotation waits for an approval, and intermediates end meanwhile.
    pass --now "$(date -u -d '+85 days' +%FT%TZ)"
    same "$(requests 'POST pki/issuer/one/sign-intermediate')" 2
    same "$(requests 'POST pki/root/sign-intermediate')" 2
}

@test "an issuer that is taken out of Vault signs no more, and nothing deployed changes" {
    pass
    new_issuer two "/CN=house two"
    echo two >vault/default
    pass
    rm vault/issuers/one.*
    local before
    before=$(git -C "$OUTPUT_GIT" rev-parse rendered:clusters/cluster-1/trust)
    pass --now "$(date -u -d '+85 days' +%FT%TZ)"
    expect 3 "no issuer"
    same "$(git -C "$OUTPUT_GIT" rev-parse rendered:clusters/cluster-1/trust)" "$before"
    same "$(requests 'POST pki/issuer/one/sign-intermediate')" 0
}

# hostile MODE WORDS: a Vault that behaves like that.
hostile() {
    echo "$1" >vault/mode
    pass
    expect 3 "$2"
    same "$(rendered_files | grep -c '/trust/')" 0
    rm -rf state "$OUTPUT_GIT"
    git init -q --bare -b rendered "$OUTPUT_GIT"
}

@test "what Vault must not answer is refused by name" {
    hostile sealed "is sealed"
    hostile standby "performance standby"
    hostile leaf "a leaf"
    hostile other-key "public key"
    hostile short "ends at"
    hostile html "Vault's JSON"
    hostile giant "more than 512 KiB"
}

@test "a Vault that fails later leaves everything as it is; other virtual meshes and the rest go on" {
    pass
    expect 0
    local before
    before=$(git -C "$OUTPUT_GIT" rev-parse rendered:clusters/cluster-1/trust rendered:clusters/cluster-2/trust)
    : >vault/tokens
    pass
    expect 3 "denies the request"
    same "$(git -C "$OUTPUT_GIT" rev-parse rendered:clusters/cluster-1/trust rendered:clusters/cluster-2/trust)" "$before"
    kill "$VAULT_PID"
    wait "$VAULT_PID" || true
    pass
    expect 3 "does not answer"
    same "$(git -C "$OUTPUT_GIT" rev-parse rendered:clusters/cluster-1/trust rendered:clusters/cluster-2/trust)" "$before"
    run ! grep -q hvs.valid <<<"$output"
}

@test "a role's path and another account are refused before anything is asked" {
    wants_vault pki/sign/istio
    pass
    expect 3 M10
    wants_vault pki/root/sign-intermediate 'kubernetesAuth: {role: weft, serviceAccountRef: {name: a, namespace: b}}'
    pass
    expect 3 M10
    [[ ! -e vault/requests ]]
}
