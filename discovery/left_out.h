/* discovery/left_out.h - Services that are no Destinations, and why. */
#ifndef WEFT_DISCOVERY_LEFT_OUT_H
#define WEFT_DISCOVERY_LEFT_OUT_H

#include "base/arena.h"
#include "base/enums.h"
#include "base/text.h"

enum left_out_reason {
    LEFT_OUT_NOT, /* it is a Destination */
    LEFT_OUT_EXCLUDED,
    LEFT_OUT_VETOED,
    LEFT_OUT_DELETED,
    LEFT_OUT_EXTERNAL_NAME,
    LEFT_OUT_NO_SELECTOR,
    LEFT_OUT_NO_WORKLOAD,
    LEFT_OUT_NOT_IN_MESH,
    LEFT_OUT_AMBIENT,
    LEFT_OUT_EXPORT_TO,
    LEFT_OUT_NOT_EXPORTED,
    LEFT_OUT_NO_PORTS,
    LEFT_OUT_INVALID,
    LEFT_OUT_COUNT
};
extern const struct enum_table left_out_reasons; /* "not", "excluded", "vetoed", ... */
/* What it means and what to do, one line. */
const char *left_out_text(enum left_out_reason reason);

struct left_out {
    const char *namespace, *service;
    enum left_out_reason reason;
    bool mesh_pods; /* there are pods of a mesh behind it */
};

struct left_out_list { /* sorted by namespace and service */
    struct left_out *items;
    size_t count;
};

/* left-out.tsv: those with pods of a mesh, a line each. */
void left_out_write(struct text *out, const struct left_out_list *list);

#endif
