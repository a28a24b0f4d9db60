/* state/inbox.c - requests that wait for the state.  Must not know what a request means, nor open
 * the state.
 *
 * A pass locks the state from its beginning to its end, and it may wait for a Git server all the
 * time; an operator who wants to hold a rotation cannot wait for that.  So a command leaves a file,
 * and a pass takes it: it changes the ledger, saves it, and removes the file only then.  A kill
 * between any two of these leaves either a file that is taken later, or one whose id is remembered
 * in the very save that contains the request, so that taking it twice is impossible.
 *
 * A process that may write the folder could forge a file, or bring an old one back.  Against the
 * first there is a MAC under the key that also authenticates the rows of the state.  Against the
 * second the state records the ids that were taken last; what is older than the oldest of them is
 * refused by its time, so the memory has a bound. */
#include "state/inbox.h"
#include "api/own_document.h"

#include "base/base64.h"
#include "base/fault.h"
#include "base/files.h"
#include "base/folder.h"
#include "base/parse_json.h"
#include "base/text.h"
#include "base/write_json.h"
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

enum { ID_BYTES = 16, ID_HEX = 2 * ID_BYTES, MAC_BYTES = 32, MAC_HEX = 2 * MAC_BYTES };
enum { REQUEST_MAX = 16 * 1024, FILES_MAX = 1000, REMEMBERED_MAX = 64 };
static const char suffix[] = ".request";

/* No row of the state begins like this (state/seal.c), so no MAC of a row is one of a request. */
static const char purpose[] = "weft operator request 1\n";

const char *inbox_folder(const char *state_path, struct arena *arena)
{
    return arena_printf(arena, "%s.requests", state_path);
}

static const char *path_of(const char *state_path, const char *id, struct arena *arena)
{
    return arena_printf(arena, "%s/%s%s", inbox_folder(state_path, arena), id, suffix);
}

/* --- one request as bytes: a line of JSON, a line with its MAC --- */

static int mac_hex(char out[MAC_HEX + 1], const struct ledger_key *key, const char *line,
                   size_t len, struct err *err)
{
    AUTO_TEXT input = { 0 };
    unsigned char mac[MAC_BYTES];

    text_adds(&input, purpose);
    text_add(&input, line, len);
    if (key->mac(key->context, mac, input.bytes, input.len, err) < 0)
        return -1;
    hex_encode(out, mac, sizeof mac);
    return 0;
}

static int encode(struct text *out, const struct inbox_request *request,
                  const struct ledger_key *key, struct arena *arena, struct err *err)
{
    struct node *root = own_document("RotationRequest", arena);
    char mac[MAC_HEX + 1];

    node_set_text(arena, root, "id", request->id);
    node_set_int(arena, root, "made", request->made);
    node_set_text(arena, root, "virtualMesh", request->virtual_mesh);
    node_set_text(arena, root, "verb", request->verb);
    node_set_text(arena, root, "rotation", request->rotation);
    node_set_int(arena, root, "step", request->step);
    node_set_bool(arena, root, "force", request->force);
    node_set_text(arena, root, "reason", request->reason);
    node_set_int(arena, root, "at", request->at);
    write_json(out, root, false);
    if (mac_hex(mac, key, out->bytes, out->len, err) < 0)
        return err_wrap(err, "authenticate the request");
    text_addf(out, "\n%s\n", mac);
    if (out->len > REQUEST_MAX)
        return err_set(err, ERR_INPUT, 0,
                       "the request has %zu bytes, more than %d: give a shorter --reason", out->len,
                       REQUEST_MAX);
    return 0;
}

static bool same_text(const char *a, const char *b, size_t len)
{
    unsigned differs = 0;

    for (size_t i = 0; i < len; i++)
        differs |= (unsigned)(a[i] ^ b[i]);
    return differs == 0;
}

/* Whether bytes are a line and its MAC; *line is how long the line is. */
static bool is_authentic(size_t *line, const char *bytes, size_t len, const struct ledger_key *key)
{
    char mac[MAC_HEX + 1];
    struct err err;

    if (len < MAC_HEX + 2 || bytes[len - 1] != '\n' || bytes[len - MAC_HEX - 2] != '\n')
        return false;
    *line = len - MAC_HEX - 2;
    return mac_hex(mac, key, bytes, *line, &err) == 0 && same_text(mac, bytes + *line + 1, MAC_HEX);
}

static const char *member(const struct node *root, const char *key)
{
    const char *text = node_get(root, key, NULL);

    return text ? text : "";
}

static int64_t number(const struct node *root, const char *key)
{
    int64_t value = 0;

    return parse_int(member(root, key), 0, INT64_MAX, &value) ? value : 0;
}

static void decode(struct inbox_request *out, const struct node *root)
{
    const struct node *force = node_find(root, "force");

    *out = (struct inbox_request){
        .id = member(root, "id"),
        .made = number(root, "made"),
        .virtual_mesh = member(root, "virtualMesh"),
        .verb = member(root, "verb"),
        .rotation = member(root, "rotation"),
        .step = number(root, "step"),
        .force = force && node_true(force),
        .reason = member(root, "reason"),
        .at = number(root, "at"),
    };
}

/* --- files --- */

static int fresh_id(char id[ID_HEX + 1], struct err *err)
{
    unsigned char bytes[ID_BYTES];

    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
        return err_errno(err, "get random bytes for the id of a request");
    hex_encode(id, bytes, sizeof bytes);
    return 0;
}

static int64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int inbox_add(struct inbox_request *request, const char *state_path, const struct ledger_key *key,
              struct arena *arena, struct err *err)
{
    const char *folder = inbox_folder(state_path, arena);
    char id[ID_HEX + 1];
    AUTO_TEXT content = { 0 };

    if (fresh_id(id, err) < 0)
        return -1;
    request->id = arena_text(arena, id);
    request->made = now_ns();
    if (encode(&content, request, key, arena, err) < 0 || file_make_folders(folder, 0700, err) < 0
        || file_sync_folder(folder, err) < 0)
        return -1;
    FAULT("inbox.add.before");
    if (file_write(path_of(state_path, id, arena), content.bytes, content.len, 0600, err) < 0)
        return -1;
    FAULT("inbox.add.after");
    return 0;
}

/* As fresh_id makes them: an id with a blank in it would not be found again in the memory of those
 * that were taken, and the request would count twice. */
static bool is_id(const char *text) { return strlen(text) == ID_HEX && hex_is_plain(text, ID_HEX); }

/* NULL: the request is good. */
static const char *read_request(struct inbox_request *out, const char *path, const char *name,
                                const struct ledger_key *key, struct arena *arena)
{
    const struct node *root;
    struct err err;
    char *bytes;
    size_t len, line;

    if (file_read(&bytes, &len, path, REQUEST_MAX, arena, &err) < 0)
        return arena_text(arena, err.text);
    if (!is_authentic(&line, bytes, len, key))
        return "it is not authentic: this state key did not sign it";
    if (parse_json(&root, bytes, line, arena, &err) < 0)
        return arena_text(arena, err.text);
    decode(out, root);
    if (!is_id(out->id))
        return "its id is not 32 hexadecimal digits";
    if (!text_equal(name, arena_printf(arena, "%s%s", out->id, suffix)))
        return "it has another name than when it was made";
    return NULL;
}

static bool is_request(const char *name) { return name[0] != '.' && text_ends(name, suffix); }

static int compare_made(const void *a, const void *b)
{
    const struct inbox_request *one = a, *other = b;

    if (one->made != other->made)
        return one->made < other->made ? -1 : 1;
    return strcmp(one->id, other->id);
}

int inbox_read(struct inbox *out, const char *state_path, const struct ledger_key *key,
               struct arena *arena, struct err *err)
{
    const char *folder = inbox_folder(state_path, arena), **names;
    const struct tree_reader reader = folder_tree_reader(folder);
    size_t count;

    *out = (struct inbox){ 0 };
    if (reader.list(reader.context, "", &names, &count, arena, err) < 0)
        return err_wrap(err, "read the requests of operators");
    for (size_t i = 0; i < count; i++) {
        const char *path = arena_printf(arena, "%s/%s", folder, names[i]), *why;
        struct inbox_request request;

        if (!is_request(names[i]))
            continue;
        why = out->count + out->refusal_count < FILES_MAX
                  ? read_request(&request, path, names[i], key, arena)
                  : "there are too many files in this folder";
        if (why)
            *ARENA_PUSH(arena, out->refusals, out->refusal_count) =
                (struct inbox_refusal){ path, why };
        else
            *ARENA_PUSH(arena, out->requests, out->count) = request;
        if (out->count + out->refusal_count > FILES_MAX)
            break;
    }
    if (out->count)
        qsort(out->requests, out->count, sizeof *out->requests, compare_made);
    return 0;
}

size_t inbox_count(const char *state_path, struct arena *arena)
{
    const struct tree_reader reader = folder_tree_reader(inbox_folder(state_path, arena));
    const char **names;
    size_t count, requests = 0;
    struct err err;

    if (reader.list(reader.context, "", &names, &count, arena, &err) < 0)
        return 0;
    for (size_t i = 0; i < count; i++)
        requests += is_request(names[i]);
    return requests;
}

int inbox_remove(const char *state_path, const char *id, struct err *err)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const char *path = path_of(state_path, id, arena);

    if (unlink(path) < 0 && errno != ENOENT)
        return err_errno(err, "remove the request %s", path);
    return file_sync_folder(path, err);
}

/* --- what was taken: a fact of the state, "FLOOR ID MADE ID MADE ...", the newest first --- */

struct memory {
    int64_t floor; /* when the newest request was made that is not remembered any more */
    struct {
        const char *id;
        int64_t made;
    } taken[REMEMBERED_MAX + 1];
    size_t count;
};

/* The next field of *text; NULL: there is none. */
static const char *next_word(const char **text, struct arena *arena)
{
    const char *begin = *text + strspn(*text, " ");
    size_t len = strcspn(begin, " ");

    *text = begin + len;
    return len ? arena_bytes(arena, begin, len) : NULL;
}

static void recall(struct memory *out, const struct ledger *ledger)
{
    const struct ledger_fact *fact = ledger_find_fact(ledger, FACT_REQUESTS);
    const char *rest = fact ? fact->value : "", *word;

    *out = (struct memory){ 0 };
    if ((word = next_word(&rest, ledger->arena)))
        (void)parse_int(word, 0, INT64_MAX, &out->floor);
    while (out->count < REMEMBERED_MAX && (word = next_word(&rest, ledger->arena))) {
        const char *made = next_word(&rest, ledger->arena);

        out->taken[out->count].id = word;
        if (made && parse_int(made, 0, INT64_MAX, &out->taken[out->count].made))
            out->count++;
    }
}

enum inbox_age inbox_age(const struct ledger *ledger, const struct inbox_request *request)
{
    struct memory memory;

    recall(&memory, ledger);
    for (size_t i = 0; i < memory.count; i++)
        if (text_equal(memory.taken[i].id, request->id))
            return INBOX_TAKEN;
    return request->made > memory.floor ? INBOX_NEW : INBOX_TOO_OLD;
}

/* The oldest makes place: not the first that was taken, for a request may be taken late. */
static void forget_oldest(struct memory *memory)
{
    size_t oldest = 0;

    for (size_t i = 1; i < memory->count; i++)
        if (memory->taken[i].made < memory->taken[oldest].made)
            oldest = i;
    if (memory->taken[oldest].made > memory->floor)
        memory->floor = memory->taken[oldest].made;
    memory->taken[oldest] = memory->taken[--memory->count];
}

void inbox_set_taken(struct ledger *ledger, const struct inbox_request *request)
{
    struct memory memory;
    AUTO_TEXT value = { 0 };

    recall(&memory, ledger);
    memory.taken[memory.count].id = request->id;
    memory.taken[memory.count++].made = request->made;
    while (memory.count > REMEMBERED_MAX)
        forget_oldest(&memory);
    assert(memory.count <= REMEMBERED_MAX);
    text_addf(&value, "%lld", (long long)memory.floor);
    for (size_t i = 0; i < memory.count; i++)
        text_addf(&value, " %s %lld", memory.taken[i].id, (long long)memory.taken[i].made);
    ledger_set_fact(ledger, FACT_REQUESTS, value.bytes);
}
