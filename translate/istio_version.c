/* translate/istio_version.c - the table of Istio versions.  Must not look at meshes. */
#include "translate/istio_version.h"

#include "base/text.h"

#define ALPHA "networking.istio.io/v1alpha3"
#define BETA "networking.istio.io/v1beta1"
#define STABLE "networking.istio.io/v1"
#define SECURITY_BETA "security.istio.io/v1beta1"
#define SECURITY_STABLE "security.istio.io/v1"

/* v1 of both groups is served since 1.22 (Istio's "v1 APIs" announcement), which also reads path
 * templates,
 * networking.istio.io/v1beta1 since 1.5, as is PeerAuthentication.  The protocol name Thrift went
 * away in 1.20.  Before 1.11 a Gateway's port was the container's. ServiceEntries select pods and
 * take targetPort since 1.8, which deprecated the CoreDNS plugin for *.global. */
/* clang-format off */
static const struct {
    int64_t minor;
    struct dialect dialect;
} dialects[] = {
    { 22, { STABLE, SECURITY_STABLE, .known = true, .peer_authentication = true, .entry_selects_pods = true,
            .path_templates = true } },
    { 20, { BETA, SECURITY_BETA, .known = true, .peer_authentication = true, .entry_selects_pods = true } },
    { 11, { BETA, SECURITY_BETA, .known = true, .peer_authentication = true, .entry_selects_pods = true,
            .thrift = true } },
    { 8, { BETA, SECURITY_BETA, .known = true, .peer_authentication = true, .entry_selects_pods = true,
           .thrift = true, .gateway_opens_pod_port = true } },
    { 5, { BETA, SECURITY_BETA, .known = true, .peer_authentication = true, .coredns = true,
           .thrift = true, .gateway_opens_pod_port = true } },
    { 0, { ALPHA, SECURITY_BETA, .known = true, .coredns = true,
           .thrift = true, .gateway_opens_pod_port = true } },
};
/* clang-format on */
static const struct dialect unknown = { BETA, SECURITY_BETA, .peer_authentication = true,
                                        .entry_selects_pods = true };

/* The decimal number at *at, which moves behind it; -1: there is none. */
static int64_t take_number(const char **at)
{
    int64_t number = 0;

    if (!is_digit(**at))
        return -1;
    for (; is_digit(**at); ++*at)
        if ((number = number * 10 + (**at - '0')) > 1000000)
            return -1;
    return number;
}

const struct dialect *istio_version_dialect(const char *version)
{
    int64_t major, minor;

    if (*version == 'v')
        version++;
    major = take_number(&version);
    if (major < 1 || *version++ != '.')
        return &unknown;
    minor = take_number(&version);
    if (minor < 0 || (*version && *version != '.' && *version != '-'))
        return &unknown;
    if (major > 1)
        return &dialects[0].dialect;
    for (size_t i = 0; i < LENGTH(dialects); i++)
        if (minor >= dialects[i].minor)
            return &dialects[i].dialect;
    return &unknown;
}
