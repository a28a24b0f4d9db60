/* app/config_oci.h - output.oci: the registry that gets an artifact for each cluster. */
#ifndef WEFT_APP_CONFIG_OCI_H
#define WEFT_APP_CONFIG_OCI_H

#include "api/schema.h"

struct config_oci {
    const char *url; /* "oci://HOST/PATH"; NULL: no artifacts */
    const char *tag;
    const char *token_server; /* NULL: the registry alone gives tokens */
    bool allow_insecure;      /* http:// to a registry on the loopback */
    const char *username, *password_file, *ca_file, *proxy; /* NULL: not given */
};

extern const struct schema config_oci_schema;

#endif
