/* discovery/damping.c - what was seen to be missing, and since when.  Pure.
 * Two reads are needed whatever the clock says, so one odd read changes nothing; a clock that was
 * set back begins the wait again rather than ending it. */
#include "discovery/damping.h"

#include "base/text.h"

static const struct damping_entry *find(const struct damping *damping, const char *key)
{
    for (size_t i = 0; i < damping->before_count; i++)
        if (text_equal(damping->before[i].key, key))
            return &damping->before[i];
    return NULL;
}

/* Every key that is asked about is written into the next record, and no other one: an object that
 * is back loses its entry, because it is not asked about. */
bool damping_lapsed(struct damping *damping, const char *key, int64_t grace)
{
    const struct damping_entry *before = find(damping, key);
    struct damping_entry entry = { key, damping->now, 1 };

    if (before && before->since <= damping->now)
        entry = (struct damping_entry){ key, before->since,
                                        before->reads < UINT32_MAX ? before->reads + 1
                                                                   : before->reads };
    *ARENA_PUSH(damping->arena, damping->after, damping->after_count) = entry;
    return entry.reads >= 2 && damping->now - entry.since >= grace;
}
