# deploy/stage.sh - two API servers (management and workload cluster), Git over HTTP, and weft as the chart installs it.
# Sourced after lib.sh, never run.  Everything lies in $dir; the parts share what stands here.
# shellcheck shell=bash disable=SC2034,SC2154

root="$(cd "$CONFORMANCE/../.." && pwd)"
deploy="$root/k8s-job/deploy"
# shellcheck source=SCRIPTDIR/../kubernetes/peer.sh
source "$CONFORMANCE/kubernetes/peer.sh"
# shellcheck source=SCRIPTDIR/../../../scripts/git-server.bash
source "$root/scripts/git-server.bash"

# newest PATH: the newest of our own builds that has it.
newest() {
    # shellcheck disable=SC2012 # our own build folders; the newest comes first
    ls -t "$root"/build/*/"$1" 2>/dev/null | head -1
}

WEFT="${WEFT:-$(newest app/weft)}"
[ -x "$WEFT" ] || skip "no build of weft; build it or name it in WEFT"
need_command git "install git"
need_command openssl "install openssl"
need_command lighttpd "install lighttpd, which serves the repositories"
need_command python3 "install python3"
export ASAN_OPTIONS=${ASAN_OPTIONS:-exitcode=99} UBSAN_OPTIONS=${UBSAN_OPTIONS:-exitcode=99}

VM=virtualmeshes.networking.mesh.gloo.solo.io

# kubectl on the management cluster, and on the workload cluster.
kubectl() { "$KUBECTL_BIN/kubectl" --kubeconfig "$admin" "$@"; }
workload() { "$KUBECTL_BIN/kubectl" --kubeconfig "$workload_admin" "$@"; }
helm() { HELM_CACHE_HOME="$dir/helm" "$KUBECTL_BIN/helm" "$@"; }

# check WHAT COMMAND...: it succeeds.
check() {
    local what="$1"
    shift
    if "$@" >"$dir/command.log" 2>&1; then ok "$what"; else
        fail "$what (exit status $?)"
        tail -n 15 "$dir/command.log" | cut -c1-500 | sed 's/^/     /'
    fi
}

# says WHAT PATTERN COMMAND...: its output has the pattern (extended, over all lines).
says() {
    local what="$1" pattern="$2" told
    shift 2
    told="$("$@" 2>&1)" || true
    if grep -qzE -- "$pattern" <<<"$told"; then ok "$what"; else
        fail "$what: nothing like \"$pattern\" in:"
        tail -n 15 <<<"$told" | cut -c1-500 | sed 's/^/     /'
    fi
}

# unit NAME [VARIABLE=VALUE...]: one of our unit tests, with something real to try it on; no test of it may skip; false: there is no build.
unit() {
    local name="$1" test
    shift
    test="${WEFT_UNIT_TESTS:+$WEFT_UNIT_TESTS/$name}"
    [ -n "$test" ] || test="$(find "$root"/build/*/tests/unit -name "$name" -type f -printf '%T@ %p\n' 2>/dev/null | sort -rn | head -1 | cut -d' ' -f2-)"
    [ -x "$test" ] || { printf 'SKIP %s: no build of %s; build it or name its folder in WEFT_UNIT_TESTS\n' "$PEER" "$name"; return 1; }
    check "$name passes" env "$@" "$test"
    if grep -q SKIPPED "$dir/command.log"; then fail "$name skipped: $(grep SKIPPED "$dir/command.log" | head -3)"; fi
    return 0
}

# is WHAT WANT COMMAND...: its output is exactly that.
is() {
    local what="$1" want="$2" told
    shift 2
    told="$("$@" 2>&1)" || true
    if [ "$told" = "$want" ]; then ok "$what"; else fail "$what: \"${told:0:600}\", not \"$want\""; fi
}

# reaches WHAT WANT COMMAND...: its output becomes WANT within a minute.
reaches() {
    local what="$1" want="$2" told=""
    shift 2
    for _ in $(seq 120); do
        told="$("$@" 2>&1)" || true
        if [ "$told" = "$want" ]; then ok "$what"; return; fi
        sleep 0.5
    done
    fail "$what: still \"${told:0:600}\", not \"$want\""
}

# A sealing certificate, FILE.pem and FILE.key.
sealing_certificate() {
    openssl req -x509 -newkey rsa:2048 -nodes -days 365 -subj /CN=sealed-secrets -keyout "$1.key" -out "$1.pem" 2>/dev/null
}

# serve NAME [VARIABLE=VALUE...] SCRIPT ARGUMENT...: one of tests/servers until we end; sets served_url, served_ca and so on.
serve() {
    local name="$1" key value
    shift
    mkfifo "$dir/$name.in"
    env "$@" <"$dir/$name.in" >"$dir/$name.out" &
    exec {served_in}>"$dir/$name.in"
    for _ in $(seq 100); do grep -qE '^(ready|SKIP)' "$dir/$name.out" && break; sleep 0.1; done
    while read -r key value; do printf -v "served_$key" %s "$value"; done <"$dir/$name.out"
    grep -q '^ready' "$dir/$name.out" || skip "no server: $(cat "$dir/$name.out")"
}

# repository NAME BRANCH: a bare one that is fetched and pushed over HTTP.
repository() {
    git init -q --bare -b "$2" "$dir/srv/$1.git"
    git -C "$dir/srv/$1.git" config http.receivepack true
}

# push MESSAGE: what lies in specs/ is the tip of main.
push() {
    git -C "$dir/specs" add -A
    git -C "$dir/specs" commit -q --allow-empty -m "$1"
    git -C "$dir/specs" push -q "$dir/srv/specs.git" HEAD:main
}
tip() { git -C "$dir/srv/${1:-output}.git" rev-parse -q --verify refs/heads/rendered; }

# config FILE STATE [LINE...]: weft.yaml with a state of its own; the lines are added at its end.
config() {
    local file="$1" state="$2"
    shift 2
    {
        cat <<YAML
apiVersion: weft.dev/v1alpha1
kind: Config
specs: {url: $git_url/specs.git, ref: main, path: specs}
output: {url: $git_url/${output:-output}.git, branch: rendered, author: {name: weft, email: weft@example.com}}
state: {path: $dir/$state/state.db, keyFile: $dir/state.key}
pki: {keyType: ec-p256}
YAML
        [ $# -eq 0 ] || printf '%s\n' "$@"
    } >"$file"
}
CLUSTERS='clusters: [{name: cluster-1, sealingCertificate: certs/cluster-1.pem}, {name: cluster-2, sealingCertificate: certs/cluster-2.pem}]'

# pass FILE [OPTION...]: one pass; what it says goes to pass.log and to standard output, its status is kept.
pass() {
    local file="$1"
    shift
    pass_status=0
    "$WEFT" run -c "$file" --log-format lines "$@" >"$dir/pass.log" 2>&1 || pass_status=$?
}

# passes WHAT STATUS FILE [OPTION...]: a pass ends so.
passes() {
    local what="$1" want="$2"
    shift 2
    pass "$@"
    if [ "$pass_status" = "$want" ]; then ok "$what"; else
        fail "$what: exit status $pass_status, not $want"
        tail -n 12 "$dir/pass.log" | cut -c1-500 | sed 's/^/     /'
    fi
}
# told WHAT PATTERN: the last pass said so.
told() { says "$1" "$2" cat "$dir/pass.log"; }
# untold WHAT PATTERN: it did not.
untold() {
    if grep -qE -- "$2" "$dir/pass.log"; then fail "$1: $(grep -E -- "$2" "$dir/pass.log" | head -2)"; else ok "$1"; fi
}

# status_of PATH: a field of the VirtualMesh's status, as JSONPath.
status_of() { kubectl -n gloo-mesh get "$VM" bookinfo -o "jsonpath={.status.$1}"; }

# The proxy in front of the management cluster; through it every account has its token from proxied.token.
start_proxy() {
    proxy="$dir/management"
    [ -n "${proxy_port:-}" ] && return
    serve proxy "$KUBERNETES/proxy.py" "$proxy" "$(cat "$proxy/port")"
    proxy_port="$served_port"
}
# through FILE KUBECONFIG: the same account, by the proxy.
through() {
    token="$(sed -n 's/^ *token: //p' "$2")"
    printf '%s\n' "$token" >proxied.token
    sed -e "s|127.0.0.1:[0-9]*|127.0.0.1:$proxy_port|" -e "s|token: .*|tokenFile: $dir/proxied.token|" "$2" >"$1"
}
rules() { printf '%s\n' "$1" >"$proxy/rules.new" && mv "$proxy/rules.new" "$proxy/rules.json" && : >"$proxy/proxy.log"; }

# everything: a kubeconfig with a token that may do anything.
everything() {
    kubectl -n default create serviceaccount everything >/dev/null 2>&1 || true
    kubectl create clusterrolebinding everything --clusterrole=cluster-admin --serviceaccount=default:everything >/dev/null 2>&1 || true
    "$KUBERNETES/server" account "$dir/management" default everything
}

# debian_tool PACKAGE PROGRAM: sets $tool to the program of the distribution's package, which need not be installed.
debian_tool() {
    tool="$(command -v "$2")" && return
    tool="$PEER_CACHE/$1-1/$2"
    command -v apt-get >/dev/null && make_once "$1" "${tool%/*}" debian_unpack "$1" "$2" && return
    printf 'SKIP %s: no %s here (Debian package %s)\n' "$PEER" "$2" "$1"
    return 1
}
debian_unpack() {
    (cd "$PEER_CACHE/$1-1" && apt-get -qq download "$1" 2>/dev/null &&
        dpkg -x "$1"_*.deb unpacked && mv "unpacked/usr/bin/$2" . && rm -r unpacked ./*.deb)
}

# The example's specs, whatever a part made of them.
specs_anew() {
    rm -rf "$dir/specs/specs"
    cp -r "$root/examples/specs" "$dir/specs/specs"
    push "the book shop"
}

# enrol FILE KUBECTL CONFIG: what the README says of other clusters; the token is made as the token controller would.
enrol() {
    local token
    "$2" create namespace bookinfo >/dev/null 2>&1 || true
    for file in account evidence direct restart; do
        "$2" apply --server-side --force-conflicts -f "$deploy/cluster/$file.yaml" >/dev/null
    done
    token="$("$2" -n weft-system create token weft-remote --duration 2h)"
    "$2" -n weft-system patch secret weft-remote-token --type merge -p '{"stringData": {"token": "'"$token"'"}}' >/dev/null
    (umask 077 && KUBECONFIG="$3" KUBECTL="$KUBECTL_BIN/kubectl" "$deploy/cluster/kubeconfig" >"$1")
}

# Both clusters without certificates and workloads of another part.
clusters_anew() {
    local each
    for each in kubectl workload; do
        "$each" delete secrets -A --field-selector metadata.name=cacerts >/dev/null 2>&1
        "$each" delete configmaps -A --field-selector metadata.name=istio-ca-root-cert >/dev/null 2>&1
        "$each" delete deployments -A --all >/dev/null 2>&1
    done
}

stage_servers() {
    local pid
    "$KUBERNETES/server" up "$dir/workload" $$ >"$dir/workload.out" 2>&1 &
    pid=$!
    "$KUBERNETES/server" up "$dir/management" $$ >/dev/null
    wait "$pid" || { cat "$dir/workload.out"; return 1; }
    admin="$dir/management/kubeconfig"
    workload_admin="$dir/workload/kubeconfig"
    for namespace in gloo-mesh weft-system istio-system; do
        kubectl create namespace "$namespace" >/dev/null
        workload create namespace "$namespace" >/dev/null
    done
}

stage() {
    kubernetes_build || exit 1
    kubectl_install
    git_plainly
    mkdir -p "$dir/srv" "$dir/certs"
    cp "$WEFT" "$dir/weft-now" # a build may replace it while it is tried
    WEFT="$dir/weft-now"
    repository specs main
    repository output rendered
    serve git "$root/tests/servers/git-http.sh" "$dir/srv"
    git_url="$served_url"
    for cluster in cluster-1 cluster-2; do sealing_certificate "$dir/certs/$cluster"; done
    "$WEFT" keygen --quiet "$dir/state.key"
    git init -q -b main "$dir/specs"
    stage_servers
}

unstage() {
    local server
    # What still runs has its number in the folder, so it ends before that goes.
    [ ! -d "$dir/flux" ] || "$CONFORMANCE/flux/controllers" down "$dir/flux" || true
    for server in "$dir"/istiod-cluster-*; do [ ! -d "$server" ] || "$CONFORMANCE/istiod/server" down "$server" || true; done
    [ -z "${gateway_pid:-}" ] || kill "$gateway_pid" 2>/dev/null || true
    for server in management workload; do "$KUBERNETES/server" down "$dir/$server" || true; done
    # The servers end with their input, that is with us.
    rm -rf "$dir"
}
