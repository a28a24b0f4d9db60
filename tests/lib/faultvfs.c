/* tests/lib/faultvfs.c - a VFS around the default one.  SQLite uses it for every connection once
 * faultvfs_set was called. */
#include "tests/lib/faultvfs.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct file {
    sqlite3_file base;
    sqlite3_file *real; /* lies right behind */
};

static sqlite3_vfs *real_vfs;
static sqlite3_vfs vfs;
static enum fault_kind fault;
static int fault_at, count;

static sqlite3_file *real(sqlite3_file *file) { return ((struct file *)(void *)file)->real; }

/* SQLITE_OK, or the failure of this operation. */
static int strike(int code)
{
    count++;
    if (fault == FAULT_NONE || count < fault_at || (count > fault_at && fault != FAULT_FULL))
        return SQLITE_OK;
    if (fault == FAULT_KILL)
        _exit(137);
    return fault == FAULT_FULL ? SQLITE_FULL : code;
}

static int do_close(sqlite3_file *file)
{
    return real(file)->pMethods ? real(file)->pMethods->xClose(real(file)) : SQLITE_OK;
}

static int do_read(sqlite3_file *file, void *bytes, int len, sqlite3_int64 at)
{
    return real(file)->pMethods->xRead(real(file), bytes, len, at);
}

static int do_write(sqlite3_file *file, const void *bytes, int len, sqlite3_int64 at)
{
    int code = strike(SQLITE_IOERR_WRITE);

    if (code != SQLITE_OK && fault == FAULT_TORN) {
        real(file)->pMethods->xWrite(real(file), bytes, len / 2, at);
        _exit(137);
    }
    return code ? code : real(file)->pMethods->xWrite(real(file), bytes, len, at);
}

static int do_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    int code = strike(SQLITE_IOERR_TRUNCATE);

    return code ? code : real(file)->pMethods->xTruncate(real(file), size);
}

static int do_sync(sqlite3_file *file, int flags)
{
    int code = strike(SQLITE_IOERR_FSYNC);

    return code ? code : real(file)->pMethods->xSync(real(file), flags);
}

static int do_size(sqlite3_file *file, sqlite3_int64 *size)
{
    return real(file)->pMethods->xFileSize(real(file), size);
}

static int do_lock(sqlite3_file *file, int level)
{
    return real(file)->pMethods->xLock(real(file), level);
}

static int do_unlock(sqlite3_file *file, int level)
{
    return real(file)->pMethods->xUnlock(real(file), level);
}

static int do_reserved(sqlite3_file *file, int *out)
{
    return real(file)->pMethods->xCheckReservedLock(real(file), out);
}

static int do_control(sqlite3_file *file, int op, void *arg)
{
    return real(file)->pMethods->xFileControl(real(file), op, arg);
}

static int do_sector(sqlite3_file *file) { return real(file)->pMethods->xSectorSize(real(file)); }

static int do_device(sqlite3_file *file)
{
    return real(file)->pMethods->xDeviceCharacteristics(real(file));
}

static const sqlite3_io_methods methods = {
    .iVersion = 1,
    .xClose = do_close,
    .xRead = do_read,
    .xWrite = do_write,
    .xTruncate = do_truncate,
    .xSync = do_sync,
    .xFileSize = do_size,
    .xLock = do_lock,
    .xUnlock = do_unlock,
    .xCheckReservedLock = do_reserved,
    .xFileControl = do_control,
    .xSectorSize = do_sector,
    .xDeviceCharacteristics = do_device,
};

static int do_open(sqlite3_vfs *self, sqlite3_filename name, sqlite3_file *out, int flags,
                   int *out_flags)
{
    struct file *file = (struct file *)(void *)out;
    int code;

    (void)self;
    file->real = (sqlite3_file *)(void *)(file + 1);
    code = real_vfs->xOpen(real_vfs, name, file->real, flags, out_flags);
    file->base.pMethods = file->real->pMethods ? &methods : NULL;
    return code;
}

static int do_delete(sqlite3_vfs *self, const char *name, int sync)
{
    int code = strike(SQLITE_IOERR_DELETE);

    (void)self;
    return code ? code : real_vfs->xDelete(real_vfs, name, sync);
}

void faultvfs_set(enum fault_kind kind, int n)
{
    if (!real_vfs) {
        real_vfs = sqlite3_vfs_find(NULL);
        vfs = *real_vfs;
        vfs.zName = "fault";
        vfs.szOsFile = (int)sizeof(struct file) + real_vfs->szOsFile;
        vfs.xOpen = do_open;
        vfs.xDelete = do_delete;
        sqlite3_vfs_register(&vfs, 1);
    }
    fault = kind;
    fault_at = n;
    count = 0;
}

int faultvfs_count(void) { return count; }

enum fault_kind faultvfs_kind(void) { return fault; }
