/* tests/lib/traces.c - reads /proc/self/mem; what it compares with lies in the vault, and what it
 * reads in pages that it skips. */
#include "tests/lib/traces.h"
#include "base/base64.h"

#include "base/text.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

#include <cmocka.h>

enum { WINDOW = 1 << 20 };
/* AddressSanitizer's shadow is large, and nothing is in it. */
static const unsigned long mapping_max = 128UL << 20;

static char *pages(size_t room)
{
    char *out = mmap(NULL, room, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    assert_true(out != MAP_FAILED);
    return out;
}

/* The second half holds the base64. */
struct vault vault_new(size_t room)
{
    return (struct vault){ .bytes = pages(4 * room), .room = room };
}

void vault_free(struct vault *vault) { munmap(vault->bytes, 4 * vault->room); }

void vault_fill(struct vault *vault, size_t len)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/";
    struct text base64 = { .secret = true };

    assert_true(len <= vault->room && len % 3 == 0);
    assert_true(getrandom(vault->bytes, len, 0) == (ssize_t)len);
    for (size_t i = 0; i < len; i++)
        vault->bytes[i] = letters[(unsigned char)vault->bytes[i] % 64];
    vault->len = len;
    base64_encode(&base64, vault->bytes, len);
    memcpy(vault->bytes + vault->room, base64.bytes, base64.len);
    text_free(&base64);
}

/* Pieces lie in the vault at a distance of their own length, so a copy of more than two of them is
 * found.  Few places of the memory begin like one. */
struct pieces {
    const char *at[2 * 8192 / TRACE_PIECE];
    size_t count;
    bool begins[1 << 16];
};

static unsigned beginning(const char *bytes)
{
    return (unsigned)(unsigned char)bytes[0] << 8 | (unsigned char)bytes[1];
}

static void add_pieces(struct pieces *pieces, const char *bytes, size_t len)
{
    for (size_t at = 0; at + TRACE_PIECE <= len && pieces->count < LENGTH(pieces->at);
         at += TRACE_PIECE) {
        pieces->at[pieces->count++] = bytes + at;
        pieces->begins[beginning(bytes + at)] = true;
    }
}

static bool has_piece(const char *window, size_t len, const struct pieces *pieces)
{
    for (size_t at = 0; at + TRACE_PIECE <= len; at++)
        for (size_t i = 0; pieces->begins[beginning(window + at)] && i < pieces->count; i++)
            if (memcmp(window + at, pieces->at[i], TRACE_PIECE) == 0)
                return true;
    return false;
}

static bool search(int memory, char *window, uintptr_t from, uintptr_t to,
                   const struct pieces *pieces)
{
    while (from < to) {
        size_t want = to - from < WINDOW ? to - from : WINDOW;
        ssize_t got = pread(memory, window, want, (off_t)from);

        if (got <= TRACE_PIECE)
            return false;
        if (has_piece(window, (size_t)got, pieces))
            return true;
        from += (uintptr_t)got - (got == WINDOW ? TRACE_PIECE : 0);
    }
    return false;
}

static bool skipped(uintptr_t from, uintptr_t to, const void *bytes)
{
    return (uintptr_t)bytes >= from && (uintptr_t)bytes < to;
}

/* One mapping may hold the vault or the window and something else: cut around them. */
static bool search_around(int memory, char *window, uintptr_t from, uintptr_t to,
                          const struct vault *vault, const struct pieces *pieces)
{
    struct {
        uintptr_t at, len;
    } holes[] = { { (uintptr_t)vault->bytes, 4 * vault->room }, { (uintptr_t)window, WINDOW } };

    for (size_t i = 0; i < 2; i++)
        if (skipped(from, to, (const void *)holes[i].at))
            return search_around(memory, window, from, holes[i].at, vault, pieces)
                   || search_around(memory, window, holes[i].at + holes[i].len, to, vault, pieces);
    return from < to && search(memory, window, from, to, pieces);
}

bool trace_left(const struct vault *vault)
{
    FILE *maps = fopen("/proc/self/maps", "re");
    int memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
    char line[512], *window = pages(WINDOW);
    struct pieces pieces = { .count = 0 };
    unsigned long from, to;
    bool found = false;
    char mode[8];

    assert_true(maps && memory >= 0);
    add_pieces(&pieces, vault->bytes, vault->len);
    add_pieces(&pieces, vault->bytes + vault->room, vault->len / 3 * 4);
    while (!found && fgets(line, sizeof line, maps))
        if (sscanf(line, "%lx-%lx %7s", &from, &to, mode) == 3 && mode[0] == 'r' && mode[1] == 'w'
            && to - from <= mapping_max)
            found = search_around(memory, window, from, to, vault, &pieces);
    fclose(maps);
    close(memory);
    munmap(window, WINDOW);
    return found;
}
