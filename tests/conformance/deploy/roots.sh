# deploy/roots.sh - where istiod publishes its roots: ConfigMaps that global.trustBundleName renamed, and a ClusterTrustBundle, in both
# versions of its API.  cluster add grants the list under the name in use; without it check and evidence name the right that is missing.
# shellcheck shell=bash disable=SC2034,SC2154

# shellcheck source=SCRIPTDIR/objects-of-mesh.sh
source "$CONFORMANCE/deploy/objects-of-mesh.sh"

beta() { "$KUBECTL_BIN/kubectl" --kubeconfig "$dir/beta/kubeconfig" "$@"; }
# bundle KUBECTL VERSION NAME: a ClusterTrustBundle with our root, as istiod writes one.
bundle() {
    "$1" apply --server-side -f - <<YAML
apiVersion: certificates.k8s.io/$2
kind: ClusterTrustBundle
metadata: {name: "istio.io:istiod-ca:$3"}
spec:
  signerName: istio.io/istiod-ca
  trustBundle: |
$(sed 's/^/    /' house.pem)
YAML
}
# added CLUSTER KUBECONFIG: weft's account with the rights of evidence, which follow istiod, and a configuration with it.
added() {
    rm -rf fleet
    "$WEFT" cluster add "$1" --kubeconfig "$2" --for discovery,evidence --apply --output fleet || return 1
    config roots.yaml roots "clusters: [{name: $1, kubeconfig: fleet/$1.kubeconfig}]"
}
# sees: the fingerprint of the root that workloads have, which is none of the virtual mesh's.
sees() {
    "$WEFT" evidence -c roots.yaml -q -o json 2>/dev/null |
        python3 -c 'import json, sys; print(json.load(sys.stdin)["clusters"][0].get("foreignRoot", "none"))'
}
missing() {
    "$WEFT" cluster check -c roots.yaml -o json 2>/dev/null |
        python3 -c 'import json, sys; print("; ".join(c["rule"] for c in json.load(sys.stdin)["checks"] if c["result"] == "missing"))'
}
# right WHERE KUBECTL RESOURCE GROUP NAME SOURCE: the list of these objects alone is granted, and its absence is named.
right() {
    # Kubernetes lets every ServiceAccount list ClusterTrustBundles, which an administrator may end.
    "$2" delete clusterrolebinding system:cluster-trust-bundle-discovery >/dev/null 2>&1 || true
    local rule="{apiGroups: ['$4'], resources: [$3], resourceNames: [$5], verbs: [list]}"
    check "$1: add grants what is used" added cluster-1 "$("$2" config view --raw >admin.kubeconfig && echo admin.kubeconfig)"
    is "$1: weft sees the roots" "$house" sees
    is "$1: nothing is missing" "" missing
    "$2" get clusterrole weft-remote-evidence -o json | python3 -c '
import json, sys
role = json.load(sys.stdin)
role["rules"] = [r for r in role["rules"] if r["resources"] != [sys.argv[1]]]
role["metadata"].pop("managedFields", None)
print(json.dumps(role))' "$3" | "$2" replace -f - >/dev/null
    is "$1: the missing right is a rule to add" "$rule" missing
    is "$1: without it nothing is seen" none sees
    says "$1: and evidence names it" "$6: list: .* is forbidden" "$WEFT" evidence -c roots.yaml
    "$2" delete clusterrole weft-remote-evidence >/dev/null
}
roots_map() { "$1" -n "$2" create configmap "$3" --from-file=root-cert.pem="$4" >/dev/null; }

clusters_anew
for name in house old; do
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /O=$name -keyout $name.key -out $name.pem 2>/dev/null
done
house="$(openssl x509 -in house.pem -outform DER | sha256sum | cut -d' ' -f1)"

# What other parts applied with kubectl: cluster add leaves fields alone that another tool owns.
kubectl delete clusterrolebinding,clusterrole -l app.kubernetes.io/part-of=weft >/dev/null 2>&1
kubectl delete rolebinding,role -A -l app.kubernetes.io/part-of=weft >/dev/null 2>&1
for namespace in istio-system gloo-mesh; do
    kubectl -n $namespace delete role,rolebinding weft-remote-discover weft-remote-evidence --ignore-not-found >/dev/null 2>&1
done

check "a mesh" made kubectl
for namespace in istio-system shop; do
    roots_map kubectl $namespace mesh-roots house.pem
    roots_map kubectl $namespace istio-ca-root-cert old.pem # of the day on which they were renamed
done
kubectl -n istio-system set env deployment/istiod PILOT_CA_CERT_CONFIGMAP=mesh-roots >/dev/null
right "ConfigMaps of another name" kubectl configmaps "" mesh-roots "ConfigMaps mesh-roots"

kubectl -n istio-system set env deployment/istiod PILOT_CA_CERT_CONFIGMAP- ENABLE_CLUSTER_TRUST_BUNDLE_API=true >/dev/null
check "a ClusterTrustBundle of v1" bundle kubectl v1 root-cert
check "and one of another name" bundle kubectl v1 mesh-roots
right "a ClusterTrustBundle" kubectl clustertrustbundles certificates.k8s.io '"istio.io:istiod-ca:root-cert"' \
    "ClusterTrustBundle istio.io:istiod-ca:root-cert"

# A Kubernetes before 1.37, where the API is v1beta1 and has to be turned on.
export APISERVER_FLAGS=--runtime-config=certificates.k8s.io/v1/clustertrustbundles=false,certificates.k8s.io/v1beta1/clustertrustbundles=true
check "a server with v1beta1 alone" "$KUBERNETES/server" up "$dir/beta" $$
unset APISERVER_FLAGS
for namespace in istio-system gloo-mesh; do beta create namespace $namespace >/dev/null; done
check "and a mesh in it" made beta
beta -n istio-system set env deployment/istiod PILOT_CA_CERT_CONFIGMAP=mesh-roots ENABLE_CLUSTER_TRUST_BUNDLE_API=true >/dev/null
check "its ClusterTrustBundle" bundle beta v1beta1 mesh-roots
right "a ClusterTrustBundle of v1beta1" beta clustertrustbundles certificates.k8s.io '"istio.io:istiod-ca:mesh-roots"' \
    "ClusterTrustBundle istio.io:istiod-ca:mesh-roots"
"$KUBERNETES/server" down "$dir/beta"

kubectl delete clustertrustbundle --all >/dev/null
kubectl delete configmaps -A --field-selector metadata.name=mesh-roots >/dev/null
kubectl delete clusterrolebinding,clusterrole -l app.kubernetes.io/part-of=weft >/dev/null 2>&1
kubectl delete mutatingwebhookconfigurations istio-sidecar-injector >/dev/null
rm -rf fleet
