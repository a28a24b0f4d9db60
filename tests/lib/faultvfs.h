/* tests/lib/faultvfs.h - the system's files with a fault at the n-th operation that changes one
 * (after SQLite's own tests). */
#ifndef WEFT_TESTS_LIB_FAULTVFS_H
#define WEFT_TESTS_LIB_FAULTVFS_H

enum fault_kind {
    FAULT_NONE,
    FAULT_ERROR, /* the operation fails, once */
    FAULT_FULL,  /* no space from here on */
    FAULT_KILL,  /* the process ends before the operation */
    FAULT_TORN   /* half of a write, then the process ends */
};

/* From now on the n-th write, truncation, sync or deletion of any file fails so. */
void faultvfs_set(enum fault_kind kind, int n);
enum fault_kind faultvfs_kind(void);
int faultvfs_count(void); /* such operations since then */

#endif
