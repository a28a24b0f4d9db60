/* translate/permission_text.c - what a ruling says to people.  Decides nothing. */
#include "translate/permission_text.h"

static const char *limits(const struct permission_ruling *ruling)
{
    if (ruling->limited_requests && ruling->limited_tokens)
        return ", only with a token and for the paths, methods and ports that it allows";
    if (ruling->limited_tokens)
        return ", only with a token of the request principals that it names";
    return ruling->limited_requests ? ", only for the paths, methods and ports that it allows" : "";
}

static const char *refusal_text(const struct permission_ruling *ruling, struct arena *arena)
{
    const char *more =
        ruling->policies == 1
            ? ""
            : arena_printf(arena, ", nor one of the sources of %zu more that apply to its pods",
                           ruling->policies - 1);

    return arena_printf(arena, "none of its sources admits the caller%s%s",
                        ruling->without_identity ? ", which shows no identity without TLS" : "",
                        more);
}

const char *permission_text(const struct permission_ruling *ruling, struct arena *arena)
{
    switch (ruling->reason) {
    case PERMISSION_BY_POLICY:
        return ruling->by_source
                   ? arena_printf(arena, "spec.sourceSelector[%zu] admits the caller%s",
                                  ruling->source, limits(ruling))
                   : arena_printf(arena, "admits every caller%s", limits(ruling));
    case PERMISSION_UNLIMITED:
        return "no policy applies to its pods, so they admit every caller";
    case PERMISSION_GATEWAY:
        return ruling->limited_requests
                   ? "its pods are an ingress gateway, which admits every caller only at the "
                     "ports for requests from other clusters"
                   : "its pods are an ingress gateway, which admits every caller";
    case PERMISSION_NO_SOURCE:
        return refusal_text(ruling, arena);
    case PERMISSION_GLOBAL:
        return "spec.globalAccessPolicy is ENABLED, and no AccessPolicy applies to its pods";
    case PERMISSION_IN_DOUBT:
        return ruling->kind ? "is INVALID, so the policies that are deployed for it stay"
                            : "part of the specs cannot be read, so the policies that are "
                              "deployed stay";
    case PERMISSION_NO_DOMAIN:
        return "gives no spec.istio.trustDomain, so which identity its callers show is not known";
    case PERMISSION_PODS_DIFFER:
        return "its pods have different labels, and policies apply to some of them";
    }
    return "";
}
