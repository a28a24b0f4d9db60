/* app/option_rows.c - a row for each option, and what the rows of commands say together. */
#include "app/option_rows.h"
#include "app/options.h"
#include "base/compiler.h"
#include <assert.h>
#include <string.h>

/* clang-format off */
#define FIELD(name) offsetof(struct options, name)
static const struct option_row rows[] = {
    [OPTION_CONFIG] = { "config", 'c', "FILE", FIELD(config), NULL,
        "configuration file (WEFT_CONFIG, or weft.yaml, when not given)" },
    [OPTION_NAMESPACE] = { "namespace", 'n', "NAMESPACE", FIELD(namespace), NULL,
        "only virtual meshes of this namespace" },
    [OPTION_SPECS] = { "specs", 0, "DIR", FIELD(specs), NULL,
        "folder of specs to read instead of a Git repository" },
    [OPTION_OUTPUT] = { "output", 0, "DIR", FIELD(output), NULL,
        "folder to write to: manifests, inventory (new or empty), escrow files, or a cluster's manifests" },
    [OPTION_FROM] = { "from", 0, "DIR", FIELD(from), NULL,
        "a folder for each cluster, with the lists of its API server as JSON files" },
    [OPTION_EXPLAIN] = { "explain", 0, "SERVICE", FIELD(explain), NULL,
        "whether a Service (NAMESPACE/NAME) becomes a Destination, and why" },
    [OPTION_FORMAT] = { "format", 'o', "FORMAT", FIELD(format_text), NULL,
        "how to print:" },
    [OPTION_KUBECONFIG] = { "kubeconfig", 0, "FILE", FIELD(kubeconfig), NULL,
        "your own kubeconfig, which is not kept (KUBECONFIG, or ~/.kube/config, when not given)" },
    [OPTION_CONTEXT] = { "context", 0, "CONTEXT", FIELD(context), NULL,
        "context of that kubeconfig (the current one when not given)" },
    [OPTION_FOR] = { "for", 0, "FEATURES", FIELD(features), NULL,
        "what rights are for, between commas: discovery, evidence, direct, restart, workloads" },
    [OPTION_WORKLOADS] = { "workloads", 0, NULL, FIELD(workloads), NULL,
        "also read pods: which proxies may still have former certificates, which need a restart" },
    [OPTION_TAKE_OVER] = { "take-over", 0, NULL, FIELD(take_over), NULL,
        "replace a cacerts that another writer made; that writer must have stopped" },
    [OPTION_APPLY] = { "apply", 0, NULL, FIELD(apply), NULL,
        "apply the manifests with your credentials, instead of printing them" },
    [OPTION_STEP] = { "step", 0, "N", FIELD(step), NULL,
        "approve: the step that was verified, 1 to 3 (default: the one that waits); log: a rotation in this step" },
    [OPTION_REASON] = { "reason", 0, "TEXT", FIELD(reason), NULL,
        "why; kept in the state and shown in conditions and commits" },
    [OPTION_FORCE] = { "force", 0, NULL, FIELD(force), NULL,
        "approve: open a closed gate, although traffic may break; needs --reason" },
    [OPTION_COMPROMISED] = { "compromised", 0, NULL, FIELD(compromised), NULL,
        "start: the deployed root may be in wrong hands, take the shortest way to a new one" },
    [OPTION_ACCEPT_DOWNTIME] = { "accept-downtime", 0, NULL, FIELD(accept_downtime), NULL,
        "start: continue although clusters will refuse each other for a while; needs --reason" },
    [OPTION_BASE] = { "base", 0, "REF", FIELD(base), NULL,
        "compare two commits of the specs: from this branch, tag or commit (default: specs.ref)" },
    [OPTION_HEAD] = { "head", 0, "REF", FIELD(head), NULL,
        "compare two commits of the specs: to this branch, tag or commit (default: specs.ref)" },
    [OPTION_BASE_SPECS] = { "base-specs", 0, "DIR", FIELD(base_specs), NULL,
        "folder of specs to compare those in --specs with; it may be empty" },
    [OPTION_POST] = { "post", 0, NULL, FIELD(post), NULL,
        "set the status of the commit, and keep one comment on the pull request up to date" },
    [OPTION_TOKEN_FILE] = { "token-file", 0, "FILE", FIELD(token_file), NULL,
        "file of the forge's token (GITHUB_TOKEN or GITLAB_TOKEN of the environment when not given)" },
    [OPTION_REF] = { "ref", 0, "REF", FIELD(ref), NULL,
        "the specs at this branch, tag or commit, in place of specs.ref" },
    [OPTION_OUT] = { "out", 0, "FILE", FIELD(out), NULL,
        "also write the plan here, for \"weft run --plan FILE\"" },
    [OPTION_PLAN] = { "plan", 0, "FILE", FIELD(plan), NULL,
        "do what this plan shows, or nothing when the pass would do anything else" },
    [OPTION_DETAILED_EXITCODE] = { "detailed-exitcode", 0, NULL, FIELD(detailed_exitcode), NULL,
        "exit with 3 when specs are refused, 5 when the changes need attention, 4 for other changes" },
    [OPTION_DIFF] = { "diff", 0, NULL, FIELD(diff), NULL,
        "show what differs (never a secret)" },
    [OPTION_CLUSTER] = { "cluster", 0, "CLUSTER", FIELD(cluster), NULL,
        "only commits that change files of this cluster" },
    [OPTION_SERIAL] = { "serial", 0, "HEX", FIELD(serial), NULL,
        "only commits that issue the certificate whose serial or fingerprint begins like this" },
    [OPTION_PROOF] = { "proof", 0, "HEX", FIELD(proof), NULL,
        "print a proof, as JSON, that the log has the certificate whose serial or fingerprint begins like this" },
    [OPTION_SINCE] = { "since", 0, "TIME", FIELD(since), NULL,
        "only commits from TIME on: 2026-11-23T11:00:00Z, 2026-11-23, \"2 days ago\"" },
    [OPTION_UNTIL] = { "until", 0, "TIME", FIELD(until), NULL,
        "only commits up to TIME" },
    [OPTION_REQUEST] = { "operator", 0, "TEXT", FIELD(request), NULL,
        "only commits that carry out a request of an operator with this text in it, such as approve" },
    [OPTION_ALLOWED_SIGNERS] = { "allowed-signers", 0, "FILE", FIELD(allowed_signers), NULL,
        "who may sign commits of the output branch, instead of output.signing.allowedSigners" },
    [OPTION_REPORT] = { "report", 0, "FILE", FIELD(report), NULL,
        "write a JSON report here, and the status of each VirtualMesh into status/ beside it" },
    [OPTION_HTML] = { "html", 0, "FILE", FIELD(html), NULL,
        "write the page here" },
    [OPTION_METRICS_FILE] = { "metrics-file", 0, "FILE", FIELD(metrics), NULL,
        "write metrics here, in the text format of Prometheus (instead of metrics.file)" },
    [OPTION_NOW] = { "now", 0, "TIME", FIELD(now_text), NULL,
        "use TIME (2026-11-23T11:00:00Z) as the current time: tests and rehearsals" },
    [OPTION_DRY_RUN] = { "dry-run", 0, NULL, FIELD(dry_run), NULL,
        "do everything but change nothing anywhere" },
    [OPTION_ALLOW_DELETIONS] = { "allow-deletions", 0, NULL, FIELD(allow_deletions), NULL,
        "let this pass delete more than output.maxDeletedShare allows" },
    [OPTION_ALLOW_REMOVALS] = { "allow-removals", 0, "CLUSTERS", FIELD(allow_removals), NULL,
        "let the inventory of these clusters (\"a,b\"; \"*\": all) lose what the pass would hold" },
    [OPTION_REPLACE_CLUSTER] = { "replace-cluster", 0, "CLUSTER", FIELD(replace_cluster), NULL,
        "this name refers to another cluster from now on" },
    [OPTION_INVENTORY] = { "inventory", 0, "COMMIT", FIELD(inventory), NULL,
        "use this inventory and read no cluster: a commit or branch of its repository "
        "(validate, render, discover --diff: or a folder)" },
    [OPTION_OVERWRITE_DRIFT] = { "overwrite-drift", 0, NULL, FIELD(overwrite_drift), NULL,
        "replace files of weft that others changed on the output branch" },
    [OPTION_ACCEPT_REFUSED] = { "accept-refused", 0, NULL, FIELD(accept_refused), NULL,
        "exit with 0, not 3, when specs were refused and all others were served" },
    [OPTION_WATCH] = { "watch", 'w', NULL, FIELD(watch), NULL,
        "print again after each change, until interrupted" },
    [OPTION_EXIT_CODE] = { "exit-code", 0, NULL, FIELD(exit_code), NULL,
        "also exit with 3 when the last pass refused specs" },
    [OPTION_RECIPIENT] = { "recipient", 0, "RECIPIENT", FIELD(recipient), NULL,
        "age recipients (age1...,age1...) in place of pki.escrow.ageRecipients" },
    [OPTION_IDENTITY] = { "identity", 0, "FILE", FIELD(identity), NULL,
        "file of the age identity (private key) that opens the escrow file" },
    [OPTION_NEW_KEY] = { "new-key", 0, "FILE", FIELD(new_key), NULL,
        "file of the state key that replaces the one in state.keyFile" },
    [OPTION_LOG_FORMAT] = { "log-format", 0, "FORMAT", FIELD(log_format), "auto text lines json",
        "progress on standard error (lines: level event key=value):" },
    [OPTION_COLOR] = { "color", 0, "WHEN", FIELD(color), "auto always never",
        "color; auto: on terminals, unless NO_COLOR is set:" },
    [OPTION_QUIET] = { "quiet", 'q', NULL, FIELD(quiet), NULL,
        "only warnings and errors" },
    [OPTION_VERBOSE] = { "verbose", 'v', NULL, FIELD(verbose), NULL,
        "more detail" },
    [OPTION_HELP] = { "help", 'h', NULL, FIELD(help), NULL,
        "this help" },
};
/* clang-format on */
static_assert(LENGTH(rows) == OPTION_COUNT && OPTION_COUNT <= 64, "an option is a bit of a mask");

const struct option_row *option_row(enum option option) { return &rows[option]; }

const struct command *command_find(const struct command *commands, const char *name)
{
    for (const struct command *command = commands; command->name; command++)
        if (strcmp(command->name, name) == 0)
            return command;
    return NULL;
}

const struct verb *verb_find(const struct command *command, const char *name)
{
    for (const struct verb *verb = command->verbs; verb->name; verb++)
        if (strcmp(verb->name, name) == 0)
            return verb;
    return NULL;
}

uint64_t command_options(const struct command *command, const struct verb *verb)
{
    uint64_t options = command->options | TAKEN_EVERYWHERE;

    if (verb)
        return options | verb->options;
    for (verb = command->verbs; verb->name; verb++)
        options |= verb->options;
    return options;
}
