/* sync/transport/spool.h - bytes that come before they are wanted: a little in memory, much in an
 * unnamed file.  Private to sync/. */
#ifndef WEFT_SYNC_TRANSPORT_SPOOL_H
#define WEFT_SYNC_TRANSPORT_SPOOL_H

#include "base/err.h"
#include "base/text.h"
#include <sys/types.h>

/* A file without a name: a killed process leaves nothing behind.  -1 and err. */
MUST_USE int spool_unnamed_file(const char *folder, struct err *err);
extern const char spool_name[]; /* for messages of fd_read and fd_write */

struct spool {
    const char *folder; /* where the file is made */
    struct text memory;
    int fd;         /* -1: all is in memory */
    size_t len, at; /* what came, what was read */
};

/* Where large temporary files belong: TMPDIR; /var/tmp when that is not set; and beside what they
 * are for when that place cannot be written.  The last one is by default the volume of the state,
 * which an endless answer must not fill. */
const char *spool_place(const char *beside);
struct spool spool_new(const char *folder);
void spool_clear(struct spool *spool); /* empty again, without memory and file */
MUST_USE int spool_add(struct spool *spool, const char *bytes, size_t len, struct err *err);
/* At most room bytes of what was not read yet; *got = 0: there is no more. */
MUST_USE int spool_read(struct spool *spool, char *buffer, size_t room, size_t *got,
                        struct err *err);

#endif
