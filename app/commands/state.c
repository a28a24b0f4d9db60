/* app/commands/state.c - weft state: whether the state is what weft wrote, part by part; an
 * operator's consent to one that a pass refused because it has no MACs; another key for it.
 *
 * Parts are checked one by one and a failure does not end the check, so an operator sees at once
 * whether one table or the whole file is bad. Without the key MACs cannot be checked; certificates
 * and their signatures still are, and the exit status is 1, because a check that was left out must
 * not read as one that passed.
 *
 * accept is for a state without MACs, made by an older weft, that a pass refused because the
 * branch has counters: the operator answers for its contents. It refuses a state that has MACs,
 * which would otherwise be a way to bless a forged one. */
#include "app/commands/state.h"
#include "api/own_document.h"
#include "app/commands/branch_look.h"
#include "app/commands/command.h"
#include "app/commands/state_rekey.h"
#include "base/plural.h"
#include "base/write.h"
#include "base/write_json.h"
#include "ci/table.h"
#include "pki/custody.h"
#include "pki/ledger_check.h"
#include <stdlib.h>
#include <string.h>

enum { PARTS_MAX = 32 };

/* One line of the answer. */
struct part {
    const char *name, *rows;
    const char *wrong; /* NULL: nothing */
    const char *note;  /* when nothing is wrong; "" */
};

struct job {
    const struct options *options;
    struct config *config;
    struct arena *arena;
    struct part parts[PARTS_MAX];
    size_t count;
    size_t bad;
};

static void add(struct job *job, const char *name, const char *rows, const char *wrong,
                const char *note)
{
    job->parts[job->count++] = (struct part){ name, rows, wrong, note };
    job->bad += wrong != NULL;
}

static void add_result(struct job *job, const char *name, int result, const struct err *err)
{
    add(job, name, "", result < 0 ? arena_text(job->arena, err->text) : NULL, "");
}

/* --- check --- */

static const char *count_of(struct job *job, size_t count)
{
    return arena_printf(job->arena, "%zu", count);
}

static void check_tables(struct job *job, struct store *store, bool keyed)
{
    struct store_finding *findings;
    struct err err;
    size_t count;

    if (store_check(&findings, &count, store, job->arena, &err) < 0) {
        add_result(job, "tables", -1, &err);
        return;
    }
    for (size_t i = 0; i < count; i++)
        add(job, arena_printf(job->arena, "table %s", findings[i].part),
            count_of(job, findings[i].rows), findings[i].wrong, keyed ? "" : "MACs not checked");
}

static void check_deliveries(struct job *job, const struct ledger *ledger)
{
    size_t count = 0, damaged = 0;

    for (const struct ledger_delivery *row = ledger->deliveries; row; row = row->next) {
        count++;
        damaged += row->damaged;
    }
    add(job, "deliveries", count_of(job, count),
        damaged ? arena_printf(job->arena,
                               "%zu of them are damaged; the next pass takes their text from the "
                               "output branch, or makes them again",
                               damaged)
                : NULL,
        "");
}

static void check_contents(struct job *job, struct store *store)
{
    struct ledger ledger;
    struct err err;
    size_t count = 0;

    if (store_load(&ledger, store, job->arena, &err) < 0)
        return; /* its table said so */
    for (const struct ledger_root *row = ledger.roots; row; row = row->next)
        count++;
    for (const struct ledger_intermediate *row = ledger.intermediates; row; row = row->next)
        count++;
    add_result(job, "certificates", ledger_check(&ledger, job->config->state_path, &err), &err);
    job->parts[job->count - 1].rows = count_of(job, count);
    check_deliveries(job, &ledger);
}

static int branch_counter(uint64_t *out, struct job *job, struct err *err)
{
    struct branch_records records;

    if (branch_look(&records, job->config, job->options, job->arena, err) < 0)
        return -1;
    *out = branch_records_counter(&records);
    return 0;
}

static void check_branch(struct job *job, const struct store *store)
{
    const uint64_t own = store_counter(store);
    uint64_t counter;
    struct err err;

    if (branch_counter(&counter, job, &err) < 0) {
        add_result(job, "output branch", -1, &err);
        return;
    }
    add(job, "output branch", "",
        counter > own ? arena_printf(job->arena,
                                     "was written from a state that had been saved %s, this "
                                     "one was %s: it is older, or another one",
                                     plural_count((size_t)counter, "time", job->arena),
                                     plural_count((size_t)own, "time", job->arena))
                      : NULL,
        arena_printf(job->arena, "saved %s, the branch knows of %llu",
                     plural_count((size_t)own, "time", job->arena), (unsigned long long)counter));
}

static void print_table(struct text *out, const struct job *job)
{
    static const char *const header[] = { "PART", "ROWS", "CHECK" };
    struct table table = table_new(job->arena, LENGTH(header), header);

    for (size_t i = 0; i < job->count; i++) {
        const struct part *part = &job->parts[i];

        table_cell(&table, part->name);
        table_cell(&table, part->rows);
        table_cell(&table, part->wrong   ? part->wrong
                           : *part->note ? arena_printf(job->arena, "ok (%s)", part->note)
                                         : "ok");
    }
    table_print(out, &table);
}

static void print_json(struct text *out, const struct job *job)
{
    struct node *root = own_document("StateCheck", job->arena), *list = node_list(job->arena);

    node_set_text(job->arena, root, "state", job->config->state_path);
    node_set_bool(job->arena, root, "ok", job->bad == 0);
    node_set(root, "parts", list);
    for (size_t i = 0; i < job->count; i++) {
        const struct part *part = &job->parts[i];
        struct node *item = node_add(list, node_map(job->arena));

        node_set_text(job->arena, item, "part", part->name);
        if (*part->rows)
            node_set_int(job->arena, item, "rows", (int64_t)strtoll(part->rows, NULL, 10));
        node_set_bool(job->arena, item, "ok", !part->wrong);
        if (part->wrong || *part->note)
            node_set_text(job->arena, item, "message", part->wrong ? part->wrong : part->note);
    }
    write_json(out, root, true);
}

/* Without the key what can be checked is checked; but that is not all, so it is not well. */
static int check(struct job *job)
{
    AUTO(custody_close) struct custody *custody = NULL;
    AUTO(store_close) struct store *store = NULL;
    struct ledger_key key;
    AUTO_TEXT out = { 0 };
    struct err err;
    int result = custody_open(&custody, job->config->state_key_file, &err);

    add_result(job, "state key", result, &err);
    if (custody)
        key = custody_ledger_key(custody);
    result = store_open(&store, job->config->state_path, STORE_READ, custody ? &key : NULL, &err);
    add_result(job, "file", result, &err);
    if (result == 0 && store_is_unaccepted(store))
        add(job, "schema", "",
            "is of an older weft: its rows have no MACs until a pass has taken it over", "");
    if (result == 0) {
        check_tables(job, store, custody && !store_is_unaccepted(store));
        check_contents(job, store);
        check_branch(job, store);
    }
    if (job->options->format == FORMAT_JSON)
        print_json(&out, job);
    else
        print_table(&out, job);
    return command_print(&out) == EXIT_CONVERGED && !job->bad ? EXIT_CONVERGED : EXIT_FAILED;
}

/* --- accept --- */

static int accept_store(struct job *job, struct err *err)
{
    AUTO(custody_close) struct custody *custody = NULL;
    AUTO(store_close) struct store *store = NULL;
    struct ledger_key key;
    struct ledger ledger;

    if (custody_open(&custody, job->config->state_key_file, err) < 0)
        return err_wrap(err, "open the state key (state.keyFile)");
    key = custody_ledger_key(custody);
    if (store_open(&store, job->config->state_path, STORE_WRITE, &key, err) < 0
        || store_load(&ledger, store, job->arena, err) < 0)
        return -1;
    if (!store_is_unaccepted(store))
        return err_set(
            err, ERR_REFUSED, 0,
            "the state file %s has MACs already, so there is nothing to accept; what they "
            "do not fit can only be restored from a backup",
            job->config->state_path);
    if (ledger_check(&ledger, job->config->state_path, err) < 0)
        return -1;
    return store_accept(store, err);
}

static int accept(struct job *job)
{
    struct err err;

    if (accept_store(job, &err) < 0)
        return command_failed(&err);
    printf("the state %s is taken over as it is\n", job->config->state_path);
    return fflush(stdout) == 0 ? EXIT_CONVERGED : EXIT_FAILED;
}

int state_main(const struct options *options)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const char *verb = options->verb->name;
    struct config config;
    struct job job = { .options = options, .config = &config, .arena = arena };
    int status;

    if (!command_config(&config, options, arena, &status))
        return status;
    if (!command_state_is_there(&config))
        return EXIT_FAILED;
    if (strcmp(verb, "rekey") == 0)
        return state_rekey(&config, options, arena);
    return strcmp(verb, "check") == 0 ? check(&job) : accept(&job);
}
