/* pki/branch_record.h - the records of virtual meshes on the output branch, read once for all that
 * compare the state with them. */
#ifndef WEFT_PKI_BRANCH_RECORD_H
#define WEFT_PKI_BRANCH_RECORD_H

#include "api/record.h"
#include "base/filetree.h"

/* How far the trust of a virtual mesh is by its record: further than in the ledger when that is
 * an older one, restored from a backup. */
struct trust_branch {
    const char *virtual_mesh;
    const char *rotation; /* id; "" = none */
    int step;             /* 0: at rest */
    const char *deployed; /* id of a CA */
};

struct branch_record {
    const char *path; /* below the output path */
    struct record record;
};

/* More than any fleet has; what is above was not written by weft. */
enum { BRANCH_RECORDS_MAX = 10000, BRANCH_RECORDS_BYTES = 64 * 1024 * 1024 };

struct branch_records {
    struct branch_record *list; /* sorted by path */
    size_t count;
    size_t bytes; /* of all files that were read */
};

/* Reads every file of weft/ that is a record, into the arena; damaged ones are left out, as if they
 * were absent.  -1 when the branch cannot be read, or holds more than the limits. */
MUST_USE int branch_records_read(struct branch_records *out, const struct tree_reader *tip,
                                 struct arena *arena, struct err *err);
/* The record of a virtual mesh; NULL: none. */
const struct record *branch_records_find(const struct branch_records *records,
                                         struct object_ref ref, struct arena *arena);
/* The highest counter of saves that a record names; 0: none does. */
uint64_t branch_records_counter(const struct branch_records *records);
/* What a record says of the rotation, under the name of the virtual mesh. */
struct trust_branch branch_record_position(const struct record *record, const char *virtual_mesh);

#endif
