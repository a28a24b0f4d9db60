/* rotation/proxy.c - the age of what a proxy holds, by when it started.
 * Certificate and roots reach a proxy together, when it starts and at each renewal, and a renewal
 * leaves no trace in the API.  So a start after istiod loaded the material proves that the proxy
 * has it, and of an older proxy only one thing is certain: it has renewed once the life of a
 * certificate has gone by.  Clocks of nodes and API server may differ, which makes proxies older
 * here, never newer. */
#include "rotation/proxy.h"

#include "base/compiler.h"
#include "base/text.h"
#include "rotation/istio_fault.h"

#include <string.h>

static const char *const loading_names[] = { [PROXY_LOADING_UNKNOWN] = "unknown",
                                             [PROXY_LOADING_BEFORE] = "not loaded",
                                             [PROXY_LOADING_SINCE] = "loaded",
                                             [PROXY_LOADING_SETTLED] = "settled" };
const struct enum_table proxy_loadings = ENUM_TABLE(loading_names);

static const char *const age_names[] = { [PROXY_CURRENT] = "current",
                                         [PROXY_MAYBE] = "may be former",
                                         [PROXY_FORMER] = "former",
                                         [PROXY_UNKNOWN] = "unknown" };
const struct enum_table proxy_ages = ENUM_TABLE(age_names);

static const char *const need_names[] = { [PROXY_NEED_NOTHING] = "",
                                          [PROXY_NEED_OTHER_CA] = "otherCA",
                                          [PROXY_NEED_NO_ISTIOD] = "noIstiod",
                                          [PROXY_NEED_LONG_LIFE] = "longLife",
                                          [PROXY_NEED_FIRST_ROOT] = "firstRoot",
                                          [PROXY_NEED_REPLACED] = "replaced" };
const struct enum_table proxy_needs = ENUM_TABLE(need_names);

const char *proxy_need_text(enum proxy_need need)
{
    switch (need) {
    case PROXY_NEED_NOTHING:
        break;
    case PROXY_NEED_OTHER_CA:
        return "its certificates come from another CA than istiod: weft cannot tell which";
    case PROXY_NEED_NO_ISTIOD:
        return "no istiod of its revision runs, so it cannot renew: restart it under a revision "
               "that runs";
    case PROXY_NEED_LONG_LIFE:
        return "its SECRET_TTL is longer than gates wait: restart it, or raise evidence.leafTTL";
    case PROXY_NEED_FIRST_ROOT:
        return "this ztunnel trusts only the first root: upgrade it before the rotation goes on";
    case PROXY_NEED_REPLACED:
        return "restart it: until it renews, it and its peers refuse each other";
    }
    return "";
}

enum { LIFE_MAX_DEFAULT_S = 90 * 24 * 3600 };
#define FIRST_ROOT_FAULT "istio/istio#47427"

/* "istiod-1-30.istio-system.svc": the Service, and how long its name is. */
static bool names_istiod(const char *host, size_t *name, const char **namespace)
{
    *name = strcspn(host, ".");
    *namespace = host[*name] ? host + *name + 1 : "";
    return strncmp(host, "istiod", 6) == 0 && (*name == 6 || host[6] == '-');
}

bool proxy_belongs(const struct proxy *proxy, const char *namespace)
{
    const char *of;
    size_t name;

    if (text_empty(proxy->ca) || !names_istiod(proxy->ca, &name, &of) || !*of)
        return true;
    return strcspn(of, ".") == strlen(namespace) && strncmp(of, namespace, strlen(namespace)) == 0;
}

/* The Service "istiod" may lead to any revision, so only a revision that is named can be missing.
 */
static bool has_istiod(const struct proxy *proxy, const struct proxy_issuer *issuer)
{
    const char *of;
    size_t name;

    if (!issuer->revision_count || !names_istiod(proxy->ca, &name, &of) || name == 6)
        return true;
    for (size_t i = 0; i < issuer->revision_count; i++)
        if (strlen(issuer->revisions[i]) == name - 7
            && strncmp(issuer->revisions[i], proxy->ca + 7, name - 7) == 0)
            return true;
    return false;
}

static bool trusts_first_root_only(const struct proxy *proxy)
{
    size_t count;
    const struct istio_fault *faults = istio_faults(&count);

    for (size_t i = 0; proxy->ztunnel && i < count; i++)
        if (strcmp(faults[i].issue, FIRST_ROOT_FAULT) == 0)
            return istio_fault_in(&faults[i], proxy->version);
    return false;
}

/* The longest life of a certificate that it may have. */
static int64_t life_of(const struct proxy *proxy, const struct proxy_issuer *issuer)
{
    const int64_t max = issuer->life_max ? issuer->life_max : LIFE_MAX_DEFAULT_S;
    const int64_t asked = proxy->life < max ? proxy->life : max;

    return asked > issuer->leaf_ttl ? asked : issuer->leaf_ttl;
}

static struct proxy_verdict judge_since(const struct proxy *proxy,
                                        const struct proxy_issuer *issuer)
{
    const int64_t until = issuer->since + life_of(proxy, issuer) + issuer->skew;

    if (!issuer->since)
        return (struct proxy_verdict){ .age = PROXY_UNKNOWN };
    if (proxy->started >= issuer->since + issuer->skew || issuer->now >= until)
        return (struct proxy_verdict){ .age = PROXY_CURRENT };
    return (struct proxy_verdict){ .age = PROXY_MAYBE, .until = until };
}

static struct proxy_verdict judge_age(const struct proxy *proxy, const struct proxy_issuer *issuer)
{
    if (!proxy->started)
        return (struct proxy_verdict){ .age = PROXY_CURRENT };
    switch (issuer->loading) {
    case PROXY_LOADING_SETTLED:
        return (struct proxy_verdict){ .age = PROXY_CURRENT };
    case PROXY_LOADING_SINCE:
        return judge_since(proxy, issuer);
    case PROXY_LOADING_BEFORE:
        return (struct proxy_verdict){ .age = PROXY_FORMER };
    case PROXY_LOADING_UNKNOWN:
        break;
    }
    return (struct proxy_verdict){ .age = PROXY_UNKNOWN };
}

static enum proxy_need need_of(const struct proxy *proxy, const struct proxy_issuer *issuer,
                               enum proxy_age age)
{
    if (!has_istiod(proxy, issuer))
        return PROXY_NEED_NO_ISTIOD;
    if (issuer->several_roots && trusts_first_root_only(proxy))
        return PROXY_NEED_FIRST_ROOT;
    if (age == PROXY_MAYBE && issuer->replaced)
        return PROXY_NEED_REPLACED;
    if (age != PROXY_CURRENT && life_of(proxy, issuer) > issuer->leaf_ttl)
        return PROXY_NEED_LONG_LIFE;
    return PROXY_NEED_NOTHING;
}

struct proxy_verdict proxy_judge(const struct proxy *proxy, const struct proxy_issuer *issuer)
{
    struct proxy_verdict out;
    const char *of;
    size_t name;

    if (!text_empty(proxy->ca) && !names_istiod(proxy->ca, &name, &of))
        return (struct proxy_verdict){ .age = PROXY_UNKNOWN, .need = PROXY_NEED_OTHER_CA };
    out = judge_age(proxy, issuer);
    out.need = need_of(proxy, issuer, out.age);
    return out;
}
