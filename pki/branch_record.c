/* pki/branch_record.c - reads the records of the output branch.  Decides nothing: see
 * pki/stale_state.c.
 *
 * Every account with write access to the branch can put files into the folder of the records.  Each
 * is read and parsed in memory of its own, and only a valid record is kept; number and bytes are
 * limited, and beyond the limits the branch is refused: to read a part could miss the record of a
 * root that the clusters trust. */
#include "pki/branch_record.h"

#include "base/parse.h"
#include "base/text.h"

static int too_much(struct err *err)
{
    return err_set(err, ERR_REFUSED, 0,
                   "folder weft of the output branch holds more than %d records or %d MiB: files "
                   "there that weft did not write have to be taken out of the branch",
                   BRANCH_RECORDS_MAX, BRANCH_RECORDS_BYTES / 1024 / 1024);
}

static int read_one(struct branch_records *out, const struct tree_reader *tip, const char *path,
                    struct arena *arena, struct err *err)
{
    AUTO(arena_free) struct arena *scratch = arena_new();
    struct record record;
    struct err damaged;
    char *bytes;
    size_t len = 0;

    if (tip->read(tip->context, path, &bytes, &len, scratch, err) < 0)
        return -1;
    if ((out->bytes += len) > BRANCH_RECORDS_BYTES)
        return too_much(err);
    if (!bytes || record_read(&record, bytes, len, scratch, &damaged) < 0)
        return 0;
    if (record_read(&record, bytes, len, arena, &damaged) == 0)
        out->list[out->count++] = (struct branch_record){ path, record };
    return 0;
}

int branch_records_read(struct branch_records *out, const struct tree_reader *tip,
                        struct arena *arena, struct err *err)
{
    const char **names;
    size_t count;

    *out = (struct branch_records){ 0 };
    if (tip->list(tip->context, "weft", &names, &count, arena, err) < 0)
        return -1;
    if (count > BRANCH_RECORDS_MAX)
        return too_much(err);
    out->list = ARENA_NEW(arena, struct branch_record, count + 1);
    for (size_t i = 0; i < count; i++)
        if (text_ends(names[i], ".json")
            && read_one(out, tip, arena_printf(arena, "weft/%s", names[i]), arena, err) < 0)
            return -1;
    return 0;
}

const struct record *branch_records_find(const struct branch_records *records,
                                         struct object_ref ref, struct arena *arena)
{
    const char *path = record_path(ref, arena);

    for (size_t i = 0; i < records->count; i++)
        if (text_equal(records->list[i].path, path))
            return &records->list[i].record;
    return NULL;
}

uint64_t branch_records_counter(const struct branch_records *records)
{
    uint64_t most = 0;

    for (size_t i = 0; i < records->count; i++)
        if (records->list[i].record.state_counter > most)
            most = records->list[i].record.state_counter;
    return most < RECORD_COUNTER_MAX ? most : RECORD_COUNTER_MAX;
}

struct trust_branch branch_record_position(const struct record *record, const char *virtual_mesh)
{
    const struct node *rotation = record->trust ? node_find(record->trust, "rotation") : NULL;
    const char *id = node_get(rotation, "id", NULL), *step = node_get(rotation, "step", NULL);
    const char *deployed = node_get(rotation, "deployed", NULL);
    int64_t number = 0;

    if (step && !parse_int(step, 0, 3, &number))
        number = 0;
    return (struct trust_branch){ virtual_mesh, id ? id : "", (int)number,
                                  deployed ? deployed : "" };
}
