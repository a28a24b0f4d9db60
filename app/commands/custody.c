/* app/commands/custody.c - weft custody: prints the threat table of this configuration.
 *
 * The table is made of the configuration and of public columns of the state, so no key is opened
 * to say where keys are. Exit status 3 means that a row is exposed, such as a key file that others
 * can read: a nightly job can alert on it. */
#include "app/commands/custody.h"
#include "api/own_document.h"
#include "app/commands/command.h"
#include "app/key_threats.h"
#include "base/clock.h"
#include "base/write.h"
#include "base/write_json.h"
#include "ci/table.h"
#include <errno.h>
#include <unistd.h>

static const char *until_text(const struct key_threat *threat, struct arena *arena)
{
    return threat->until ? clock_text(threat->until, arena) : "it is replaced";
}

static void print_table(struct text *out, const struct key_threats *threats, struct arena *arena)
{
    static const char *const header[] = {
        "KEY", "OF", "UNTIL", "WHERE", "READERS", "A LEAK COSTS"
    };
    struct table table = table_new(arena, LENGTH(header), header);

    for (size_t i = 0; i < threats->count; i++) {
        const struct key_threat *threat = &threats->list[i];

        table_cell(&table, enums_name(&key_threat_kinds, (int)threat->kind));
        table_cell(&table, threat->of);
        table_cell(&table, until_text(threat, arena));
        table_cell(&table, threat->where);
        table_cell(&table, threat->readers);
        table_cell(&table, threat->cost);
    }
    table_print(out, &table);
}

static void print_json(struct text *out, const struct key_threats *threats, struct arena *arena)
{
    struct node *root = own_document("Custody", arena), *list = node_list(arena);

    node_set(root, "keys", list);
    for (size_t i = 0; i < threats->count; i++) {
        const struct key_threat *threat = &threats->list[i];
        struct node *item = node_add(list, node_map(arena));

        node_set_text(arena, item, "key", enums_name(&key_threat_kinds, (int)threat->kind));
        node_set_text(arena, item, "of", threat->of);
        node_set_text(arena, item, "where", threat->where);
        node_set_text(arena, item, "readers", threat->readers);
        if (threat->until)
            node_set_text(arena, item, "until", clock_text(threat->until, arena));
        node_set_text(arena, item, "leak", threat->cost);
        node_set_bool(arena, item, "exposed", threat->exposed);
    }
    write_json(out, root, true);
}

/* Before the first pass there is no state, but the configuration already names keys. */
static bool open_ledger(struct ledger *ledger, const struct config *config, struct arena *arena)
{
    AUTO(store_close) struct store *store = NULL;

    *ledger = (struct ledger){ .arena = arena };
    if (access(config->state_path, F_OK) < 0 && errno == ENOENT)
        return true;
    return command_open_state(&store, ledger, config, arena);
}

int custody_main(const struct options *options)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct key_threats threats;
    struct config config;
    struct ledger ledger;
    AUTO_TEXT out = { 0 };
    bool exposed = false;
    int status;

    if (!command_config(&config, options, arena, &status))
        return status;
    if (!open_ledger(&ledger, &config, arena))
        return EXIT_FAILED;
    key_threats_find(&threats, &config, &ledger, arena);
    for (size_t i = 0; i < threats.count; i++)
        exposed |= threats.list[i].exposed;
    if (options->format == FORMAT_JSON)
        print_json(&out, &threats, arena);
    else
        print_table(&out, &threats, arena);
    status = command_print(&out);
    return status == EXIT_CONVERGED && exposed ? EXIT_REFUSED : status;
}
