/* app/commands/specs_view.c - reads and resolves specs for commands that show them. */
#include "app/commands/specs_view.h"
#include "app/commands/command.h"
#include "app/commands/inventory_source.h"
#include "app/specs_source.h"
#include "base/plural.h"
#include "translate/resolve.h"
#include "version.h"

struct reading {
    struct specs_view *out;
    const struct options *options;
    struct arena *arena;
};

static int read_folder(struct reading *at, const char *pod_namespace, struct err *err)
{
    struct specs_commit *read = &at->out->read;

    return specs_source_folder(&read->specs, &read->files, at->options->specs, pod_namespace,
                               at->arena, &read->diags, err);
}

/* Beside a folder of specs only the inventory that --inventory names.  config NULL: none is given.
 */
static int join_inventory(struct reading *at, const struct config *config, struct err *err)
{
    const char *named = at->options->inventory;
    struct findings unused = { .arena = at->arena };
    struct inventory_source source;

    if (at->options->specs && !named)
        return 0;
    if (inventory_source_find(&source, config, named, at->arena, err) < 0)
        return -1;
    inventory_source_join(&source, &at->out->read.specs, &unused, at->arena);
    return 0;
}

static int read_specs(struct reading *at, const struct config *config, struct err *err)
{
    static const char *const tip[] = { NULL };
    struct config scratched;

    if (!config)
        return read_folder(at, NULL, err) < 0 ? -1 : join_inventory(at, NULL, err);
    scratched = *config;
    AUTO_SCRATCH scratch = scratch_open(&scratched, at->arena);

    if (at->options->specs
            ? read_folder(at, config->pod_namespace, err) < 0
            : specs_commit_read(&at->out->read, tip, 1, &scratched, at->arena, err) < 0)
        return -1;
    return join_inventory(at, &scratched, err);
}

bool specs_view_read(struct specs_view *out, const struct config *config,
                     const struct options *options, struct arena *arena)
{
    struct reading at = { out, options, arena };
    struct err err;

    *out = (struct specs_view){ .read = { .diags = { .arena = arena } } };
    out->how = config ? config_translate_options(config)
                      : (struct translate_options){ .program = "weft " WEFT_VERSION };
    if (read_specs(&at, config, &err) == 0
        && translate_resolve(&out->plan, &out->read.specs, &out->how, &tree_reader_empty, arena,
                             &err)
               == 0)
        return true;
    fprintf(stderr, "weft: %s\n", err.text);
    return false;
}

bool specs_view_open(struct specs_view *out, const struct options *options, struct arena *arena,
                     int *status)
{
    struct config config;

    *status = EXIT_FAILED;
    if (options->specs && !options->config) {
        command_confine(NULL, options, arena);
        return specs_view_read(out, NULL, options, arena);
    }
    if (!command_config(&config, options, arena, status))
        return false;
    *status = EXIT_FAILED;
    return specs_view_read(out, &config, options, arena);
}

void specs_view_warn(const struct specs_view *view, const struct options *options,
                     struct arena *arena)
{
    if (view->read.diags.errors && !options->quiet)
        fprintf(stderr,
                "weft: the specs have %s, see \"weft validate\"; objects that cannot be "
                "used are left out here\n",
                plural_count(view->read.diags.errors, "mistake", arena));
}
