// The older line: the CRDs of Istio 1.24, as published with its API module.
// Only the file is used; nothing of this module is compiled.
module weft.dev/conformance/istio/schema-1.24

go 1.22.0

require istio.io/api v1.24.2
