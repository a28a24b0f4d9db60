# deploy/faults.sh - the same passes through a proxy that breaks connections and answers badly: weft converges, or says
# in one line what it cannot do and goes on.  That each fault was there, the proxy's own log shows.
# shellcheck shell=bash disable=SC2154

start_proxy

# fresh: the object without any status.
fresh() {
    kubectl -n gloo-mesh delete "$VM" bookinfo >/dev/null 2>&1 || true
    kubectl apply --server-side -f specs/specs/virtualmesh.yaml -f specs/specs/policies.yaml >/dev/null
    printf '%s\n' "${1:-$token}" >proxied.token
}

# survives WHAT LOG RULES [TOKEN]: a pass under these rules leaves the status; LOG is what the proxy must have seen.
survives() {
    fresh "${4:-}"
    rules "$3"
    passes "$1: the pass converges" 0 proxied.yaml
    says "$1: it was there" "$2" cat "$proxy/proxy.log"
    is "$1: the status is written" ACCEPTED status_of state
    untold "$1: the fault is no warning" '^warn .*(status of|API server|answer)'
}

# gives_up WHAT SAID RULES: a pass that cannot post says why, once, and is no failure.
gives_up() {
    fresh
    rules "$3"
    passes "$1: the pass converges all the same" 0 proxied.yaml
    told "$1: the line tells it" "$2"
    is "$1: there is no status" "" status_of state
}

one='"path": "/virtualmeshes/bookinfo(/status)?([?]|$)"'
through proxied.kubeconfig "$account"
cp proxied.token fresh.token
config proxied.yaml status "$CLUSTERS" "management: {kubeconfig: proxied.kubeconfig}"

survives "a connection reset before the request" 'GET [^ ]*bookinfo reset 0.*GET [^ ]*bookinfo - 200' '[{"method": "GET", '"$one"', "fault": "reset"}]'
survives "a connection reset after a read" 'GET [^ ]*bookinfo reset 200' '[{"method": "GET", '"$one"', "fault": "reset", "after": true}]'
survives "a connection reset after a write" 'PATCH [^ ]* reset 200' '[{"method": "PATCH", '"$one"', "fault": "reset", "after": true}]'
survives "429 with Retry-After" 'answer 429.*- 200' \
    '[{"method": "GET", '"$one"', "fault": "answer", "code": 429, "reason": "TooManyRequests", "message": "slowly", "headers": {"Retry-After": "1"}}]'
survives "500 twice" 'answer 500.*answer 500.*- 200' \
    '[{"method": "PATCH", '"$one"', "times": 2, "fault": "answer", "code": 500, "reason": "InternalError", "message": "etcdserver: leader changed"}]'
survives "503 of a load balancer" 'answer 503.*- 200' \
    '[{"method": "GET", '"$one"', "fault": "answer", "code": 503, "body": "<html>no server is available</html>"}]'
survives "a slow body" 'slow 200' '[{"method": "GET", '"$one"', "fault": "slow", "seconds": 3}]'
survives "a body that ends in the middle" 'cut 200.*- 200' '[{"method": "GET", '"$one"', "fault": "cut"}]'
survives "another writer between read and write" 'run 409.*PATCH [^ ]* - 200' \
    '[{"method": "PATCH", '"$one"', "fault": "run", "command": "'"$KUBECTL_BIN/kubectl --kubeconfig $admin -n gloo-mesh annotate $VM bookinfo weft.test/edited=now"'"}]'
survives "a token that expired" 'GET [^ ]* run 401.*GET [^ ]* - 200' \
    '[{"path": "/", "fault": "run", "command": "cp '"$dir"'/fresh.token '"$dir"'/proxied.token"}]' expired

gives_up "500 without end" 'warn .*bookinfo.*leader changed' \
    '[{'"$one"', "times": 0, "fault": "answer", "code": 500, "reason": "InternalError", "message": "etcdserver: leader changed"}]'
gives_up "resets without end" 'warn .*bookinfo.*tried 5 times' '[{'"$one"', "times": 0, "fault": "reset"}]'
gives_up "a token that stays expired" 'warn .*bookinfo.*Unauthorized' \
    '[{'"$one"', "times": 0, "fault": "answer", "code": 401, "reason": "Unauthorized", "message": "Unauthorized"}]'
gives_up "a login page for an answer" 'warn .*bookinfo.*not from the Kubernetes API' \
    '[{'"$one"', "times": 0, "fault": "answer", "code": 200, "body": "<html>please log in</html>"}]'
gives_up "no right to write" 'warn .*bookinfo.*cannot patch' \
    '[{"method": "PATCH", '"$one"', "times": 0, "fault": "answer", "code": 403, "reason": "Forbidden", "message": "weft cannot patch resource virtualmeshes/status"}]'

# Lists of many pages, by the unit test, through the proxy.
through everything.kubeconfig "$(everything)"
rules '[{"method": "GET", "path": "/configmaps[?].*continue=", "fault": "answer", "code": 410, "reason": "Expired", "message": "The provided continue parameter is too old"},
    {"method": "GET", "path": "/configmaps[?].*continue=", "fault": "reset"},
    {"method": "GET", "path": "/configmaps[?].*continue=", "fault": "cut"},
    {"method": "GET", "path": "/configmaps[?]limit=", "times": 0, "fault": "page", "limit": 300}]'
if unit test_k8s-job_client_real WEFT_TEST_ONLY="a_list_*" WEFT_TEST_KUBECONFIG=everything.kubeconfig; then
    says "that test ran" '1 test.s. run' cat command.log
    says "lists are whole in spite of 410, reset and cut pages: all three were there" 'answer 410.*reset 0.*cut 200' cat "$proxy/proxy.log"
    is "and the list began anew after the 410" yes \
        awk '/answer 410/ { gone = 1 } gone && /configmaps.limit=500 page/ { print "yes"; exit }' "$proxy/proxy.log"
fi
