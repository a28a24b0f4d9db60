/* app/commands/cluster_check.c - weft cluster check: the checks as a table or JSON, and the exit
 * status. */
#include "app/commands/cluster_check.h"

#include "app/cluster_checks.h"
#include "app/commands/command.h"
#include "app/usage.h"
#include "base/visible.h"
#include "base/write_json.h"
#include "ci/table.h"

static void print_table(struct text *out, const struct cluster_checks *checks, struct arena *arena)
{
    static const char *const header[] = { "CLUSTER", "CHECK", "RESULT", "DETAIL" };
    struct table table = table_new(arena, LENGTH(header), header);

    for (size_t i = 0; i < checks->count; i++) {
        const struct cluster_check *check = &checks->items[i];

        table_cell(&table, check->cluster);
        table_cell(&table, enums_name(&check_kinds, (int)check->kind));
        table_cell(&table, enums_name(&check_results, (int)check->result));
        if (*check->rule)
            table_cellf(&table, "%s: add to %s: - %s", check->text, check->place, check->rule);
        else
            table_cell(&table, visible_text(check->text, arena));
    }
    table_print(out, &table);
}

static void print_json(struct text *out, const struct cluster_checks *checks, struct arena *arena)
{
    struct node *root = node_map(arena), *list = node_set(root, "checks", node_list(arena));

    for (size_t i = 0; i < checks->count; i++) {
        const struct cluster_check *check = &checks->items[i];
        struct node *one = node_add(list, node_map(arena));

        node_set_text(arena, one, "cluster", check->cluster);
        node_set_text(arena, one, "check", enums_name(&check_kinds, (int)check->kind));
        node_set_text(arena, one, "result", enums_name(&check_results, (int)check->result));
        node_set_text(arena, one, "text", check->text);
        if (*check->rule) {
            node_set_text(arena, one, "rule", check->rule);
            node_set_text(arena, one, "addTo", check->place);
        }
    }
    write_json(out, root, true);
}

/* No answer from any cluster is a failure of the environment; a right that is missing is something
 * to correct in it. Scripts tell them apart by the status, 1 and 3. */
static int status_of(const struct cluster_checks *checks)
{
    if (!checks->answered)
        return EXIT_FAILED;
    for (size_t i = 0; i < checks->count; i++)
        if (checks->items[i].result >= CHECK_MISSING)
            return EXIT_REFUSED;
    return EXIT_CONVERGED;
}

static int check_all(const struct config *config, const struct options *options, uint32_t features,
                     struct arena *arena)
{
    struct cluster_surveys surveys;
    struct cluster_checks checks = { 0 };
    AUTO_TEXT out = { 0 };
    struct err err;
    size_t count = 0;
    int result;

    while (count + 1 < OPERANDS_MAX && options->operands[count + 1])
        count++;
    result = cluster_survey_read(&surveys, config, options->operands + 1, count, options->now,
                                 arena, &err);
    if (result == 0)
        checks = cluster_checks_make(&surveys, features, options->now, arena);
    cluster_survey_close(&surveys);
    if (result < 0)
        return command_failed(&err);
    if (options->format == FORMAT_JSON)
        print_json(&out, &checks, arena);
    else
        print_table(&out, &checks, arena);
    return command_show(&out, options) == EXIT_CONVERGED ? status_of(&checks) : EXIT_FAILED;
}

int cluster_check(const struct options *options)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct config config;
    const char *unknown;
    uint32_t features = 0;
    int status;

    if (options->features && !rights_features(&features, &unknown, options->features, arena)) {
        usage_wrong(options->command,
                    arena_printf(arena, "there are the features %s, but no ",
                                 rights_features_text(FEATURES_ALL, ", ", arena)),
                    unknown, NULL);
        return EXIT_USAGE;
    }
    if (!command_config(&config, options, arena, &status))
        return status;
    return check_all(&config, options, features, arena);
}
