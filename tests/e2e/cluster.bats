# tests/e2e/cluster.bats - weft cluster as far as it goes without an API server; tests/conformance/deploy/cluster.sh has real ones.
LEAKS=yes
load lib

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    claims=$(printf '{"exp":1764500000}' | base64 -w0 | tr -d =)
    cat >cluster-1.kubeconfig <<YAML
apiVersion: v1
kind: Config
current-context: weft
contexts: [{name: weft, context: {cluster: cluster, user: weft}}]
clusters: [{name: cluster, cluster: {server: "https://127.0.0.1:1"}}]
users: [{name: weft, user: {token: "e30.$claims.c2ln"}}]
YAML
    chmod 600 cluster-1.kubeconfig
    cat >weft.yaml <<YAML
apiVersion: weft.dev/v1alpha1
kind: Config
specs: {url: "https://git.example.com/specs.git", ref: main}
output: {url: "https://git.example.com/output.git", branch: rendered}
state: {path: $PWD/state/state.db, keyFile: $PWD/state.key}
clusters:
- {name: cluster-1, kubeconfig: cluster-1.kubeconfig}
- {name: cluster-2}
- {name: cluster-3, kubeconfig: gone.kubeconfig}
YAML
}

@test "list shows credentials and their expiry, and no secret" {
    weft cluster list --now 2025-11-29T00:00:00Z
    expect 0 "cluster-1   -          discovery,evidence   token" "2025-11-30T10:53:20Z" "https://127.0.0.1:1" gone.kubeconfig
    [[ $output != *e30* ]]
    weft cluster list --now 2025-12-29T00:00:00Z
    expect 0 "expired 2025-11-30T10:53:20Z"
    weft cluster list -o json
    expect 0 '"kind": "ClusterList"' '"credential": "token"' '"expires": "2025-11-30T10:53:20Z"' '"problem":'
    [[ $output != *e30* ]]
    weft cluster list cluster-1
    expect 2 "cluster list takes no cluster-1"
}

@test "check tells which clusters do not answer, and fails when none does" {
    weft cluster check
    expect 1 "cluster-1   api server   failed" "cluster-3   api server   failed" gone.kubeconfig
    weft cluster check cluster-1 -o json
    expect 1 '"check": "api server"' '"result": "failed"'
    weft cluster check cluster-9
    expect 1 "no cluster cluster-9"
    weft cluster check --for rights
    expect 2 "no rights"
}

@test "add takes the name of one cluster and features that exist, and overwrites nothing" {
    weft cluster add
    expect 2 "NAME of one cluster"
    weft cluster add a b
    expect 2
    weft cluster add UPPER
    expect 2 "not UPPER"
    weft cluster add cluster-4 --for discovery,nothing
    expect 2 "unknown feature nothing"
    weft cluster add cluster-4 --kubeconfig gone.kubeconfig
    expect 1 gone.kubeconfig
    weft cluster add cluster-4 --kubeconfig cluster-1.kubeconfig --apply --output fleet
    expect 1 "cluster cluster-4"
    run ls -A fleet
    same "$output" ""
    weft cluster add cluster-1 --kubeconfig cluster-1.kubeconfig --output .
    expect 1 "cluster-1.kubeconfig is there already"
}
