/* translate/tls_enforcement.c - one table: what servers demand against what clients send. */
#include "translate/tls_enforcement.h"

bool tls_enforcement_conflicts(enum enforcement_mode mode, enum tls_mode tls_mode)
{
    static const bool conflicts[4][4] = {
        [ENFORCE_UNSET] = { false, false, false, false },
        [ENFORCE_DISABLE] = { [TLS_UNSET] = false,
                              [TLS_DISABLE] = false,
                              [TLS_SIMPLE] = true,
                              [TLS_ISTIO_MUTUAL] = true },
        [ENFORCE_PERMISSIVE] = { false, false, false, false },
        [ENFORCE_STRICT] = { [TLS_UNSET] = true,
                             [TLS_DISABLE] = true,
                             [TLS_SIMPLE] = true,
                             [TLS_ISTIO_MUTUAL] = false },
    };

    return conflicts[mode][tls_mode];
}
