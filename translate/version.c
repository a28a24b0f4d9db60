/* translate/version.c - the table of Istio versions.  Knows nothing of meshes. */
#include "translate/version.h"

#include "base/text.h"

#define ALPHA "networking.istio.io/v1alpha3"
#define BETA "networking.istio.io/v1beta1"
#define STABLE "networking.istio.io/v1"
#define SECURITY_BETA "security.istio.io/v1beta1"
#define SECURITY_STABLE "security.istio.io/v1"

/* networking.istio.io/v1beta1 is served since 1.5, v1 of both groups since 1.22 (Istio's "v1 APIs"
 * announcement). ServiceEntries select pods and take targetPort since 1.8.  Gateway ports are
 * looked up as Service ports since 1.11, and the protocol name Thrift went away in 1.20. */
static const struct {
    int64_t minor;
    struct dialect dialect;
} dialects[] = {
    { 22, { STABLE, SECURITY_STABLE, true, false, false, true } },
    { 20, { BETA, SECURITY_BETA, true, false, false, true } },
    { 11, { BETA, SECURITY_BETA, true, true, false, true } },
    { 8, { BETA, SECURITY_BETA, true, true, true, true } },
    { 5, { BETA, SECURITY_BETA, true, true, true, false } },
    { 0, { ALPHA, SECURITY_BETA, true, true, true, false } },
};
static const struct dialect unknown = { BETA, SECURITY_BETA, false, false, false, true };

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

const struct dialect *dialect_find(const char *version)
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
