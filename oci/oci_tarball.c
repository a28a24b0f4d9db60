/* oci/oci_tarball.c - writes a tar stream through zlib.
 *
 * Everything that could differ between two machines is constant: no time, owner 0, mode 0644 and
 * 0755, a gzip header without time, name and operating system, one compression level.  What is left
 * is zlib itself, whose output may change with its version; so artifacts are compared with what was
 * pushed by the Git tree that they were made of, and bytes are compared second
 * (app/pass/artifacts.c).
 *
 * A path of up to 100 bytes is in the header, a longer one is split at a slash where ustar can (155
 * and 100 bytes), and any other one gets a pax record before its header. */
#include "oci/oci_tarball.h"
#include "base/memory.h"
#include "base/wipe.h"
#include "base/zlib_memory.h"
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

enum { BLOCK = 512, LEVEL = 6, OS_UNKNOWN = 255, NAME_LEN = 100, PREFIX_LEN = 155 };

/* The header of POSIX.1-2017, pax, "ustar Interchange Format". */
struct header {
    char name[NAME_LEN];
    char mode[8], uid[8], gid[8];
    char size[12], mtime[12];
    char checksum[8];
    char type;
    char link[100];
    char magic[6], version[2];
    char user[32], group[32];
    char major[8], minor[8];
    char prefix[PREFIX_LEN];
    char rest[12];
};
_Static_assert(sizeof(struct header) == BLOCK, "a header is one block");

struct oci_tarball {
    z_stream stream;
    gz_header gzip;
    struct text packed;
    struct sha256_stream *plain;
};

struct oci_tarball *oci_tarball_new(void)
{
    struct oci_tarball *out = memory_grow(NULL, sizeof *out);

    *out = (struct oci_tarball){ .stream = { .zalloc = zlib_memory_take,
                                             .zfree = zlib_memory_release },
                                 .gzip = { .os = OS_UNKNOWN },
                                 .plain = sha256_begin() };
    if (deflateInit2(&out->stream, LEVEL, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK
        || deflateSetHeader(&out->stream, &out->gzip) != Z_OK)
        memory_out();
    return out;
}

void oci_tarball_free(struct oci_tarball *tarball)
{
    if (!tarball)
        return;
    (void)deflateEnd(&tarball->stream);
    if (tarball->plain)
        (void)sha256_end(tarball->plain);
    text_free(&tarball->packed);
    free(tarball);
}

static void deflate_all(struct oci_tarball *tarball, const void *bytes, size_t len, int flush)
{
    char chunk[16 * 1024];
    z_stream *stream = &tarball->stream;

    stream->next_in = (unsigned char *)UNCONST(bytes);
    stream->avail_in = (unsigned)len;
    do {
        stream->next_out = (unsigned char *)chunk;
        stream->avail_out = sizeof chunk;
        (void)deflate(stream, flush);
        text_add(&tarball->packed, chunk, sizeof chunk - stream->avail_out);
    } while (!stream->avail_out);
}

static void put(struct oci_tarball *tarball, const void *bytes, size_t len)
{
    enum { PIECE = 1 << 30 };

    sha256_add(tarball->plain, bytes, len);
    for (const char *at = bytes; len;) {
        const size_t piece = len < PIECE ? len : PIECE;

        deflate_all(tarball, at, piece, Z_NO_FLUSH);
        at += piece;
        len -= piece;
    }
}

static void put_padding(struct oci_tarball *tarball, size_t len)
{
    static const char zeros[BLOCK];

    put(tarball, zeros, (BLOCK - len % BLOCK) % BLOCK);
}

static void set_checksum(struct header *header)
{
    const unsigned char *bytes = (const unsigned char *)header;
    unsigned sum = 0;

    memset(header->checksum, ' ', sizeof header->checksum);
    for (size_t i = 0; i < sizeof *header; i++)
        sum += bytes[i];
    snprintf(header->checksum, sizeof header->checksum, "%06o", sum);
}

/* Where ustar divides the path; NULL: nowhere. */
static const char *slash_of(const char *path)
{
    const size_t len = strlen(path);

    for (const char *at = path + len; at > path; at--)
        if (*at == '/' && (size_t)(at - path) <= PREFIX_LEN)
            return at[1] && len - (size_t)(at - path) - 1 <= NAME_LEN ? at : NULL;
    return NULL;
}

/* False: the path needs a pax record, and the header has its beginning. */
static bool set_path(struct header *header, const char *path)
{
    const char *slash;

    if (strlen(path) <= NAME_LEN) {
        memcpy(header->name, path, strlen(path));
        return true;
    }
    slash = slash_of(path);
    if (!slash) {
        memcpy(header->name, path, NAME_LEN);
        return false;
    }
    memcpy(header->prefix, path, (size_t)(slash - path));
    memcpy(header->name, slash + 1, strlen(slash + 1));
    return true;
}

static void put_header(struct oci_tarball *tarball, struct header *header, char type, size_t size)
{
    header->type = type;
    snprintf(header->mode, sizeof header->mode, "%07o", type == '5' ? 0755 : 0644);
    snprintf(header->uid, sizeof header->uid, "%07o", 0);
    snprintf(header->gid, sizeof header->gid, "%07o", 0);
    snprintf(header->size, sizeof header->size, "%011zo", size);
    snprintf(header->mtime, sizeof header->mtime, "%011o", 0);
    memcpy(header->magic, "ustar", sizeof header->magic);
    memcpy(header->version, "00", sizeof header->version);
    set_checksum(header);
    put(tarball, header, sizeof *header);
}

/* "LENGTH path=VALUE\n", and the length counts its own digits. */
static void put_pax(struct oci_tarball *tarball, const char *path)
{
    struct header header = { .name = "pax" };
    size_t rest = strlen(" path=\n") + strlen(path), len = rest + 1;
    AUTO_TEXT record = { 0 };

    for (size_t digits = 1, power = 10; len >= power; digits++, power *= 10)
        len = rest + digits + 1;
    text_addf(&record, "%zu path=%s\n", len, path);
    put_header(tarball, &header, 'x', record.len);
    put(tarball, record.bytes, record.len);
    put_padding(tarball, record.len);
}

static void add(struct oci_tarball *tarball, const char *path, char type, size_t size)
{
    struct header header = { .name = "" };

    if (!set_path(&header, path))
        put_pax(tarball, path);
    put_header(tarball, &header, type, size);
}

void oci_tarball_add_folder(struct oci_tarball *tarball, const char *path)
{
    add(tarball, path, '5', 0);
}

void oci_tarball_add_file(struct oci_tarball *tarball, const char *path, const char *bytes,
                          size_t len)
{
    add(tarball, path, '0', len);
    put(tarball, bytes, len);
    put_padding(tarball, len);
}

const struct text *oci_tarball_end(struct oci_tarball *tarball, struct sha256 *plain)
{
    static const char end[2 * BLOCK];

    put(tarball, end, sizeof end);
    deflate_all(tarball, "", 0, Z_FINISH);
    *plain = sha256_end(TAKE(tarball->plain));
    return &tarball->packed;
}
