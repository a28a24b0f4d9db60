/* sync/transport/pkt.h - pkt-lines (gitprotocol-common) and what is said in them when pushing
 * (gitprotocol-pack).  Pure. Private to sync/. */
#ifndef WEFT_SYNC_TRANSPORT_PKT_H
#define WEFT_SYNC_TRANSPORT_PKT_H

#include "base/digest.h"
#include "base/text.h"
#include <sys/types.h>

enum { PKT_MAX = 65520, PKT_HEAD = 4 };

/* The length that four bytes announce, themselves included; 0: a flush; -1: not a pkt-line. */
ssize_t pkt_length(const char head[PKT_HEAD]);
/* Appends "length line". */
void pkt_add(struct text *out, const char *line, size_t len);

/* Follows pkt-lines that come in pieces and that another reader takes apart; starts as {0}. */
struct pkt_watch {
    char head[PKT_HEAD];
    size_t have, left; /* bytes of head; bytes of the present line that are still to come */
    size_t lines;      /* how many began, flushes left out */
    bool bad, pack;    /* what came last is no pkt-line; a pack without pkt-lines begins */
};
void pkt_watch_add(struct pkt_watch *watch, const char *bytes, size_t len);

/* What we look for in a server's list of refs. */
struct advertisement {
    bool found;       /* the ref is in it */
    struct git_id id; /* its value, when found */
    bool report_status, side_band, sha256, quiet;
};
/* Takes one line; first: it also carries the capabilities.  false: not such a line. */
bool advertisement_add(struct advertisement *out, const char *line, size_t len, bool first,
                       const char *ref);

/* What a server answers to a push. */
struct push_report {
    bool unpacked, updated;
    struct text words; /* its reasons, when it refuses */
};
/* Takes one line: "unpack ok", "ok <ref>", "ng <ref> <reason>". */
void push_report_add(struct push_report *out, const char *line, size_t len, const char *ref);

#endif
