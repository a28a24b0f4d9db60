/* app/config_repository.c - the keys of the repositories: where specs are read, and where manifests
 * and the inventory are published.  Must open nothing that they name. */
#include "app/config_repository.h"
#include "app/config.h"
#include "app/config_branches.h"
#include "app/config_path.h"
#include "app/config_pull.h"
#include "base/decode_value.h"
#include "base/http_url.h"

#include <string.h>

static const char *const granularity_names[] = {
    [GRANULARITY_NAMESPACE] = "namespace", [GRANULARITY_SERVICE] = "service"
};
static const struct enum_table granularities = ENUM_TABLE(granularity_names);
static const char *const drift_names[] = { [DRIFT_STOP] = "stop", [DRIFT_OVERWRITE] = "overwrite" };
static const struct enum_table drift_rules = ENUM_TABLE(drift_names);

static const char *const output_mode_names[] = {
    [OUTPUT_PUSH] = "push", [OUTPUT_PULL_REQUEST] = "pull-request"
};
static const struct enum_table output_modes = ENUM_TABLE(output_mode_names);

static const char *const attestation_names[] = {
    [ATTESTATIONS_NONE] = "none", [ATTESTATIONS_NOTE] = "note"
};
static const struct enum_table attestation_places = ENUM_TABLE(attestation_names);

static const char *const branches_names[] = {
    [BRANCHES_SINGLE] = "single", [BRANCHES_CLUSTER] = "cluster"
};
static const struct enum_table output_branches = ENUM_TABLE(branches_names);

static const char *const import_scope_names[] = {
    [IMPORT_SCOPE_MESH] = "mesh",
    [IMPORT_SCOPE_CALLERS] = "callers",
};
static const struct enum_table import_scopes = ENUM_TABLE(import_scope_names);

/* A password in a URL would end up in logs, reports and commit trailers. */
static void decode_url(const struct at *at, const struct schema_field *field, void *object)
{
    const char *url = at_need(at);
    struct url_parts parts;

    if (url_parts_read(&parts, url, at->with->arena) == URL_FAULT_NONE && parts.password)
        at_error(at,
                 "must not hold a password; put it into a file and name that in auth.passwordFile");
    if (!strchr(url, ':') && *url && *url != '/')
        url = config_path_resolve(at, url);
    *(const char **)(void *)((char *)object + field->offset) = url;
}

static void decode_other_url(const struct at *at, const struct schema_field *field, void *object)
{
    if (at_present(at))
        decode_url(at, field, object);
}

/* --- credentials --- */

static const struct schema_field auth_fields[] = {
    ROW_TEXT(struct config_auth, "username", username, .null = true, .absent = "`git` for SSH",
             .doc = "User name; with tokens most servers accept any."),
    ROW_PATH(struct config_auth, "passwordFile", password_file, .member = true,
             .doc = "File whose first line is the password or token."),
    ROW_PATH(struct config_auth, "sshKeyFile", ssh_key_file, .member = true,
             .doc = "File of the private key for SSH."),
    ROW_PATH(struct config_auth, "knownHostsFile", known_hosts_file, .absent = "that of ssh",
             .doc = "File of accepted host keys."),
    ROW_PATH(struct config_auth, "caFile", ca_file, .absent = "the system's roots",
             .doc = "File of the only roots that are trusted for https://."),
    ROW_TEXT(struct config_auth, "proxy", proxy, .null = true,
             .absent = "`HTTPS_PROXY` and the like", .doc = "URL of the proxy for HTTP and HTTPS."),
};
static const struct schema auth_schema = { .name = "Auth",
                                           .doc = "Credentials of a repository.",
                                           .size = sizeof(struct config_auth),
                                           SCHEMA_FIELDS(auth_fields) };

/* --- repositories --- */

static void check_tree_path(const struct at *at, const char *path)
{
    if (*path == '/' || strstr(path, "..") || text_ends(path, "/"))
        at_error(at,
                 "must be a folder inside the repository, such as \"mesh/specs\": no leading or "
                 "trailing slash, no \"..\"");
}

static const struct schema_field verify_fields[] = {
    ROW_PATH(struct config_specs, "allowedSigners", allowed_signers,
             .doc = "File of the signers that are allowed, as `ssh-keygen -Y verify` reads it. "
                    "Nothing is rendered from a commit that none of them signed."),
};
static const struct schema verify_schema = { .name = "Verify",
                                             .doc = "Verification of signatures.",
                                             .size = sizeof(struct config_specs),
                                             SCHEMA_FIELDS(verify_fields) };

static const struct schema_field specs_fields[] = {
    ROW_TEXT(struct config_specs, "url", url, .need = "write the URL of the specs repository",
             .decode = decode_url, .example = "https://git.example.com/specs.git",
             .doc = "URL or local path of the specs repository."),
    ROW_TEXT(struct config_specs, "ref", ref, .text = "main",
             .doc = "Branch, full ref such as `refs/tags/v1`, or commit id."),
    ROW_TEXT(struct config_specs, "path", path, .check_text = check_tree_path, .absent = "the root",
             .doc = "Folder of the specs inside the repository."),
    ROW_FLAT("verify", verify_schema, .doc = "Who must have signed the commit of the specs."),
    ROW_MAP(struct config_specs, "auth", auth, auth_schema, .doc = "Credentials."),
};
const struct schema config_specs_schema = { .name = "Specs",
                                            .doc = "The specs repository.",
                                            .size = sizeof(struct config_specs),
                                            SCHEMA_FIELDS(specs_fields) };

static void check_author(const struct at *at, const char *name)
{
    if (strpbrk(name, "<>\n\r"))
        at_error(at, "must not hold <, > or a line break: it goes into a commit");
}

static void check_email(const struct at *at, const char *email)
{
    if (strpbrk(email, "<>\n\r "))
        at_error(at, "must be a plain e-mail address, such as weft@example.com");
}

static void check_branch(const struct at *at, const char *branch)
{
    if (text_starts(branch, "refs/") || strpbrk(branch, " ~^:?*[\\"))
        at_error(at, "must be the short name of a branch, such as \"rendered\"");
}

static const struct schema_field author_fields[] = {
    ROW_TEXT(struct config_output, "name", author_name, .text = "weft", .check_text = check_author,
             .doc = "Name of author and committer."),
    ROW_TEXT(struct config_output, "email", author_email, .text = "weft@localhost",
             .check_text = check_email, .doc = "E-mail address of author and committer."),
};
static const struct schema author_schema = { .name = "Author",
                                             .doc = "Author and committer of weft's commits.",
                                             .size = sizeof(struct config_output),
                                             SCHEMA_FIELDS(author_fields) };

static const struct schema_field signing_fields[] = {
    ROW_PATH(struct config_output, "sshKey", signing_key,
             .doc = "File of a private SSH key without a passphrase, mode 0400."),
    ROW_PATH(struct config_output, "allowedSigners", allowed_signers,
             .doc = "File of the signers that are allowed, as `ssh-keygen -Y verify` reads it. "
                    "`weft verify` fails for commits of weft that none of them signed."),
};
static const struct schema signing_schema = { .name = "Signing",
                                              .doc = "Signatures of weft's commits.",
                                              .size = sizeof(struct config_output),
                                              SCHEMA_FIELDS(signing_fields) };

static const struct schema_field output_fields[] = {
    ROW_TEXT(struct config_output, "url", url, .need = "write the URL of the output repository",
             .decode = decode_url, .example = "https://git.example.com/manifests.git",
             .doc = "URL of the output repository."),
    ROW_TEXT(struct config_output, "branch", branch, .text = "rendered", .check_text = check_branch,
             .doc = "Branch that weft commits to."),
    ROW_ENUM(struct config_output, "mode", mode, output_modes,
             .doc = "Push commits to the branch, or propose them in a pull request."),
    ROW_MAP(struct config_output, "pullRequest", pull, config_pull_schema,
            .given = SCHEMA_OPTIONAL(struct config_output, has_pull),
            .doc = "With the mode `pull-request`: how changes are proposed."),
    ROW_ENUM(struct config_output, "branches", branches, output_branches,
             .doc = "The branch alone, or beside it one for each cluster that holds only what that "
                    "cluster applies."),
    ROW_TEXT(struct config_output, "clusterBranch", cluster_branch, .null = true,
             .check_text = config_branches_check,
             .absent = "`output.branch` with `-clusters/{cluster}`",
             .example = "environment/{cluster}-next",
             .doc = "With the branches `cluster`: name of the branch of a cluster."),
    ROW_MAP(struct config_output, "oci", oci, config_oci_schema,
            .doc = "An artifact for each cluster in a registry, beside the branch."),
    ROW_BOOL(struct config_output, "hydratorMetadata", hydrator_metadata,
             .doc =
                 "With the branches `cluster`: a file `hydrator.metadata` on each, for promoters "
                 "such as GitOps Promoter."),
    ROW_ENUM(struct config_output, "attestations", attestations, attestation_places,
             .doc = "Whether each commit gets an in-toto attestation, as a Git note."),
    ROW_TEXT(struct config_output, "path", path, .check_text = check_tree_path,
             .absent = "the root", .doc = "Folder of the manifests inside the repository."),
    ROW_FLAT("author", author_schema, .doc = "Author and committer of weft's commits."),
    ROW_FLAT("signing", signing_schema, .doc = "Signatures of weft's commits."),
    ROW_MAP(struct config_output, "auth", auth, auth_schema, .doc = "Credentials."),
    ROW_ENUM(struct config_output, "granularity", granularity, granularities,
             .doc = "One file for each namespace, or for each service."),
    ROW_BOOL(struct config_output, "externalServices", external_services,
             .doc = "Federate Destinations of the type `externalService`, too."),
    ROW_ENUM(struct config_output, "importScope", import_scope, import_scopes,
             .doc =
                 "Imported services are visible in the whole mesh, or in the namespaces of their "
                 "callers only."),
    ROW_ENUM(struct config_output, "onDrift", on_drift, drift_rules,
             .doc = "What to do when others changed a file of weft on the branch."),
    ROW_FLOAT(struct config_output, "maxDeletedShare", max_deleted_share, .ratio = 0.5,
              .doc = "The deletion limit: share of weft's files that one pass may delete."),
};
const struct schema config_output_schema = { .name = "Output",
                                             .doc = "The output repository.",
                                             .size = sizeof(struct config_output),
                                             SCHEMA_FIELDS(output_fields) };

/* Commits name the path in a trailer, which is one line without blanks at its ends or in a row. */
static void check_inventory_path(const struct at *at, const char *path)
{
    check_tree_path(at, path);
    for (const char *c = path; *c; c++)
        if (*c >= '\0' && (*c <= ' ' || *c == 0x7f)) {
            at_error(at, "must not have blanks or control characters");
            return;
        }
}

static const struct schema_field inventory_fields[] = {
    ROW_TEXT(struct config_inventory, "url", url, .null = true, .decode = decode_other_url,
             .absent = "`output.url`", .example = "https://git.example.com/inventory.git",
             .doc = "URL of the repository of the inventory."),
    ROW_TEXT(struct config_inventory, "branch", branch, .null = true, .check_text = check_branch,
             .absent = "`discovery.branch`", .doc = "Branch that weft commits the inventory to."),
    ROW_TEXT(struct config_inventory, "path", path, .check_text = check_inventory_path,
             .absent = "the root", .doc = "Folder of the inventory inside the repository."),
    ROW_MAP(struct config_inventory, "auth", auth, auth_schema,
            .given = SCHEMA_OPTIONAL(struct config_inventory, has_auth),
            .doc = "Credentials, with `inventory.url`."),
};
const struct schema config_inventory_schema = { .name = "Inventory",
                                                .doc = "Where the inventory is kept.",
                                                .size = sizeof(struct config_inventory),
                                                SCHEMA_FIELDS(inventory_fields),
                                                .place = SCHEMA_OPTIONAL(struct config_inventory,
                                                                         place) };
