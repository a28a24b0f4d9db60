/* app/commands/cluster.c - weft cluster: hands over to its verbs. */
#include "app/commands/cluster.h"
#include "app/commands/cluster_add.h"
#include "app/commands/cluster_check.h"
#include "app/commands/cluster_list.h"
#include "base/text.h"

int cluster_main(const struct options *options)
{
    if (text_equal(options->verb->name, "add"))
        return cluster_add(options);
    if (text_equal(options->verb->name, "check"))
        return cluster_check(options);
    return cluster_list(options);
}
