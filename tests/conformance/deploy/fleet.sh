# deploy/fleet.sh - the way of docs/bring-your-fleet.md on two real API servers: from an empty folder to certificates in both clusters.
# shellcheck shell=bash disable=SC2154

# shellcheck source=SCRIPTDIR/objects-of-mesh.sh
source "$CONFORMANCE/deploy/objects-of-mesh.sh"

clusters_anew
check "cluster-1 gets the objects of a mesh" made kubectl
check "cluster-2, too" made workload
workload -n istio-system patch service istio-eastwestgateway --subresource status --type merge \
    -p '{"status": {"loadBalancer": {"ingress": [{"ip": "203.0.113.20"}]}}}' >/dev/null
repository fleet-specs main
repository fleet-output rendered

walked=$SECONDS
exits "init writes a folder" 0 "$WEFT" init walk
cd walk || return
is "with a key for its owner alone" 600 stat -c %a state.key
is "what is secret is ignored" "!! state.key !! state/" sh -c 'git init -q . && touch state/x && git status --porcelain --ignored | grep "^!!" | sort | paste -sd" "'
sed -i -e "s|https://git.example.com/mesh/specs.git.*|$git_url/fleet-specs.git|" -e "s|https://git.example.com/mesh/manifests.git.*|$git_url/fleet-output.git|" \
    -e 's|^# delivery: {mode: direct}.*|delivery: {mode: direct}|' weft.yaml
"$WEFT" cluster add cluster-1 --kubeconfig "$admin" --apply --output . >>weft.yaml || fail "cluster-1 is not added"
"$WEFT" cluster add cluster-2 --kubeconfig "$workload_admin" --apply --output . >>weft.yaml || fail "cluster-2 is not added"
exits "check is content with both" 0 "$WEFT" cluster check
says "direct delivery is among the features" 'cluster-2 +direct +discovery,evidence,direct +token' "$WEFT" cluster list
rm specs/virtualmesh.yaml
exits "init finds the meshes" 0 "$WEFT" init
is "of both clusters" 2 grep -c 'name: istiod-istio-system-cluster-' specs/virtualmesh.yaml
cat >>specs/virtualmesh.yaml <<'YAML'
  federation:
    selectors:
    - destinationSelectors:
      - kubeServiceMatcher:
          namespaces: [shop]
YAML
echo 'discovery: {enabled: true}' >>weft.yaml
exits "discover describes the clusters" 0 "$WEFT" discover -q --output found
exits "validate takes specs and inventory" 0 "$WEFT" validate --specs specs --inventory found
git init -q -b main pushed
cp -R specs pushed/
git -C pushed add -A
git -C pushed commit -q -m "our fleet"
git -C pushed push -q "$dir/srv/fleet-specs.git" HEAD:main
exits "plan shows the first commit" 4 "$WEFT" plan -q
says "with both clusters" 'cluster-1.*cluster-2' "$WEFT" plan -q
exits "run makes it" 0 "$WEFT" run --log-format lines
walked=$((SECONDS - walked))
is "cluster-1 has its certificate" cacerts kubectl -n istio-system get secret cacerts -o 'jsonpath={.metadata.name}'
is "cluster-2, too" cacerts workload -n istio-system get secret cacerts -o 'jsonpath={.metadata.name}'
is "of one root" "" diff <(kubectl -n istio-system get secret cacerts -o 'jsonpath={.data.root-cert\.pem}') <(workload -n istio-system get secret cacerts -o 'jsonpath={.data.root-cert\.pem}')
says "cluster-1 reaches the Services of cluster-2" 'clusters/cluster-1/imports/cluster-2/shop.yaml' git -C "$dir/srv/fleet-output.git" ls-tree -r --name-only rendered
exits "validate takes the inventory of the state" 0 "$WEFT" validate
exits "nothing differs from it" 0 "$WEFT" discover -q --diff
exits "nor from the objects as if written by hand" 0 "$WEFT" discover -q --diff --specs found
exits "a second plan has nothing to do" 0 "$WEFT" plan -q
says "and status a way on" 'first' "$WEFT" status
note "from an empty folder to the first commit: $walked s; lines that a person wrote: 9 (two URLs, the mode of delivery, discovery, five of federation)"
cd .. || return
unmade
rm -rf walk
