# weft/stage.sh - weft with its two repositories behind a git daemon, in the current
# folder, and what comes out of it.  Sourced after lib.sh, never run.
# shellcheck shell=bash disable=SC2034,SC2154

# shellcheck source=SCRIPTDIR/../../../scripts/git-server.bash
source "$CONFORMANCE/../../scripts/git-server.bash"

root="$(cd "$CONFORMANCE/../.." && pwd)"
# shellcheck disable=SC2012 # our own build folders; the newest comes first
WEFT="${WEFT:-$(ls -t "$root"/build/*/app/weft 2>/dev/null | head -1)}"
[ -x "$WEFT" ] || skip "no build of weft; build it or name it in WEFT"
need_command git "install git"
need_command openssl "install openssl"
need_go "$CONFORMANCE/pki/go.mod"
export ASAN_OPTIONS=${ASAN_OPTIONS:-exitcode=99} UBSAN_OPTIONS=${UBSAN_OPTIONS:-exitcode=99}

# judged COMMAND...: another peer's result lines are ours; its failure, too.
judged() { "$@" || peer_failed=1; }

# works WHAT COMMAND...
works() {
    local what="$1"
    shift
    if "$@" >command.log 2>&1; then ok "$what"; else
        fail "$what (exit status $?)"
        tail -5 command.log | sed 's/^/     /'
    fi
}

# sealing_certificate FILE: FILE.pem and FILE.key, valid for a year already, so that a
# rehearsal may begin in the past.
sealing_certificate() {
    openssl req -newkey rsa:2048 -nodes -subj /CN=sealed-secrets -keyout "$1.key" -out "$1.csr" 2>/dev/null
    : >index
    printf '%s\n' '[ca]' 'default_ca=here' '[here]' 'database=index' 'new_certs_dir=.' 'rand_serial=yes' \
        'default_md=sha256' 'policy=any' 'unique_subject=no' '[any]' 'commonName=supplied' >ca.cnf
    openssl ca -batch -notext -config ca.cnf -selfsign -keyfile "$1.key" -in "$1.csr" -out "$1.pem" \
        -startdate "$(date -u -d '1 year ago' +%Y%m%d%H%M%SZ)" -enddate "$(date -u -d '9 years' +%Y%m%d%H%M%SZ)" 2>/dev/null
}

# stage: everything lies in the current folder, $dir; the program, too, for a build
# may replace it while it is tried.
stage() {
    cp "$WEFT" ./weft-now
    WEFT="$dir/weft-now"
    git_plainly
    mkdir -p srv certs
    git init -q --bare -b main srv/specs.git
    git init -q --bare -b rendered srv/output.git
    git_server_start "$dir/srv" || skip "git daemon does not start"
    for cluster in cluster-1 cluster-2; do
        sealing_certificate "certs/$cluster"
    done
    cat >weft.yaml <<YAML
apiVersion: weft.dev/v1alpha1
kind: Config
specs: {url: $GIT_SERVER_URL/specs.git, ref: main, path: specs}
output: {url: $GIT_SERVER_URL/output.git, branch: rendered, author: {name: weft, email: weft@example.com}}
state: {path: state/state.db, keyFile: state.key}
delivery: {mode: sealed-secret}
pki: {keyType: ec-p256}
clusters:
- {name: cluster-1, sealingCertificate: certs/cluster-1.pem}
- {name: cluster-2, sealingCertificate: certs/cluster-2.pem}
YAML
    "$WEFT" keygen --quiet state.key
    git init -q -b main specs
    cp -r "$root/examples/specs" specs/specs
    publish "the book shop"
}

publish() {
    git -C specs add -A
    git -C specs commit -qm "$1"
    git -C specs push -q "$dir/srv/specs.git" HEAD:main
}

tip() { git -C srv/output.git rev-parse -q --verify refs/heads/rendered; }

# out FOLDER: the output branch as files.
out() {
    rm -rf "$1"
    mkdir -p "$1"
    git -C srv/output.git archive rendered | tar -x -C "$1"
}

# unsealed TREE FOLDER: what each cluster's controller makes of its cacerts.
unsealed() {
    local cluster file
    for cluster in cluster-1 cluster-2; do
        file="$(grep -rl '^kind: SealedSecret' "$1/clusters/$cluster" | head -1)"
        [ -n "$file" ] || { fail "$cluster has no SealedSecret"; continue; }
        judged "$CONFORMANCE/pki/run" unseal "certs/$cluster.key" "$file" "$2/$cluster"
    done
}
