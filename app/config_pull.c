/* app/config_pull.c - the keys of output.pullRequest, one row each, and what they are by default.
 * Opens nothing that they name. */
#include "app/config_pull.h"
#include "app/config_output.h"
#include "app/config_path.h"
#include "base/http_url.h"
#include "base/url.h"
#include <string.h>

static void check_branch(const struct at *at, const char *branch)
{
    if (text_starts(branch, "refs/") || strpbrk(branch, " ~^:?*[\\"))
        at_error(at, "must be the short name of a branch, such as \"rendered-proposal\"");
}

static void check_label(const struct at *at, const char *label)
{
    if (!*label || strpbrk(label, ",\n"))
        at_error(at, "must be the name of one label, without a comma");
}

static void check_api(const struct at *at, const char *api)
{
    if (!text_starts(api, "https://") && !text_starts(api, "http://"))
        at_error(at, "must be the URL of the forge's API, such as https://api.github.com");
}

static void check_id(const struct at *at, const char *id)
{
    if (!*id
        || strspn(id, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._-")
               != strlen(id))
        at_error(at, "must be the App's client id, such as Iv23liExample, or its number");
}

static void check_number(const struct at *at, const char *number)
{
    if (!*number || number[strspn(number, "0123456789")])
        at_error(at, "must be the number at the end of the installation's URL");
}

static const struct schema_field app_fields[] = {
    ROW_TEXT(struct config_app, "id", id, .null = true,
             .need = "write the client id of the GitHub App", .check_text = check_id,
             .example = "Iv23liExample", .doc = "Client id of the App, or its number."),
    ROW_TEXT(struct config_app, "installation", installation, .null = true,
             .check_text = check_number, .absent = "that of the output repository",
             .example = "12345678", .doc = "Number of the installation."),
    ROW_PATH(struct config_app, "privateKeyFile", key_file,
             .need = "name the file of the App's private key",
             .doc = "File of the App's private key (PEM), readable by its owner only."),
};
static const struct schema app_schema = { .name = "App",
                                          .doc = "A GitHub App.",
                                          .size = sizeof(struct config_app),
                                          SCHEMA_FIELDS(app_fields) };

static const struct schema_field config_pull_fields[] = {
    ROW_TEXT(struct config_pull, "branch", branch, .null = true, .check_text = check_branch,
             .absent = "`output.branch` with `-proposal`",
             .doc = "Branch that weft pushes proposals to. Nothing else may push there."),
    ROW_ENUM(struct config_pull, "forge", forge, forge_kinds,
             .doc = "What serves the output repository; `gitea` is Forgejo, too."),
    ROW_TEXT(struct config_pull, "api", api, .null = true, .check_text = check_api,
             .absent = "by `output.url`", .example = "https://git.example.com/api/v4",
             .doc = "URL of the forge's API."),
    ROW_TEXT(struct config_pull, "repository", repository, .null = true,
             .absent = "by `output.url`", .example = "platform/mesh-manifests",
             .doc = "Name of the output repository there."),
    ROW_PATH(struct config_pull, "tokenFile", token_file, .absent = "`output.auth.passwordFile`",
             .doc = "File whose first line is a token that may open pull requests."),
    ROW_MAP(struct config_pull, "app", app, app_schema,
            .doc = "With the forge `github`: an App, in place of a token."),
    ROW_TEXTS(struct config_pull, "labels", labels, label_count, .check_text = check_label,
              .doc = "Labels of a pull request that weft opens."),
    ROW_TEXTS(struct config_pull, "reviewers", reviewers, reviewer_count, .check_text = check_label,
              .doc = "Accounts that weft asks for a review when it opens a pull request."),
    ROW_BOOL(struct config_pull, "draft", draft,
             .doc = "Open pull requests as drafts, which a person marks as ready."),
};
const struct schema config_pull_schema = { .name = "PullRequest",
                                           .doc = "How changes are proposed.",
                                           .size = sizeof(struct config_pull),
                                           .place = SCHEMA_OPTIONAL(struct config_pull, place),
                                           SCHEMA_FIELDS(config_pull_fields) };

/* --- what the output repository says --- */

static const char *host_of(const struct url *url, struct arena *arena)
{
    const bool ip6 = strchr(url->host, ':');
    const char *port = url->scheme == URL_SSH || !*url->port ? "" : url->port;

    return arena_printf(arena, "%s%s%s%s%s", ip6 ? "[" : "", url->host, ip6 ? "]" : "",
                        *port ? ":" : "", port);
}

/* NULL: the URL does not say. */
static const char *usual_api(enum forge_kind forge, const struct url *url, struct arena *arena)
{
    if (url->scheme == URL_FILE || url->scheme == URL_GIT)
        return NULL;
    return forge_api(forge, url->scheme == URL_HTTP ? "http" : "https", url->host,
                     host_of(url, arena), arena);
}

static void fill(struct config_output *output, const struct url *url, struct arena *arena)
{
    struct config_pull *pull = &output->pull;

    if (!pull->branch)
        pull->branch = arena_printf(arena, "%s-proposal", output->branch);
    if (!pull->api)
        pull->api = usual_api(pull->forge, url, arena);
    if (!pull->repository)
        pull->repository = url_repository(url, arena);
    if (!pull->token_file && !pull->app.id)
        pull->token_file = output->auth.password_file;
}

/* --- what cannot be --- */

static void refuse(const struct config *config, struct diags *diags, const char *key,
                   const char *text)
{
    const struct config_output *output = &config->output;

    diag_add(diags, DIAG_ERROR, output->pull.place.file ? output->pull.place : output->place, key,
             "%s", text);
}

static bool any_direct(const struct config *config)
{
    bool out = delivery_method_of(config->delivery)->writes;

    for (size_t i = 0; i < config->cluster_count; i++)
        out |= delivery_method_of(config->clusters[i].delivery)->writes;
    return out;
}

static void check(const struct config *config, struct arena *arena, struct diags *diags)
{
    const struct config_output *output = &config->output;
    const struct config_pull *pull = &output->pull;

    if (!pull->api)
        refuse(config, diags, "output.pullRequest.api",
               "output.url does not say where the forge is: write the URL of its API");
    if (!pull->token_file && !pull->app.id)
        refuse(config, diags, "output.pullRequest.tokenFile",
               "the forge needs a token: name a file that holds one here, or in "
               "output.auth.passwordFile");
    if (pull->app.id && pull->token_file)
        refuse(config, diags, "output.pullRequest.app",
               "is set beside tokenFile, and one of the two is used: remove the other one");
    if (pull->app.id && pull->forge != FORGE_GITHUB)
        refuse(config, diags, "output.pullRequest.app",
               "is for GitHub alone: name a file with a token (tokenFile) for other forges");
    if (strcmp(pull->branch, output->branch) == 0)
        refuse(config, diags, "output.pullRequest.branch",
               "is output.branch itself; proposals need a branch of their own");
    if (text_equal(pull->branch, config_output_inventory(config, arena)))
        refuse(config, diags, "output.pullRequest.branch",
               "is the branch of the inventory; proposals need a branch of their own");
    if (text_equal(pull->branch, config_output_specs(config, arena)))
        refuse(config, diags, "output.pullRequest.branch",
               "is the branch of the specs, in the same repository; proposals need a branch of "
               "their own");
    if (any_direct(config))
        refuse(config, diags, "output.mode",
               "the delivery mode direct writes cacerts to clusters before a pull request is "
               "merged; choose sealed-secret or sops");
}

/* Proposals that are described and never made: most likely output.mode is missing. Only a
 * warning, since such configurations have always been accepted. */
static void warn_unused(const struct config_output *output, struct diags *diags)
{
    if (output->has_pull && output->mode == OUTPUT_PUSH)
        diag_add(diags, DIAG_WARNING, output->pull.place, "output.pullRequest",
                 "has no effect, because output.mode is push: weft pushes to %s without a pull "
                 "request; set output.mode: pull-request, or remove this",
                 output->branch);
}

void config_pull_finish(struct config *config, struct arena *arena, struct diags *diags)
{
    struct err err;
    struct url url;

    warn_unused(&config->output, diags);
    if (config->output.mode != OUTPUT_PULL_REQUEST || !*config->output.url
        || url_parse(&url, config->output.url, arena, &err) < 0)
        return; /* the URL is reported elsewhere */
    fill(&config->output, &url, arena);
    check(config, arena, diags);
}
