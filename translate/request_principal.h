/* translate/request_principal.h - what an entry of sourceSelector asks of the token of a request.
 */
#ifndef WEFT_TRANSLATE_REQUEST_PRINCIPAL_H
#define WEFT_TRANSLATE_REQUEST_PRINCIPAL_H

#include "api/selector.h"

/* Whether some request meets the entry's requestPrincipals and notRequestPrincipals: false when
 * what the latter exclude is all that the former ask for. */
bool request_principal_any(const struct identity_selector *source);

#endif
