# tests/e2e/lib.bash - the stage of the end-to-end tests: a git daemon for each file, a specs and an output repository, certificates
# and a configuration for each test, all in bats' own temporary folders.
# shellcheck shell=bash disable=SC2034,SC2154,SC2119,SC2120 # the tests read and set many of these

bats_require_minimum_version 1.5.0
ROOT=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd -P)
# shellcheck source=../../scripts/git-server.bash
source "$ROOT/scripts/git-server.bash"

# A sanitizer's complaint must not look like an exit status of weft.
export ASAN_OPTIONS=${ASAN_OPTIONS:-exitcode=99:detect_stack_use_after_return=1}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-exitcode=99:print_stacktrace=1}
# Every one of some thousand runs would poison the surroundings of 50,000 literals and look for leaks, two fifths of what a short run takes.
# The unit tests do both; here the files that run each command look for leaks, by LEAKS=yes before they load this one.
if [[ $ASAN_OPTIONS != *report_globals* ]]; then
    ASAN_OPTIONS+=:report_globals=0
    [[ ${LEAKS:-} == yes ]] || ASAN_OPTIONS+=:detect_leaks=0
fi
export LC_ALL=C.UTF-8

# The binary: ctest names it; by hand it is that of scripts/test.
export WEFT=${WEFT:-$ROOT/build/asan/app/weft}

# In setup_file: serves repositories, takes the sealing certificates of two clusters, and prepares what each test copies.
stage_file() {
    [[ -x $WEFT ]] || { echo "$WEFT is not there: build it, or name another one in WEFT" >&2 && return 1; }
    git_plainly
    mkdir -p "$BATS_FILE_TMPDIR/srv"
    git init -q --bare --template= "$BATS_FILE_TMPDIR/srv/probe.git"
    git_server_start "$BATS_FILE_TMPDIR/srv"
    export GIT_SERVER_URL GIT_SERVER_PID
    sealing_certificates
    stage_template "$BATS_FILE_TMPDIR/template"
}

# The RSA keys take longer than many a test, so the files of one run share them: the first that is ready keeps its own there.
sealing_certificates() {
    local cluster shared=${WEFT_TEST_SHARED:-$BATS_FILE_TMPDIR}/certs made=$BATS_FILE_TMPDIR/made
    if [[ ! -d $shared ]]; then
        mkdir "$made"
        for cluster in cluster-1 cluster-2; do
            make_certificate "$made/$cluster.pem" -newkey rsa:2048
        done
        mv -T "$made" "$shared" 2>/dev/null || [[ -d $shared ]]
    fi
    [[ $shared == "$BATS_FILE_TMPDIR/certs" ]] || cp -R "$shared" "$BATS_FILE_TMPDIR/certs"
}

# stage_template FOLDER: repositories with the example's specs and no output, a clone of the specs, and a state key.
stage_template() {
    mkdir -p "$1/repositories"
    git init -q --bare --template= -b main "$1/repositories/specs.git"
    git init -q --bare --template= -b rendered "$1/repositories/output.git"
    mkdir "$1/repositories/"{specs,output}.git/hooks
    git init -q --template= -b main "$1/specs"
    cp -R "$ROOT/examples/specs" "$1/specs/specs"
    git -C "$1/specs" add -A
    git -C "$1/specs" commit -q -m "the book shop"
    git -C "$1/specs" push -q "$1/repositories/specs.git" HEAD:main
    "$WEFT" keygen --quiet "$1/state.key"
}

# In teardown_file.
unstage_file() {
    git_server_stop
}

# make_certificate FILE OPENSSL-ARGUMENT...: a self-signed certificate, its key beside it.
make_certificate() {
    local file=$1
    shift
    openssl req -x509 -nodes -subj "/CN=sealed-secrets" -days 3650 "$@" -keyout "$file.key" -out "$file" 2>/dev/null
}

# In setup: the folder of this test, with the example's specs pushed, an empty output repository, a configuration and a state key.
stage_test() {
    local repositories=$BATS_FILE_TMPDIR/srv/t$BATS_TEST_NUMBER template=$BATS_FILE_TMPDIR/template
    cd "$BATS_TEST_TMPDIR" || return
    git_plainly
    SPECS_URL=$GIT_SERVER_URL/t$BATS_TEST_NUMBER/specs.git OUTPUT_URL=$GIT_SERVER_URL/t$BATS_TEST_NUMBER/output.git
    SPECS_GIT=$repositories/specs.git OUTPUT_GIT=$repositories/output.git
    cp -R "$template/repositories" "$repositories"
    cp -R "$template/specs" "$BATS_FILE_TMPDIR/certs" .
    cp -p "$template/state.key" state.key
    mkdir -p tmp
    export TMPDIR=$PWD/tmp # what a pass may write to; the rest of the stage is behind its walls
    write_config
    git -C specs remote add origin "$SPECS_URL"
}

# The configuration; each argument is a line that is added at its end.  Elliptic keys: quick to make.
write_config() {
    cat >weft.yaml <<END
apiVersion: weft.dev/v1alpha1
kind: Config
specs: {url: $SPECS_URL, ref: main, path: specs}
output: {url: $OUTPUT_URL, branch: rendered, author: {name: weft, email: weft@example.com}}
state: {path: state/state.db, keyFile: state.key}
delivery: {mode: sealed-secret}
pki: {keyType: ec-p256}
clusters:
- {name: cluster-1, sealingCertificate: certs/cluster-1.pem}
- {name: cluster-2, sealingCertificate: certs/cluster-2.pem}
END
    if (($#)); then
        printf '%s\n' "$@" >>weft.yaml
    fi
}

# given_root SUBJECT DAYS: a CA of the operator's, valid from the test's START, where the configuration says that such CAs lie.
given_root() {
    local folder=given/gloo-mesh/house-root
    (umask 077 && mkdir -p $folder)
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "$1" -keyout root.key -out root.csr 2>/dev/null
    : >index
    printf '%s\n' '[ca]' 'default_ca=here' '[here]' 'database=index' 'new_certs_dir=.' 'rand_serial=yes' 'default_md=sha256' \
        'policy=any' 'unique_subject=no' 'x509_extensions=v3' '[any]' 'commonName=supplied' '[v3]' 'basicConstraints=critical,CA:TRUE' \
        'keyUsage=critical,keyCertSign,cRLSign' 'subjectKeyIdentifier=hash' >ca.cnf
    openssl ca -batch -notext -config ca.cnf -selfsign -keyfile root.key -in root.csr -out root.pem \
        -startdate "$(date -u -d "@$((START - 3600))" +%Y%m%d%H%M%SZ)" -enddate "$(date -u -d "@$((START + $2 * 86400))" +%Y%m%d%H%M%SZ)" 2>/dev/null
    install -m 600 root.pem $folder/root-cert.pem
    install -m 600 root.pem $folder/ca-cert.pem
    install -m 600 root.pem $folder/cert-chain.pem
    install -m 600 root.key $folder/ca-key.pem
}

# The specs ask for the given root instead of a generated one.
wants_given_root() {
    write_config "evidence: {trustClock: true}"
    sed -i 's/^pki: .*/pki: {keyType: ec-p256, givenRoots: given}/' weft.yaml
    python3 - <<'END_OF_PROGRAM'
import re
path = "specs/specs/virtualmesh.yaml"
text = open(path).read()
new = re.sub(r"( +)generated:\n(\1 +.*\n)+", r"\1secret: {name: house-root, namespace: gloo-mesh}\n", text)
assert new != text
open(path, "w").write(new)
END_OF_PROGRAM
    push_specs "a root of our own"
}

# many: the folder many has the specs of one virtual mesh of 500 clusters, with a Service and a Workload each.
many() {
    mkdir -p many
    python3 - >many/all.yaml <<'END'
each = """---
apiVersion: discovery.mesh.gloo.solo.io/v1
kind: Mesh
metadata: {name: m%(i)d, namespace: gloo-mesh}
spec: {istio: {installation: {namespace: istio-system, cluster: c%(i)d, version: 1.22.3}, trustDomain: t%(i)d, smartDnsProxyingEnabled: true}}
---
apiVersion: discovery.mesh.gloo.solo.io/v1
kind: Destination
metadata: {name: cart%(i)d, namespace: gloo-mesh}
spec:
  mesh: {name: m%(i)d, namespace: gloo-mesh}
  kubeService: {ref: {name: cart%(i)d, namespace: shop, clusterName: c%(i)d}, workloadSelectorLabels: {app: cart}, ports: [{port: 80, name: http, protocol: TCP}]}
---
apiVersion: discovery.mesh.gloo.solo.io/v1
kind: Workload
metadata: {name: web%(i)d, namespace: gloo-mesh}
spec:
  mesh: {name: m%(i)d, namespace: gloo-mesh}
  kubernetes: {controller: {name: web, namespace: shop, clusterName: c%(i)d}, podLabels: {app: web}, serviceAccountName: web}
"""
print("".join(each % {"i": i} for i in range(500)))
print("---\napiVersion: networking.mesh.gloo.solo.io/v1\nkind: VirtualMesh\nmetadata: {name: all, namespace: gloo-mesh}\nspec:")
print("  mtlsConfig: {shared: {rootCertificateAuthority: {generated: {}}}}\n  federation: {selectors: [{}]}\n  meshes:")
print("".join("  - {name: m%d, namespace: gloo-mesh}\n" % i for i in range(500)))
END
}

# cluster_lists CLUSTER...: dump/CLUSTER has the lists that the API server of an ordinary cluster answers with.
cluster_lists() {
    local cluster
    for cluster in "$@"; do
        mkdir -p "dump/$cluster"
        cp "$ROOT"/tests/discovery/common/*.json "dump/$cluster/"
    done
}

# The meshes of the example share a trust domain, as those of istioctl's defaults do.
equal_trust_domains() {
    sed -i 's/trustDomain: .*/trustDomain: cluster.local/' specs/specs/*/mesh.yaml
    push_specs "one trust domain"
}

push_specs() {
    git -C specs add -A
    git -C specs commit -q --allow-empty -m "$1"
    git -C specs push -q origin HEAD:main
}

output_git() { git -C "$OUTPUT_GIT" "$@"; }
tip() { output_git rev-parse -q --verify refs/heads/rendered || echo none; }
commits() { output_git rev-list --count rendered 2>/dev/null || echo 0; }
rendered_files() { output_git ls-tree -r --name-only rendered; }
rendered_file() { output_git show "rendered:$1"; }

# Commits another writer's work to the output branch: other_writer PATH TEXT MESSAGE
other_writer() {
    rm -rf other
    git clone -q "$OUTPUT_URL" other
    mkdir -p "$(dirname "other/$1")"
    printf '%s\n' "$2" >"other/$1"
    git -C other add -A
    git -C other commit -q -m "$3"
    git -C other push -q origin HEAD:rendered
}

# weft, with its output in $output and its exit status in $status.
weft() { run "$WEFT" "$@"; }
# The same, but what it says to people and what it prints apart: $said and $output.
weft_apart() {
    run --separate-stderr "$WEFT" "$@"
    said=$stderr
}
# One pass with plain event lines.
pass() { weft run -c weft.yaml --log-format lines "$@"; }

# Passes on a set clock.  Hour 0 is START, in seconds since 1970; a file that depends on the weekday sets its own START, and a file that
# needs other options defines its own pass_at.
START=1800000000
# at HOUR: the time so many hours after START, as --now takes it.
at() { date -u -d "@$((START + $1 * 3600))" +%Y-%m-%dT%H:%M:%SZ; }
pass_at() { weft run -c weft.yaml --now "$(at "$1")"; }
# passes FROM TO: a pass at each of these hours; every one must succeed.
passes() {
    local hour
    for ((hour = $1; hour <= $2; hour++)); do
        pass_at "$hour"
        expect 0
    done
}

# expect STATUS [TEXT...]: the exit status, and that each text was said.
expect() {
    local wanted=$1 text
    shift
    if [[ $status != "$wanted" ]]; then
        printf 'exit status %s, wanted %s; it said:\n%s\n' "$status" "$wanted" "$output${said:+$'\n'$said}" >&2
        return 1
    fi
    for text in "$@"; do
        if [[ "$output$'\n'${said:-}" != *"$text"* ]]; then
            printf 'nothing said of "%s", but:\n%s\n' "$text" "$output${said:+$'\n'$said}" >&2
            return 1
        fi
    done
}

# same A B: two texts are equal; shows both when not.
same() {
    if [[ $1 != "$2" ]]; then
        printf 'is:     %s\nwanted: %s\n' "$1" "$2" >&2
        return 1
    fi
}

# What the state knows, read by another program: state_rows SQL
state_rows() { sqlite3 "file:state/state.db?mode=ro" "$1"; }
# Roots and intermediates with their serials: what must never be made twice.
issued() { state_rows "SELECT 'root', id FROM roots UNION ALL SELECT cluster, serial FROM intermediates ORDER BY 1, 2"; }

# conditions ID...: how many conditions of rotations have one of these ids of rotation/messages.h, by what the state holds.
conditions() {
    state_rows "SELECT count(*) FROM rotations, json_each(conditions) WHERE json_extract(value, '\$.reason') IN ($(printf "'%s'," "$@")'')"
}

# json FILE-OR-- PYTHON: a Python expression over the document d.
json() { python3 -c 'import json, sys; d = json.load(open(sys.argv[1]) if sys.argv[1] != "-" else sys.stdin); print(eval(sys.argv[2]))' "$@"; }

# serve SCRIPT ARGUMENT...: one of tests/servers over this test's repositories until the test ends; what it tells is in ${SERVED[name]}.
serve() {
    local name value
    declare -gA SERVED=()
    coproc SERVE { exec "$ROOT/tests/servers/$1" "${@:2}" 3>&-; }
    while read -r -u "${SERVE[0]}" name value; do
        case $name in
        ready) return 0 ;;
        SKIP) skip "$value" ;;
        *) SERVED[$name]=$value ;;
        esac
    done
    return 1
}
