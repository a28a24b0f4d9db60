/* app/config_oci.c - the keys of output.oci, one row each.  Opens nothing that they name.
 *
 * The password's file has a row of its own instead of a Docker configuration: such a file may name
 * programs to run, and holds the credentials of other registries. */
#include "app/config_oci.h"
#include "app/config_path.h"
#include "base/http_url.h"
#include "oci/oci_reference.h"

static void check_url(const struct at *at, const char *url)
{
    const char *fault = *url ? oci_reference_fault(url, at->with->arena) : NULL;

    if (fault)
        at_error(at, "%s", fault);
}

static void check_tag(const struct at *at, const char *tag)
{
    if (!oci_reference_is_tag(tag))
        at_error(at, "must be a tag, such as \"latest\": letters, digits, \".\", \"_\" and \"-\", "
                     "128 at most");
}

static void check_token_server(const struct at *at, const char *url)
{
    struct url_parts parts;

    if (!http_url_split(&parts, url, at->with->arena) || parts.user
        || (!text_equal(parts.scheme, "https") && !http_url_is_loopback(url, at->with->arena)))
        at_error(at, "must be the address of a server, such as https://auth.docker.io");
}

static const struct schema_field auth_fields[] = {
    ROW_TEXT(struct config_oci, "username", username, .text = "weft",
             .doc = "User name; with tokens most registries accept any."),
    ROW_PATH(struct config_oci, "passwordFile", password_file,
             .doc = "File whose first line is the password or token."),
    ROW_PATH(struct config_oci, "caFile", ca_file, .absent = "the system's roots",
             .doc = "File of the only roots that are trusted for the registry."),
    ROW_TEXT(struct config_oci, "proxy", proxy, .null = true,
             .absent = "`HTTPS_PROXY` and the like", .doc = "URL of the proxy."),
};
static const struct schema auth_schema = { .name = "RegistryAuth",
                                           .doc = "Credentials of a registry.",
                                           .size = sizeof(struct config_oci),
                                           SCHEMA_FIELDS(auth_fields) };

static const struct schema_field config_oci_fields[] = {
    ROW_TEXT(struct config_oci, "url", url, .null = true,
             .need = "write where the artifacts go, such as oci://registry.example.com/mesh",
             .check_text = check_url, .example = "oci://registry.example.com/mesh",
             .doc = "Where artifacts go: that of a cluster is the repository of its name below "
                    "this path."),
    ROW_TEXT(struct config_oci, "tag", tag, .text = "latest", .check_text = check_tag,
             .doc = "Tag that weft moves to each new artifact. Nothing else may push there."),
    ROW_TEXT(struct config_oci, "tokenServer", token_server, .null = true,
             .check_text = check_token_server, .absent = "the registry itself",
             .example = "https://auth.docker.io",
             .doc = "Another server that may get the password, when the registry says that it "
                    "gives the tokens."),
    ROW_BOOL(struct config_oci, "allowInsecure", allow_insecure,
             .doc = "Use `http://` for a registry on the loopback."),
    ROW_FLAT("auth", auth_schema, .doc = "Credentials."),
};
const struct schema config_oci_schema = { .name = "Oci",
                                          .doc = "An artifact for each cluster, in a registry.",
                                          .size = sizeof(struct config_oci),
                                          SCHEMA_FIELDS(config_oci_fields) };
