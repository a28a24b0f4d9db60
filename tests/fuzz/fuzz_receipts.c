/* tests/fuzz/fuzz_receipts.c - any bytes as the row of a receipt in the state, and as the text of
 * it on the output branch.  A receipt counts only for the virtual mesh, the path and the material
 * that it is for; a damaged row gets the very text back that was stored, or is dropped. Fields
 * end with a NUL: path, virtual mesh, mark, digest of the content, text on the branch. */
#include "base/digest.h"
#include "base/text.h"
#include "delivery/receipt.h"
#include "delivery/repair.h"
#include "pki/desired.h"
#include "tests/fuzz/expect.h"
#include <string.h>

#define VM "ns/vm"
#define PEM "-----BEGIN CERTIFICATE-----\nAAEC\n-----END CERTIFICATE-----\n"

static const struct mesh_identity the_mesh = {
    .key = "m.ns.", .name = "m", .cluster = "c", .namespace = "istio-system"
};

/* Up to the next NUL; "" after the last one. */
static const char *next_field(const char **at, const char *end)
{
    const char *field = *at;

    if (field >= end)
        return "";
    *at += strlen(field) + 1;
    return field;
}

static struct ledger_intermediate *intermediate(const char *id, enum key_state state,
                                                struct arena *arena)
{
    struct ledger_intermediate *row = ARENA_NEW(arena, struct ledger_intermediate, 1);

    *row = (struct ledger_intermediate){ .id = id,
                                         .virtual_mesh = VM,
                                         .mesh = the_mesh.key,
                                         .cluster = the_mesh.cluster,
                                         .namespace = the_mesh.namespace,
                                         .root = "r",
                                         .state = state,
                                         .cert_pem = PEM,
                                         .serial = id,
                                         .spki = id,
                                         .options = "" };
    return row;
}

/* One root, an intermediate in use, and one of the same root that was in use before. */
static void fill(struct ledger *ledger)
{
    struct ledger_root *root = ledger_add_root(ledger);

    *root = (struct ledger_root){ .id = "r",
                                  .virtual_mesh = VM,
                                  .generation = 1,
                                  .state = KEY_ACTIVE,
                                  .cert_pem = PEM,
                                  .chain_pem = "",
                                  .spki = "r" };
    ledger->intermediates = intermediate("i2", KEY_ACTIVE, ledger->arena);
    ledger->intermediates->next = intermediate("i1", KEY_RETIRED, ledger->arena);
}

static const char *former_mark(struct arena *arena)
{
    struct ledger before = { .arena = arena };

    fill(&before);
    before.intermediates = intermediate("i1", KEY_ACTIVE, arena);
    return desired_material(&before, VM, the_mesh.key, arena);
}

static void check_proof(const struct ledger *ledger, const struct ledger_delivery *row)
{
    struct arena *arena = ledger->arena;
    const char *path = receipts_path(&the_mesh, arena);
    const char *now = desired_material(ledger, VM, the_mesh.key, arena);
    bool mark = text_equal(row->mark, now) || text_equal(row->mark, former_mark(arena));

    EXPECT(strlen(now) == 16);
    EXPECT(receipts_hold(ledger, VM, &the_mesh, arena)
           == (mark && text_equal(row->path, path) && text_equal(row->virtual_mesh, VM)));
    EXPECT(!receipts_hold(ledger, "ns/other", &the_mesh, arena)
           || text_equal(row->virtual_mesh, "ns/other"));
}

struct branch {
    const char *path, *bytes;
    size_t len;
};

static int read_file(void *context, const char *path, char **bytes, size_t *len,
                     struct arena *arena, struct err *err)
{
    const struct branch *branch = context;

    (void)err;
    EXPECT(strcmp(path, branch->path) == 0);
    *len = branch->len;
    *bytes = arena_bytes(arena, branch->bytes, branch->len);
    return 0;
}

static void check_repair(struct ledger *ledger, struct ledger_delivery *row, const char *bytes,
                         size_t len)
{
    struct branch branch = { row->path, bytes, len };
    const struct tree_reader tip = { .read = read_file, .context = &branch };
    struct repaired *list;
    char digest[65];
    size_t count;
    struct err err;

    row->damaged = true;
    row->content = "";
    EXPECT(repair_deliveries(&list, &count, ledger, &tip, ledger->arena, &err) == 0);
    EXPECT(count == 1 && list[0].found == !row->damaged && row->gone == row->damaged);
    if (!list[0].found) {
        EXPECT(!*row->content);
        return;
    }
    sha256_hex(digest, row->content, strlen(row->content));
    EXPECT(strcmp(digest, row->content_digest) == 0);
    EXPECT(strlen(row->content) == len && memcmp(row->content, bytes, len) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct ledger ledger = { .arena = arena };
    const char *at = arena_bytes(arena, bytes, len), *end = at + len;
    struct ledger_delivery *row = ledger_add_delivery(&ledger);
    char digest[65];

    fill(&ledger);
    row->path = next_field(&at, end);
    row->virtual_mesh = next_field(&at, end);
    row->mesh = the_mesh.key;
    row->mark = next_field(&at, end);
    row->content_digest = next_field(&at, end);
    row->recipient.kind = RECIPIENT_CLUSTER;
    EXPECT(receipt_is_row(row));
    check_proof(&ledger, row);
    if (at > end)
        at = end;
    check_repair(&ledger, row, at, (size_t)(end - at));
    /* The same with a digest that fits, where there can be one. */
    sha256_hex(digest, at, (size_t)(end - at));
    row->gone = false;
    row->content_digest = digest;
    check_repair(&ledger, row, at, (size_t)(end - at));
    EXPECT(row->damaged == (memchr(at, '\0', (size_t)(end - at)) != NULL));
    return 0;
}
