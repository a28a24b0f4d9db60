/* api/cert_options.h - CommonCertOptions: their rules and their defaults.  VirtualMesh API */
#ifndef WEFT_API_CERT_OPTIONS_H
#define WEFT_API_CERT_OPTIONS_H

#include "api/certificate.h"

struct schema;
extern const struct schema cert_options_root_schema, cert_options_intermediate_schema;

/* What is 0 or NULL gets its default: 365 days, 4096 bits, org_name, 0.10. */
struct cert_options cert_options_fill(struct cert_options given, const char *org_name);

#endif
