/* sync/limits.c - counts bytes and time of a conversation.  Pure: the clock is the caller's.
 *
 * A rate alone would end honest servers, which say five bytes in five seconds while they count the
 * objects of a large repository; a limit of time alone would let a server send a byte a second
 * until then.  So there is a time of grace in which any progress will do, and from then on each
 * window has to bring its share.  Windows begin at the end of the grace and follow each other; one
 * that brought enough is over when the first byte after it comes. */
#include "sync/limits.h"

const struct limits limits_default = {
    .refs = 500000,
    .list_bytes = (size_t)64 << 20,
    .fetch_bytes = (size_t)4 << 30,
    .list_s = 300,
    .whole_s = 3600,
    .grace_s = 600,
    .window_s = 60,
    .window_bytes = (size_t)64 << 10,
};

int limits_seconds(const struct spending *spending, const struct limits *limits)
{
    return spending->turned ? limits->whole_s : limits->list_s;
}

size_t limits_bytes(const struct spending *spending, const struct limits *limits)
{
    return spending->turned && spending->fetches ? limits->fetch_bytes : limits->list_bytes;
}

static bool is_slow(struct spending *spending, const struct limits *limits, size_t bytes,
                    int64_t elapsed_ms)
{
    bool slow = false;

    if (elapsed_ms < (int64_t)limits->grace_s * 1000)
        return false;
    if (spending->window_ms == 0)
        spending->window_ms = elapsed_ms;
    if (elapsed_ms - spending->window_ms >= (int64_t)limits->window_s * 1000) {
        slow = spending->window_bytes < limits->window_bytes;
        spending->window_ms = elapsed_ms;
        spending->window_bytes = 0;
    }
    spending->window_bytes += bytes;
    return slow;
}

enum breach limits_spend(struct spending *spending, const struct limits *limits, size_t bytes,
                         int64_t elapsed_ms)
{
    spending->bytes += bytes;
    if (spending->bytes > limits_bytes(spending, limits))
        return BREACH_BYTES;
    if (elapsed_ms >= (int64_t)limits_seconds(spending, limits) * 1000)
        return BREACH_TIME;
    return bytes && is_slow(spending, limits, bytes, elapsed_ms) ? BREACH_RATE : BREACH_NONE;
}
