/* pki/csr_fault.c - the names of what is wrong with a request.  Data only. */
#include "pki/csr_fault.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

static const char *const csr_fault_names[] = {
    [CSR_NONE] = "none",
    [CSR_UNREADABLE] = "unreadable",
    [CSR_VERSION] = "version",
    [CSR_OTHER_CLUSTER] = "other cluster",
    [CSR_NAMES] = "names",
    [CSR_SELF_SIGNATURE] = "self-signature",
    [CSR_WEAK_KEY] = "weak key",
    [CSR_TOKEN_FORM] = "token form",
    [CSR_TOKEN_ALGORITHM] = "token algorithm",
    [CSR_TOKEN_KEY] = "token key",
    [CSR_TOKEN_SIGNATURE] = "token signature",
    [CSR_TOKEN_SUBJECT] = "token subject",
    [CSR_TOKEN_CONTENT] = "token content",
    [CSR_TOKEN_OLD] = "token too old",
    [CSR_TOKEN_EARLY] = "token of the future",
    [CSR_USED_BEFORE] = "used before",
    [CSR_SHARED] = "shared",
};
static_assert(LENGTH(csr_fault_names) == CSR_SHARED + 1, "every fault has a name");
const struct enum_table csr_faults = ENUM_TABLE(csr_fault_names);

int csr_fault_set(struct err *err, enum csr_fault fault, const char *fmt, ...)
{
    char text[sizeof err->text];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return err_set(err, ERR_REFUSED, (int)fault, "%s", text);
}
