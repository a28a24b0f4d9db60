/* base/blobs.c - file contents kept in memory by their Git id, and the tree reader of nothing. */
#include "base/blobs.h"

#include "base/map.h"

struct blob_memory {
    struct arena *arena;
    struct map *by_id; /* hex id to struct stored */
};

struct stored {
    const char *bytes;
    size_t len;
};

struct blob_memory *blob_memory_new(struct arena *arena)
{
    struct blob_memory *memory = ARENA_NEW(arena, struct blob_memory, 1);

    memory->arena = arena;
    memory->by_id = map_new(arena);
    return memory;
}

static int put(void *context, struct git_id *id, const char *bytes, size_t len, struct err *err)
{
    struct blob_memory *memory = context;
    char hex[41];

    (void)err;
    *id = git_id_of_blob(bytes, len);
    git_id_hex(hex, id);
    if (!map_find(memory->by_id, hex)) {
        struct stored *stored = ARENA_NEW(memory->arena, struct stored, 1);

        stored->bytes = arena_bytes(memory->arena, bytes, len);
        stored->len = len;
        map_put(memory->by_id, arena_text(memory->arena, hex), stored);
    }
    return 0;
}

struct blobs blob_memory_sink(struct blob_memory *memory) { return (struct blobs){ put, memory }; }

const char *blob_memory_find(const struct blob_memory *memory, const struct git_id *id, size_t *len)
{
    const struct stored *stored;
    char hex[41];

    git_id_hex(hex, id);
    stored = map_find(memory->by_id, hex);
    if (!stored)
        return NULL;
    *len = stored->len;
    return stored->bytes;
}

static int read_nothing(void *context, const char *path, char **bytes, size_t *len,
                        struct arena *arena, struct err *err)
{
    (void)context, (void)path, (void)arena, (void)err;
    *bytes = NULL;
    *len = 0;
    return 0;
}

static int list_nothing(void *context, const char *path, const char ***names, size_t *count,
                        struct arena *arena, struct err *err)
{
    (void)context, (void)path, (void)arena, (void)err;
    *names = NULL;
    *count = 0;
    return 0;
}

const struct tree_reader tree_reader_empty = { read_nothing, list_nothing, NULL };
