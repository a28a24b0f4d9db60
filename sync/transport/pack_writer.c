/* sync/transport/pack_writer.c - collects objects in the form that packs have (gitformat-pack).
 * Must not write into a repository.
 *
 * A pass makes most of the objects of its tree, and often finds in the end that nothing changed.
 * So objects are deflated as they come into a file without a name, once for each id, and a pack is
 * copied out of it when there is something to push: whole runs of what is wanted, in the order of
 * the file. Trees of a try that lost the race stay in the file and are just not wanted any more.
 * The pack has no deltas: what weft pushes is small, and their search would cost more than they
 * save. Memory is bounded by one buffer and a slot for each object. */
#include "sync/transport/pack_writer.h"

#include "base/digest.h"
#include "base/fault.h"
#include "base/fd.h"
#include "base/memory.h"
#include "sync/transport/spool.h"
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#define ZLIB_CONST /* zlib then declares its input const */
#include <zlib.h>

enum { DEFLATE_LEVEL = 1, BUFFER = 256 * 1024, TRAILER = 20 };

struct object {
    struct git_id id;
    uint64_t at, len; /* in the file; len 0: a free slot */
    bool wanted;
};

struct objects {
    char *folder;
    int fd; /* -1: nothing was added yet */
    struct object *slots;
    size_t count, room; /* room: a power of two, or 0 */
    uint64_t end;       /* of what was added, buffered or not */
    unsigned char *buffer;
    size_t buffered;
    z_stream deflater;
};

struct objects *pack_writer_new(const char *folder)
{
    struct objects *objects = memory_grow(NULL, sizeof *objects);

    *objects = (struct objects){ .fd = -1 };
    objects->folder = memory_grow(NULL, strlen(folder) + 1);
    memcpy(objects->folder, folder, strlen(folder) + 1);
    objects->buffer = memory_grow(NULL, BUFFER);
    if (deflateInit(&objects->deflater, DEFLATE_LEVEL) != Z_OK)
        memory_out();
    return objects;
}

void pack_writer_reset(struct objects *objects)
{
    if (objects->fd >= 0)
        close(objects->fd);
    free(objects->slots);
    objects->fd = -1;
    objects->slots = NULL;
    objects->count = objects->room = objects->buffered = 0;
    objects->end = 0;
}

void pack_writer_free(struct objects *objects)
{
    pack_writer_reset(objects);
    deflateEnd(&objects->deflater);
    free(objects->buffer);
    free(objects->folder);
    free(objects);
}

/* Object names are hashes already: their first bytes are as good as any. */
static struct object *slot_of(const struct objects *objects, const struct git_id *id)
{
    uint64_t hash;
    size_t at;

    memcpy(&hash, id->bytes, sizeof hash);
    at = hash & (objects->room - 1);
    while (objects->slots[at].len && !git_id_equal(&objects->slots[at].id, id))
        at = (at + 1) & (objects->room - 1);
    return &objects->slots[at];
}

static void make_room(struct objects *objects)
{
    struct object *old = objects->slots;
    size_t old_room = objects->room;

    if (2 * (objects->count + 1) <= old_room)
        return;
    objects->room = old_room ? 2 * old_room : 256;
    objects->slots = memory_grow(NULL, objects->room * sizeof *old);
    memset(objects->slots, 0, objects->room * sizeof *old);
    for (size_t i = 0; i < old_room; i++)
        if (old[i].len)
            *slot_of(objects, &old[i].id) = old[i];
    free(old);
}

bool pack_writer_has(const struct objects *objects, const struct git_id *id)
{
    return objects->count && slot_of(objects, id)->len;
}

bool pack_writer_want(struct objects *objects, const struct git_id *id)
{
    if (!pack_writer_has(objects, id))
        return false;
    slot_of(objects, id)->wanted = true;
    return true;
}

void pack_writer_want_none(struct objects *objects)
{
    for (size_t i = 0; i < objects->room; i++)
        objects->slots[i].wanted = false;
}

size_t pack_writer_wanted(const struct objects *objects)
{
    size_t count = 0;

    for (size_t i = 0; i < objects->room; i++)
        count += objects->slots[i].len && objects->slots[i].wanted;
    return count;
}

struct git_id pack_writer_object_id(enum object_type type, const void *bytes, size_t len)
{
    static const char *const names[] = {
        [OBJECT_COMMIT] = "commit", [OBJECT_TREE] = "tree", [OBJECT_BLOB] = "blob"
    };
    struct sha1 *stream = sha1_begin();
    char header[32];
    int header_len =
        snprintf(header, sizeof header, "%s %zu", names[type], len) + 1; /* with its NUL */

    sha1_add(stream, header, (size_t)header_len);
    sha1_add(stream, bytes, len);
    return sha1_end(stream);
}

static int flush(struct objects *objects, struct err *err)
{
    size_t len = objects->buffered;

    objects->buffered = 0;
    return len ? fd_write(objects->fd, objects->buffer, len, spool_name, err) : 0;
}

/* The size of an object as packs write it: type and four bits, then seven bits at a time, lowest
 * first. */
static size_t put_header(unsigned char *out, enum object_type type, size_t len)
{
    size_t at = 0;
    unsigned char byte = (unsigned char)((unsigned)type << 4 | (len & 15));

    for (len >>= 4; len > 0; len >>= 7) {
        out[at++] = byte | 0x80;
        byte = len & 0x7F;
    }
    out[at++] = byte;
    return at;
}

/* Appends the deflated bytes to the buffer, which goes to the file whenever it is full. */
static int deflate_all(struct objects *objects, const void *bytes, size_t len, struct err *err)
{
    static const size_t most = 1U << 30; /* zlib counts with 32 bits */
    z_stream *deflater = &objects->deflater;
    const unsigned char *at = bytes;
    int state = Z_OK;

    deflateReset(deflater);
    deflater->avail_in = 0;
    while (state != Z_STREAM_END) {
        if (deflater->avail_in == 0) {
            size_t part = len < most ? len : most;

            deflater->next_in = (z_const Bytef *)at;
            deflater->avail_in = (uInt)part;
            at += part;
            len -= part;
        }
        if (objects->buffered == BUFFER && flush(objects, err) < 0)
            return -1;
        deflater->next_out = objects->buffer + objects->buffered;
        deflater->avail_out = (uInt)(BUFFER - objects->buffered);
        state = deflate(deflater, len ? Z_NO_FLUSH : Z_FINISH);
        objects->buffered = BUFFER - deflater->avail_out;
    }
    return 0;
}

int pack_writer_add(struct objects *objects, const struct git_id *id, enum object_type type,
                    const void *bytes, size_t len, struct err *err)
{
    unsigned char header[16];
    uint64_t begin = objects->end;
    size_t header_len = put_header(header, type, len);
    struct object *slot;

    if (pack_writer_has(objects, id))
        return 0;
    FAULT("git.object");
    if (objects->fd < 0 && (objects->fd = spool_unnamed_file(objects->folder, err)) < 0)
        return -1;
    if (objects->buffered + header_len > BUFFER && flush(objects, err) < 0)
        return -1;
    memcpy(objects->buffer + objects->buffered, header, header_len);
    objects->buffered += header_len;
    if (deflate_all(objects, bytes, len, err) < 0)
        return -1;
    objects->end = begin + header_len + objects->deflater.total_out;
    make_room(objects);
    slot = slot_of(objects, id);
    assert(slot->len == 0 && objects->buffered <= BUFFER && header_len <= sizeof header);
    *slot = (struct object){ .id = *id, .at = begin, .len = objects->end - begin };
    objects->count++;
    return 0;
}

static int compare_places(const void *a, const void *b)
{
    const struct object *x = a, *y = b;

    return (x->at > y->at) - (x->at < y->at);
}

/* What is wanted, in the order of the file: whole runs are copied at once. */
static struct object *wanted_list(const struct objects *objects, size_t count)
{
    struct object *list = memory_grow(NULL, count * sizeof *list);
    size_t at = 0;

    for (size_t i = 0; i < objects->room; i++)
        if (objects->slots[i].len && objects->slots[i].wanted)
            list[at++] = objects->slots[i];
    if (count)
        qsort(list, count, sizeof *list, compare_places);
    return list;
}

/* Copies objects behind what is in to already, and adds them to the pack's digest. */
static int copy_objects(int to, int from, const struct object *list, size_t count, struct sha1 *sum,
                        struct err *err)
{
    unsigned char *buffer = memory_grow(NULL, BUFFER);
    int result = 0;

    for (size_t i = 0; i < count && !result; i++) {
        uint64_t at = list[i].at, end = at + list[i].len;

        for (; i + 1 < count && list[i + 1].at == end; i++)
            end += list[i + 1].len;
        while (at < end && !result) {
            ssize_t got = pread(from, buffer, end - at < BUFFER ? end - at : BUFFER, (off_t)at);

            if (got <= 0)
                result = err_errno(err, "read objects for a commit");
            else if ((result = fd_write(to, buffer, (size_t)got, spool_name, err)) == 0)
                sha1_add(sum, buffer, (size_t)got);
            at += got > 0 ? (uint64_t)got : 0;
        }
    }
    free(buffer);
    return result;
}

static int write_pack(int to, struct objects *objects, struct err *err)
{
    size_t count = pack_writer_wanted(objects);
    const unsigned char header[12] = { 'P',
                                       'A',
                                       'C',
                                       'K',
                                       0,
                                       0,
                                       0,
                                       2,
                                       (unsigned char)(count >> 24),
                                       (unsigned char)(count >> 16),
                                       (unsigned char)(count >> 8),
                                       (unsigned char)count };
    struct sha1 *sum = sha1_begin();
    struct object *list = wanted_list(objects, count);
    struct git_id trailer;
    int result = fd_write(to, header, sizeof header, spool_name, err);

    sha1_add(sum, header, sizeof header);
    if (result == 0)
        result = flush(objects, err);
    if (result == 0)
        result = copy_objects(to, objects->fd, list, count, sum, err);
    trailer = sha1_end(sum);
    free(list);
    return result < 0 ? -1 : fd_write(to, trailer.bytes, TRAILER, spool_name, err);
}

int pack_writer_pack(struct mapped *out, struct objects *objects, const char *head, size_t head_len,
                     struct err *err)
{
    AUTO_FD int fd = spool_unnamed_file(objects->folder, err);
    struct stat info;

    *out = (struct mapped){ .pack_at = head_len };
    if (fd < 0 || fd_write(fd, head, head_len, spool_name, err) < 0
        || write_pack(fd, objects, err) < 0)
        return -1;
    if (fstat(fd, &info) < 0)
        return err_errno(err, "measure a pack");
    out->len = (size_t)info.st_size;
    out->bytes = mmap(NULL, out->len, PROT_READ, MAP_PRIVATE, fd, 0);
    if (out->bytes == MAP_FAILED) {
        out->bytes = NULL;
        return err_errno(err, "map a pack");
    }
    return 0;
}

void mapped_free(struct mapped *mapped)
{
    if (mapped->bytes)
        munmap(mapped->bytes, mapped->len);
    mapped->bytes = NULL;
}
