/* tests/lib/state_sample.c - see state_sample.h. */
#include "tests/lib/state_sample.h"

#include "base/files.h"
#include "base/text.h"
#include "pki/custody.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const char *word(struct ledger *ledger, const char *name, int row, int variant)
{
    return arena_printf(ledger->arena, "%s %d.%d: \"'%%;--\nü", name, row, variant);
}

/* The second row has no key: it was destroyed. */
static struct sealed key(struct ledger *ledger, int row, int variant)
{
    unsigned char bytes[] = { 0, 1, (unsigned char)variant, 0xff, 0, '\'', 7 };

    if (row == 1)
        return (struct sealed){ 0 };
    return (struct sealed){ (unsigned char *)arena_bytes(ledger->arena, bytes, sizeof bytes),
                            sizeof bytes };
}

#define WORD(name) word(ledger, name, row, variant)
#define KEYWORD(name) word(ledger, name, row, 0)

static void add_issued(struct ledger *ledger, int row, int variant)
{
    struct ledger_root *root = ledger_add_root(ledger);
    struct ledger_intermediate *issued = ledger_add_intermediate(ledger);
    int64_t at = 1795431600 + row * 1000 + variant;

    *root = (struct ledger_root){
        .id = KEYWORD("root"),
        .virtual_mesh = KEYWORD("mesh"),
        .origin = (enum root_origin)((row + variant) % (ORIGIN_ADOPTED + 1)),
        .generation = UINT32_MAX - (uint32_t)(row + 2 * variant),
        .cert_pem = WORD("cert"),
        .chain_pem = row ? "" : WORD("chain"),
        .spki = WORD("spki"),
        .not_before = -at,
        .not_after = at + 1,
        .created = at + 2,
        .key = key(ledger, row, variant),
        .state = (enum key_state)((row + variant) % (KEY_DESTROYED + 1)),
        .changed = true,
    };
    *issued = (struct ledger_intermediate){
        .id = KEYWORD("issued"),
        .virtual_mesh = KEYWORD("mesh"),
        .mesh = KEYWORD("istiod"),
        .cluster = WORD("cluster"),
        .namespace = WORD("namespace"),
        .root = WORD("root"),
        .generation = (uint32_t)(row + 7 * variant),
        .cert_pem = WORD("cert"),
        .serial = WORD("serial"),
        .spki = WORD("spki"),
        .not_before = at + 10,
        .not_after = at + 11,
        .created = at + 12,
        .key = key(ledger, row, variant + 1),
        .options = WORD("options"),
        .state = (enum key_state)((row + variant + 1) % (KEY_DESTROYED + 1)),
        .changed = true,
    };
    root->next = NULL;
    issued->next = NULL;
}

static void add_delivered(struct ledger *ledger, int row, int variant)
{
    struct ledger_delivery *delivery = ledger_add_delivery(ledger);
    struct ledger_publication *publication = ledger_add_publication(ledger);

    delivery->path = KEYWORD("path");
    delivery->virtual_mesh = WORD("mesh");
    delivery->mesh = WORD("istiod");
    delivery->recipient = row % 2 ? (struct delivery_recipient){ RECIPIENT_CLUSTER, "" }
                                  : (struct delivery_recipient){ RECIPIENT_KEY, WORD("recipient") };
    delivery->digest = WORD("digest");
    delivery->content = WORD("content");
    delivery->mark = WORD("mark");
    publication->repository = KEYWORD("https://git.example.com/specs");
    publication->branch = KEYWORD("branch");
    publication->commit = WORD("commit");
    publication->specs_commit = WORD("specs");
    publication->inputs = WORD("inputs");
    publication->counter = (uint64_t)INT64_MAX - (uint64_t)(row + 2 * variant);
    publication->published = 1795431600 + row + variant;
}

static void add_rotation(struct ledger *ledger, int row, int variant)
{
    struct ledger_rotation *rotation = ledger_add_rotation(ledger);

    rotation->virtual_mesh = KEYWORD("mesh");
    rotation->id = WORD("id");
    rotation->state = (enum rotation_state)((row + variant) % (ROTATION_FAILED + 1));
    rotation->step = row + 2 * variant - 1;
    rotation->old_root = WORD("old");
    rotation->new_root = WORD("new");
    rotation->pending_root = WORD("pending");
    rotation->entered = 100 + variant;
    rotation->deadline = 200 + variant;
    rotation->detail = WORD("detail");
    rotation->deployed_trust = WORD("trust");
    rotation->deployed_root = WORD("deployed");
    rotation->conditions = WORD("conditions");
}

static void add_history(struct ledger *ledger, int row, int variant)
{
    struct ledger_status *status = ledger_add_status(ledger);
    struct ledger_restart *restart = ledger_add_restart(ledger);
    struct ledger_run *run = ledger_add_run(ledger);
    struct ledger_fact *fact = ledger_add_fact(ledger);

    fact->name = KEYWORD("fact");
    fact->value = WORD("value");
    restart->virtual_mesh = KEYWORD("mesh");
    restart->mesh = KEYWORD("istiod");
    restart->epoch = KEYWORD("epoch");
    restart->kind = KEYWORD("kind");
    restart->namespace = KEYWORD("namespace");
    restart->name = KEYWORD("name");
    restart->at = 600 + variant;
    restart->settled = variant & 1;
    status->virtual_mesh = KEYWORD("mesh");
    status->state = (enum approval_state)((row + variant) % 4);
    status->digest = WORD("digest");
    status->json = WORD("json");
    status->updated = 300 + variant;
    run->row = row + 1;
    run->started = 400 + variant;
    run->finished = 500 + variant;
    run->result = (enum run_result)((row + variant) % (RUN_FAILED + 1));
    run->specs_commit = WORD("specs");
    run->output_commit = WORD("output");
    run->message = WORD("message");
}

struct ledger sample_ledger(struct arena *arena, int variant)
{
    struct ledger ledger = { .arena = arena };

    for (int row = 0; row < 2; row++) {
        add_issued(&ledger, row, variant);
        add_delivered(&ledger, row, variant);
        add_rotation(&ledger, row, variant);
        add_history(&ledger, row, variant);
    }
    return ledger;
}

/* Says on stderr which field differs. */
static bool differ(const char *name)
{
    fprintf(stderr, "the ledgers differ in %s\n", name);
    return false;
}

static bool same_sealed(struct sealed a, struct sealed b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.bytes, b.bytes, a.len) == 0);
}

#define SAME_TEXT(field)                                                                           \
    if (!text_equal(a->field, b->field))                                                           \
    return differ(#field)
#define SAME(field)                                                                                \
    if (a->field != b->field)                                                                      \
    return differ(#field)

static bool same_root(const struct ledger_root *a, const struct ledger_root *b)
{
    SAME_TEXT(id);
    SAME_TEXT(virtual_mesh);
    SAME(generation);
    SAME(state);
    SAME(origin);
    SAME_TEXT(cert_pem);
    SAME_TEXT(chain_pem);
    SAME_TEXT(spki);
    SAME(not_before);
    SAME(not_after);
    SAME(created);
    return same_sealed(a->key, b->key) || differ("key");
}

static bool same_intermediate(const struct ledger_intermediate *a,
                              const struct ledger_intermediate *b)
{
    SAME_TEXT(id);
    SAME_TEXT(virtual_mesh);
    SAME_TEXT(mesh);
    SAME_TEXT(cluster);
    SAME_TEXT(namespace);
    SAME_TEXT(root);
    SAME(generation);
    SAME(state);
    SAME_TEXT(cert_pem);
    SAME_TEXT(serial);
    SAME_TEXT(spki);
    SAME(not_before);
    SAME(not_after);
    SAME_TEXT(options);
    SAME(created);
    return same_sealed(a->key, b->key) || differ("key");
}

static bool same_delivery(const struct ledger_delivery *a, const struct ledger_delivery *b)
{
    SAME_TEXT(path);
    SAME_TEXT(virtual_mesh);
    SAME_TEXT(mesh);
    SAME(recipient.kind);
    SAME_TEXT(recipient.fingerprint);
    SAME_TEXT(digest);
    SAME_TEXT(content);
    SAME_TEXT(mark);
    return true;
}

static bool same_restart(const struct ledger_restart *a, const struct ledger_restart *b)
{
    SAME_TEXT(virtual_mesh);
    SAME_TEXT(mesh);
    SAME_TEXT(epoch);
    SAME_TEXT(kind);
    SAME_TEXT(namespace);
    SAME_TEXT(name);
    SAME(at);
    SAME(settled);
    return true;
}

static bool same_rotation(const struct ledger_rotation *a, const struct ledger_rotation *b)
{
    SAME_TEXT(virtual_mesh);
    SAME_TEXT(id);
    SAME(state);
    SAME(step);
    SAME_TEXT(old_root);
    SAME_TEXT(new_root);
    SAME_TEXT(pending_root);
    SAME(entered);
    SAME(deadline);
    SAME_TEXT(detail);
    SAME_TEXT(deployed_trust);
    SAME_TEXT(deployed_root);
    SAME_TEXT(conditions);
    return true;
}

static bool same_publication(const struct ledger_publication *a, const struct ledger_publication *b)
{
    SAME_TEXT(repository);
    SAME_TEXT(branch);
    SAME_TEXT(commit);
    SAME_TEXT(specs_commit);
    SAME_TEXT(inputs);
    SAME(counter);
    SAME(published);
    return true;
}

static bool same_status(const struct ledger_status *a, const struct ledger_status *b)
{
    SAME_TEXT(virtual_mesh);
    SAME(state);
    SAME_TEXT(digest);
    SAME_TEXT(json);
    SAME(updated);
    return true;
}

static bool same_fact(const struct ledger_fact *a, const struct ledger_fact *b)
{
    SAME_TEXT(name);
    SAME_TEXT(value);
    return true;
}

static bool same_run(const struct ledger_run *a, const struct ledger_run *b)
{
    SAME(row);
    SAME(started);
    SAME(finished);
    SAME(result);
    SAME_TEXT(specs_commit);
    SAME_TEXT(output_commit);
    SAME_TEXT(message);
    return true;
}

#define SAME_LIST(noun, list)                                                                      \
    do {                                                                                           \
        const struct ledger_##noun *x = a->list, *y = b->list;                                     \
        for (; x && y; x = x->next, y = y->next)                                                   \
            if (!same_##noun(x, y))                                                                \
                return differ(#list);                                                              \
        if (x || y)                                                                                \
            return differ("the number of " #list);                                                 \
    } while (0)

bool same_ledger(const struct ledger *a, const struct ledger *b)
{
    SAME_LIST(root, roots);
    SAME_LIST(intermediate, intermediates);
    SAME_LIST(delivery, deliveries);
    SAME_LIST(rotation, rotations);
    SAME_LIST(publication, publications);
    SAME_LIST(status, statuses);
    SAME_LIST(restart, restarts);
    SAME_LIST(fact, facts);
    SAME_LIST(run, runs);
    return true;
}

void assert_same_ledger(const struct ledger *a, const struct ledger *b)
{
    assert_true(same_ledger(a, b));
}

void sample_place(struct sample_place *out)
{
    /* In memory where that can be had: these tests sync thousands of times. */
    strcpy(out->folder,
           access("/dev/shm", W_OK) == 0 ? "/dev/shm/weft-state-XXXXXX" : "/tmp/weft-state-XXXXXX");
    assert_non_null(mkdtemp(out->folder));
    snprintf(out->file, sizeof out->file, "%s/state.db", out->folder);
}

/* Keys are kept: a store holds one by its address. */
const struct ledger_key *sample_key(const char *name)
{
    static struct {
        const char *name;
        struct custody *custody;
        struct ledger_key key;
    } keys[8];
    char file[] = "/tmp/weft-key-XXXXXX";
    size_t i = 0;
    struct err err;

    while (keys[i].name && strcmp(keys[i].name, name) != 0)
        i++;
    if (!keys[i].name) {
        char bytes[32] = "the state key of a test, called ";
        int fd = mkstemp(file);

        memcpy(bytes, name, strlen(name));
        assert_int_equal(write(fd, bytes, sizeof bytes), sizeof bytes);
        close(fd);
        assert_int_equal(custody_open(&keys[i].custody, file, &err), 0);
        unlink(file);
        keys[i].name = name;
        keys[i].key = custody_ledger_key(keys[i].custody);
        keys[i].key.id = name; /* readable in messages */
    }
    return &keys[i].key;
}

void sample_clean(const struct sample_place *place)
{
    struct err err;

    assert_int_equal(file_remove_folders(place->folder, &err), 0);
}

#define TOUCH(noun, list)                                                                          \
    for (struct ledger_##noun *row = ledger->list; row; row = row->next)                           \
    row->changed = true

void sample_touch(struct ledger *ledger)
{
    TOUCH(root, roots);
    TOUCH(intermediate, intermediates);
    TOUCH(delivery, deliveries);
    TOUCH(rotation, rotations);
    TOUCH(publication, publications);
    TOUCH(status, statuses);
    TOUCH(restart, restarts);
    TOUCH(fact, facts);
    TOUCH(run, runs);
}

void sample_save(const char *path, struct ledger *ledger)
{
    AUTO(store_close) struct store *store = NULL;
    struct err err = { .text = "" };

    sample_touch(ledger);
    if (store_open(&store, path, STORE_WRITE, sample_key("k1"), &err) < 0
        || (store_is_unaccepted(store) && store_accept(store, &err) < 0)
        || store_save(store, ledger, &err) < 0)
        fail_msg("%s", err.text);
}

struct ledger sample_load(const char *path, enum store_mode mode, struct arena *arena)
{
    AUTO(store_close) struct store *store = NULL;
    struct ledger ledger = { .arena = arena };
    struct err err = { .text = "" };

    if (store_open(&store, path, mode, sample_key("k1"), &err) < 0
        || store_load(&ledger, store, arena, &err) < 0)
        fail_msg("%s", err.text);
    return ledger;
}

char *sample_bytes(const char *path, size_t *len, struct arena *arena)
{
    char *bytes = NULL;
    struct err err;

    *len = 0;
    if (access(path, F_OK) < 0)
        return NULL;
    assert_int_equal(file_read(&bytes, len, path, (size_t)1 << 30, arena, &err), 0);
    return bytes;
}
