/* rotation/istio_fault.c - the table of Istio's faults, and which release has one.
 * A fix reaches several minor lines, each with a patch of its own: a release is without the fault
 * when its line has a fix at or below its patch, or when its line is newer than the newest fixed
 * one. */
#include "rotation/istio_fault.h"
#include "base/compiler.h"
#include "base/text.h"

#include <string.h>

static const struct istio_fault faults[] = {
    { "istio/istio#57853", "", "", false, true,
      "an istiod that signed for itself until now reads its first cacerts only when it starts: "
      "restart it once after the first delivery" },
    { "istio/istio#59768", "", "1.28.7 1.29.3 1.30.0", false, false,
      "workload certificates can outlive the intermediate that signed them, and then fail without "
      "an error: upgrade, or keep leaves much shorter than what is left of the intermediate" },
    { "istio/istio#59909", "1.20", "1.30.0", false, true,
      "istiod compares bundles as text, so it takes a changed bundle only when one file contains "
      "the other; weft writes them so, and a cluster that missed a step needs a restart of "
      "istiod" },
    { "istio/istio#47427", "", "1.24.6 1.25.3 1.26.0", true, false,
      "ztunnel trusts only the first root of a bundle: ambient workloads refuse peers during a "
      "rotation; upgrade before it" },
};

const struct istio_fault *istio_faults(size_t *count)
{
    *count = LENGTH(faults);
    return faults;
}

enum { PART_MAX = 10000 };

/* A number at *text, which moves behind it; -1: there is none. */
static int number(const char **text)
{
    int out = is_digit(**text) ? 0 : -1;

    for (; is_digit(**text) && out < PART_MAX; ++*text)
        out = 10 * out + (**text - '0');
    return out;
}

/* "1.28.3-distroless": 1, 28, 3; "1.28": 1, 28, 0. */
static bool parse(int parts[3], const char *text)
{
    for (int i = 0; i < 3; i++) {
        if (i == 2 && !*text) {
            parts[i] = 0;
            return true;
        }
        if (i && *text++ != '.')
            return false;
        if ((parts[i] = number(&text)) < 0)
            return false;
    }
    return true;
}

bool istio_fault_in(const struct istio_fault *fault, const char *version)
{
    int is[3], since[3], fixed[3] = { 0 };

    if (!parse(is, version) || is[0] != 1)
        return false;
    if (*fault->since && parse(since, fault->since) && is[1] < since[1])
        return false;
    for (const char *at = fault->fixed; *at;) {
        const size_t len = strcspn(at, " ");
        char text[32] = "";

        memcpy(text, at, len < sizeof text ? len : sizeof text - 1);
        if (parse(fixed, text) && is[1] == fixed[1])
            return is[2] < fixed[2];
        at += len + (at[len] == ' ');
    }
    return !*fault->fixed || is[1] < fixed[1];
}
