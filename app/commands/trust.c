/* app/commands/trust.c - weft trust: the roots and intermediates of the state, read and checked
 * without a private key; the verbs that need one have files of their own.
 *
 * inspect and root need public columns only. Each certificate is checked against its row and up to
 * its root (pki/check.c). One that fails is shown with the reason and does not end the list, and
 * makes the exit status 1 in every format. */
#include "app/commands/trust.h"
#include "api/own_document.h"
#include "app/commands/command.h"
#include "app/commands/trust_escrow.h"
#include "app/commands/trust_restore.h"
#include "app/usage.h"
#include "base/clock.h"
#include "base/write.h"
#include "base/write_json.h"
#include "ci/table.h"
#include "pki/cacerts.h"
#include "pki/check.h"
#include "pki/desired.h"
#include "pki/inspect.h"
#include "state/store.h"
#include <string.h>

struct job {
    const struct options *options;
    const struct ledger *ledger;
    struct arena *arena;
};

enum { FINGERPRINT_SHOWN = 16 };

static const char *ends_text(const struct job *job, int64_t not_after)
{
    return not_after > job->options->now
               ? clock_duration_text(not_after - job->options->now, job->arena)
               : "expired";
}

static void fact_row(struct table *table, const struct job *job, const char *kind,
                     const struct trust_fact *fact, const char *check)
{
    table_cell(table, kind);
    table_cell(table, fact->cluster);
    table_cell(table, fact->name);
    table_cell(table, enums_name(&key_states, (int)fact->state));
    table_cell(table, fact->key);
    table_cellf(table, "%.*s", FINGERPRINT_SHOWN, fact->fingerprint);
    table_cell(table, ends_text(job, fact->not_after));
    table_cell(table, check);
}

/* *good becomes false where it does not hold. */
static const char *check_of(const struct job *job, const struct trust_fact *fact, bool *good)
{
    struct err err;

    if (check_trust(job->ledger, fact->fingerprint, job->options->now, &err) == 0)
        return "ok";
    *good = false;
    return arena_text(job->arena, err.text);
}

static bool all_hold(const struct job *job, const struct trust_facts *facts)
{
    bool good = true;

    for (size_t i = 0; i < facts->root_count; i++)
        (void)check_of(job, &facts->roots[i], &good);
    for (size_t i = 0; i < facts->intermediate_count; i++)
        (void)check_of(job, &facts->intermediates[i], &good);
    return good;
}

/* Whether all of them hold. */
static bool print_table(struct text *out, const struct job *job, const char *virtual_mesh,
                        const struct trust_facts *facts)
{
    static const char *const header[] = { "KIND", "CLUSTER",     "NAME",    "STATE",
                                          "KEY",  "FINGERPRINT", "ENDS IN", "CHECK" };
    struct table table = table_new(job->arena, LENGTH(header), header);
    bool good = true;

    for (size_t i = 0; i < facts->root_count; i++)
        fact_row(&table, job, "root", &facts->roots[i], check_of(job, &facts->roots[i], &good));
    for (size_t i = 0; i < facts->intermediate_count; i++)
        fact_row(&table, job, "intermediate", &facts->intermediates[i],
                 check_of(job, &facts->intermediates[i], &good));
    text_addf(out, "%s\n", virtual_mesh);
    table_print(out, &table);
    return good;
}

static void print_json(struct text *out, const struct job *job, const char *virtual_mesh,
                       const struct trust_facts *facts)
{
    struct node *root = own_document("Trust", job->arena);

    node_set_text(job->arena, root, "virtualMesh", virtual_mesh);
    node_set(root, "trust", inspect_node(facts, job->arena));
    write_json(out, root, true);
}

/* 1: one of them does not hold. */
static int inspect_one(struct text *out, const struct job *job, const char *virtual_mesh,
                       struct err *err)
{
    struct trust_facts facts;

    if (inspect_trust(&facts, job->ledger, virtual_mesh, job->arena, err) < 0)
        return -1;
    if (job->options->format != FORMAT_JSON)
        return print_table(out, job, virtual_mesh, &facts) ? 0 : 1;
    print_json(out, job, virtual_mesh, &facts);
    return all_hold(job, &facts) ? 0 : 1;
}

static int inspect(const struct job *job)
{
    const char *wanted = job->options->target;
    AUTO_TEXT out = { 0 };
    size_t shown = 0;
    struct err err;
    int bad = 0;

    for (const struct ledger_rotation *row = job->ledger->rotations; row; row = row->next) {
        int result;

        if (!options_select(job->options, row->virtual_mesh))
            continue;
        if ((result = inspect_one(&out, job, row->virtual_mesh, &err)) < 0)
            return command_failed(&err);
        bad += result;
        shown++;
    }
    if (wanted && !shown) {
        fprintf(stderr, "weft: the state holds no trust of %s\n", wanted);
        return EXIT_FAILED;
    }
    return command_print(&out) == EXIT_CONVERGED && !bad ? EXIT_CONVERGED : EXIT_FAILED;
}

static void bundle_json(struct text *out, const struct job *job, const char *virtual_mesh,
                        const char *bundle)
{
    struct node *root = own_document("TrustBundle", job->arena);

    node_set_text(job->arena, root, "virtualMesh", virtual_mesh);
    node_set_text(job->arena, root, "bundle", bundle);
    write_json(out, root, true);
}

static int print_bundle(const struct job *job, const struct ledger_intermediate *row)
{
    AUTO_TEXT out = { 0 };
    const char *bundle;
    struct err err;

    if (desired_bundle(&bundle, job->ledger, row, job->arena, &err) < 0)
        return command_failed(&err);
    if (job->options->format == FORMAT_JSON)
        bundle_json(&out, job, row->virtual_mesh, bundle);
    else
        text_adds(&out, bundle);
    return command_print(&out);
}

/* The bundle of any of its clusters: all differ only while a step is on its way. */
static int print_root(const struct job *job)
{
    const char *wanted = job->options->target;

    if (!wanted) {
        usage_wrong(job->options->command, "trust root needs a NAMESPACE/NAME", "", NULL);
        return EXIT_USAGE;
    }
    for (const struct ledger_intermediate *row = job->ledger->intermediates; row; row = row->next)
        if (row->state == KEY_ACTIVE && strcmp(row->virtual_mesh, wanted) == 0)
            return print_bundle(job, row);
    fprintf(stderr, "weft: the state holds no trust of %s\n", wanted);
    return EXIT_FAILED;
}

int trust_main(const struct options *options)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    AUTO(store_close) struct store *store = NULL;
    struct config config;
    struct ledger ledger;
    int status;

    if (!command_config(&config, options, arena, &status))
        return status;
    if (strcmp(options->verb->name, "escrow") == 0)
        return trust_escrow(&config, options, arena);
    if (strcmp(options->verb->name, "restore") == 0)
        return trust_restore(&config, options, arena);
    if (!command_open_state(&store, &ledger, &config, arena))
        return EXIT_FAILED;
    struct job job = { options, &ledger, arena };

    return strcmp(options->verb->name, "root") == 0 ? print_root(&job) : inspect(&job);
}
