/* api/cert_options.h - CommonCertOptions: their rules and their defaults.  VirtualMesh API */
#ifndef WEFT_API_CERT_OPTIONS_H
#define WEFT_API_CERT_OPTIONS_H

#include "api/certificate.h"

/* What is 0 or NULL gets its default: 365 days, 4096 bits, org_name, 0.10. */
struct cert_options cert_options_fill(struct cert_options given, const char *org_name);
struct cert_options cert_options_decode(struct at at, const char *org_name); /* filled */
struct node *cert_options_encode(const struct cert_options *options, struct arena *arena);

#endif
