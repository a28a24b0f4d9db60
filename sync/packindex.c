/* sync/packindex.c - libgit2 1.5 maps an index and follows its numbers without a bounds check: one
 * wrong bit ends the process.  It does not check the checksum, so this file does, each time that a
 * cache is opened; it costs what hashing 28 bytes for each object costs. */
#include "sync/packindex.h"

#include "base/digest.h"
#include "base/fd.h"
#include "base/text.h"
#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

enum { SUM = 20, LEAST = 8 + 4 * 256 + 2 * SUM }; /* head, fanout, both checksums */

static bool is_sound(int fd)
{
    struct sha1 *stream;
    struct git_id sum;
    struct stat info;
    char *bytes;
    size_t len;
    bool same;

    if (fd < 0 || fstat(fd, &info) < 0 || info.st_size < LEAST)
        return false;
    len = (size_t)info.st_size;
    bytes = mmap(NULL, len, PROT_READ, MAP_PRIVATE, fd, 0);
    if (bytes == MAP_FAILED)
        return false;
    stream = sha1_begin();
    sha1_add(stream, bytes, len - SUM);
    sum = sha1_end(stream);
    same = memcmp(sum.bytes, bytes + len - SUM, SUM) == 0;
    munmap(bytes, len);
    return same;
}

bool packindex_all_sound(const char *folder)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;
    bool sound = dir != NULL;

    while (sound && (entry = readdir(dir))) {
        AUTO_FD int fd = -1;

        if (!text_ends(entry->d_name, ".idx"))
            continue;
        fd = openat(dirfd(dir), entry->d_name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
        sound = is_sound(fd);
    }
    if (dir)
        closedir(dir);
    return sound;
}
