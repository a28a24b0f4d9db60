/* pki/rotation_detail.c - the detail of a row as JSON.  Pure: no clock, no files, no keys.
 *
 * The columns state and step of a row are what the API shows; the record itself is in its detail,
 * which has a version.  Version 2 stores the position as it is.  Version 1, which had no such
 * field, spread it over the state, the step and the marks "back", "atOnce", "failedIn" and
 * "approved": it is read as it was, and whatever is saved next is of version 2.  Those marks are
 * still written beside the position, and never read back: a weft of version 1 that opens the state
 * again would take a rotation that goes back for one that goes forward without them. */
#include "pki/rotation_detail.h"
#include "base/parse.h"
#include "base/parse_json.h"
#include "base/text.h"
#include "base/write.h"
#include "base/write_json.h"
#include "rotation/ca.h"
#include <string.h>

enum { ROOTS_MAX = 64, VERSION = 2 };

/* Roots occur in every material: they are listed once, and named by their number. */
struct roots {
    const char *list[ROOTS_MAX];
    size_t count;
};

static int64_t root_number(struct roots *roots, const char *root)
{
    for (size_t i = 0; i < roots->count; i++)
        if (text_equal(roots->list[i], root))
            return (int64_t)i;
    if (roots->count == ROOTS_MAX)
        return 0; /* cannot be: a rotation has at most BUNDLE_MAX */
    roots->list[roots->count] = root;
    return (int64_t)roots->count++;
}

/* --- writing --- */

static struct node *bundle_node(struct roots *roots, const struct bundle *bundle,
                                struct arena *arena)
{
    struct node *list = node_list(arena);

    for (size_t i = 0; i < bundle->count; i++)
        node_add(list, node_int(arena, root_number(roots, bundle->roots[i])));
    return list;
}

/* [signer, root, root, ...] */
static struct node *material_node(struct roots *roots, const struct material *material,
                                  struct arena *arena)
{
    struct node *list = node_list(arena);

    node_add(list, node_int(arena, root_number(roots, material->signer)));
    for (size_t i = 0; i < material->bundle.count; i++)
        node_add(list, node_int(arena, root_number(roots, material->bundle.roots[i])));
    return list;
}

static void set_int(struct arena *arena, struct node *map, const char *key, int64_t value)
{
    if (value != 0)
        node_set_int(arena, map, key, value);
}

static void set_true(struct arena *arena, struct node *map, const char *key, bool value)
{
    if (value)
        node_set_bool(arena, map, key, true);
}

static void set_text(struct arena *arena, struct node *map, const char *key, const char *value)
{
    if (!text_empty(value))
        node_set_text(arena, map, key, value);
}

static struct node *member_node(struct roots *roots, const struct member *member,
                                struct arena *arena)
{
    struct node *node = node_map(arena), *held;

    node_set_text(arena, node, "mesh", member->mesh);
    node_set_text(arena, node, "cluster", member->cluster);
    held = node_set(node, "held", node_list(arena));
    for (size_t i = 0; i < member->held_count; i++)
        node_add(held, material_node(roots, &member->held[i], arena));
    set_int(arena, node, "dead", (int64_t)member->dead_count);
    set_int(arena, node, "committed", member->committed);
    set_int(arena, node, "synced", member->synced);
    set_int(arena, node, "proven", member->proven);
    set_int(arena, node, "doubted", member->doubted);
    set_int(arena, node, "leafTTL", member->leaf_ttl);
    set_int(arena, node, "former", member->former);
    set_true(arena, node, "turned", member->turned);
    set_true(arena, node, "assumed", member->assumed);
    return node;
}

static struct node *request_node(const struct rotation_request *request, struct arena *arena)
{
    struct node *node = node_map(arena);

    node_set_text(arena, node, "kind", enums_name(&rotation_requests, (int)request->kind));
    set_text(arena, node, "rotation", request->rotation);
    set_int(arena, node, "step", request->step);
    set_true(arena, node, "force", request->force);
    set_text(arena, node, "reason", request->reason);
    set_int(arena, node, "at", request->at);
    return node;
}

static void set_clock(struct arena *arena, struct node *detail, const struct rotation_clock *clock)
{
    struct node *node = node_set(detail, "clock", node_map(arena));

    set_int(arena, node, "gate", clock->gate);
    set_int(arena, node, "local", clock->local);
    set_int(arena, node, "second", clock->second);
    set_true(arena, node, "agreed", clock->agreed);
}

static void set_lists(struct arena *arena, struct node *detail, struct roots *roots,
                      const struct rotation *r)
{
    struct node *list = node_set(detail, "members", node_list(arena));

    for (size_t i = 0; i < r->member_count; i++)
        node_add(list, member_node(roots, &r->members[i], arena));
    list = node_set(detail, "retired", node_list(arena));
    for (size_t i = 0; i < r->retired_count; i++) {
        struct node *retired = node_add(list, node_map(arena));

        node_set_text(arena, retired, "ca", r->retired[i].ca);
        node_set_int(arena, retired, "since", r->retired[i].since);
    }
    list = node_set(detail, "commands", node_list(arena));
    for (size_t i = 0; i < r->request_count; i++)
        node_add(list, request_node(&r->requests[i], arena));
}

static void set_position(struct arena *arena, struct node *detail, const struct rotation *r)
{
    struct node *list;

    node_set_text(arena, detail, "direction", enums_name(&direction_names, (int)r->at.direction));
    node_set_text(arena, detail, "phase", enums_name(&phase_names, (int)r->at.phase));
    node_set_text(arena, detail, "progress", enums_name(&progress_names, (int)r->at.progress));
    set_true(arena, detail, "failed", r->failed);
    set_true(arena, detail, "immediate", r->immediate);
    list = node_set(detail, "approvals", node_list(arena));
    for (size_t i = 0; i < PHASES; i++) {
        struct node *approval;

        if (!r->approval[i].approved && !r->approval[i].forced)
            continue;
        approval = node_add(list, node_map(arena));
        node_set_text(arena, approval, "phase", enums_name(&phase_names, (int)i));
        set_true(arena, approval, "approved", r->approval[i].approved);
        set_true(arena, approval, "forced", r->approval[i].forced);
    }
}

enum { APPROVED_BIT = 0, FORCED_BIT = 8 }; /* of the first phase, in version 1 */

static void set_marks_1(struct arena *arena, struct node *detail, const struct rotation *r)
{
    unsigned bits = 0;

    for (unsigned i = 0; i < PHASES; i++)
        bits |= (unsigned)r->approval[i].approved << (APPROVED_BIT + i)
                | (unsigned)r->approval[i].forced << (FORCED_BIT + i);
    set_true(arena, detail, "back", rotation_running(r) && r->at.direction == DIRECTION_BACK);
    set_true(arena, detail, "atOnce", r->immediate);
    if (r->failed)
        node_set_text(arena, detail, "failedIn",
                      enums_name(&rotation_states, (int)position_state(r->at)));
    set_int(arena, detail, "approved", bits);
}

const char *rotation_detail_write(const struct rotation *r, bool clock, struct arena *arena)
{
    struct node *detail = node_map(arena), *list;
    struct roots roots = { .count = 0 };
    AUTO_TEXT json = { 0 };

    node_set_int(arena, detail, "version", VERSION);
    set_int(arena, detail, "count", r->count);
    set_position(arena, detail, r);
    set_marks_1(arena, detail, r);
    set_text(arena, detail, "trust", r->trust);
    set_text(arena, detail, "digest", r->digest);
    set_text(arena, detail, "rejected", r->rejected);
    set_text(arena, detail, "hold", r->pause);
    set_text(arena, detail, "force", r->force);
    set_text(arena, detail, "words", r->announce);
    set_true(arena, detail, "published", r->published);
    set_true(arena, detail, "more", r->more);
    node_set(detail, "bundle", bundle_node(&roots, &r->bundle, arena));
    set_lists(arena, detail, &roots, r);
    if (clock)
        set_clock(arena, detail, &r->clock);
    list = node_set(detail, "roots", node_list(arena));
    for (size_t i = 0; i < roots.count; i++)
        node_add(list, node_string(arena, roots.list[i]));
    write_json(&json, detail, false);
    return arena_bytes(arena, json.bytes, json.len);
}

/* --- reading --- */

static int64_t get_int(const struct node *map, const char *key)
{
    const char *text = node_get(map, key, NULL);
    int64_t value = 0;

    return text && parse_int(text, INT64_MIN, INT64_MAX, &value) ? value : 0;
}

static bool get_true(const struct node *map, const char *key)
{
    return text_equal(node_get(map, key, NULL), "true");
}

static const char *root_at(const struct node *roots, const struct node *number)
{
    const struct node *root = roots ? roots->first : NULL;
    int64_t at = 0;

    if (!node_text(number) || !parse_int(node_text(number), 0, ROOTS_MAX, &at))
        return "";
    while (root && at-- > 0)
        root = root->next;
    return root && node_text(root) ? node_text(root) : "";
}

static struct bundle get_bundle(const struct node *roots, const struct node *first)
{
    struct bundle bundle = { .count = 0 };

    for (; first && bundle.count < BUNDLE_MAX; first = first->next)
        bundle.roots[bundle.count++] = root_at(roots, first);
    return bundle;
}

/* How many of the oldest materials count as dead.  What is dead no longer closes a gate, and the
 * newest material never is; a number that no weft writes therefore counts as none. */
static size_t get_dead(const struct node *node, size_t held_count)
{
    int64_t dead = get_int(node, "dead");

    return dead > 0 && (uint64_t)dead < held_count ? (size_t)dead : 0;
}

static struct member get_member(const struct node *roots, const struct node *node)
{
    const struct node *held = node_find(node, "held");
    struct member member = { .mesh = node_get_text(node, "mesh"),
                             .cluster = node_get_text(node, "cluster"),
                             .committed = get_int(node, "committed"),
                             .synced = get_int(node, "synced"),
                             .proven = get_int(node, "proven"),
                             .doubted = get_int(node, "doubted"),
                             .former = get_int(node, "former"),
                             .leaf_ttl = get_int(node, "leafTTL"),
                             .turned = get_true(node, "turned"),
                             .assumed = get_true(node, "assumed") };

    for (const struct node *one = held ? held->first : NULL;
         one && one->first && member.held_count < HELD_MAX; one = one->next)
        member.held[member.held_count++] =
            (struct material){ root_at(roots, one->first), get_bundle(roots, one->first->next) };
    member.dead_count = get_dead(node, member.held_count);
    return member;
}

static struct rotation_request get_request(const struct node *node)
{
    int kind = enums_find(&rotation_requests, node_get_text(node, "kind"));

    return (struct rotation_request){
        .kind = kind < 0 ? REQUEST_PAUSE : (enum rotation_request_kind)kind,
        .rotation = node_get_text(node, "rotation"),
        .step = (int)get_int(node, "step"),
        .force = get_true(node, "force"),
        .reason = node_get_text(node, "reason"),
        .at = get_int(node, "at"),
    };
}

static void get_lists(struct rotation *r, const struct node *detail, struct arena *arena)
{
    const struct node *roots = node_find(detail, "roots"), *list = node_find(detail, "bundle"),
                      *node;

    r->bundle = get_bundle(roots, list ? list->first : NULL);
    list = node_find(detail, "members");
    r->members = ARENA_NEW(arena, struct member, list ? list->count : 0);
    for (node = list ? list->first : NULL; node; node = node->next)
        r->members[r->member_count++] = get_member(roots, node);
    list = node_find(detail, "retired");
    r->retired = ARENA_NEW(arena, struct rotation_retired, list ? list->count : 0);
    for (node = list ? list->first : NULL; node; node = node->next)
        r->retired[r->retired_count++] =
            (struct rotation_retired){ node_get_text(node, "ca"), get_int(node, "since") };
    list = node_find(detail, "commands");
    r->requests = ARENA_NEW(arena, struct rotation_request, list ? list->count : 0);
    for (node = list ? list->first : NULL; node; node = node->next)
        r->requests[r->request_count++] = get_request(node);
}

/* --- the position --- */

static void get_approvals(struct rotation *r, const struct node *list)
{
    for (const struct node *node = list ? list->first : NULL; node; node = node->next) {
        int phase = enums_find(&phase_names, node_get_text(node, "phase"));

        if (phase >= 0)
            r->approval[phase] =
                (struct rotation_approval){ get_true(node, "approved"), get_true(node, "forced") };
    }
}

static bool get_position(struct rotation *r, const struct node *detail)
{
    int direction = enums_find(&direction_names, node_get_text(detail, "direction"));
    int phase = enums_find(&phase_names, node_get_text(detail, "phase"));
    int progress = enums_find(&progress_names, node_get_text(detail, "progress"));

    if (direction < 0 || phase < 0 || progress < 0)
        return false;
    r->at = (struct position){ (enum direction)direction, (enum phase)phase,
                               (enum rotation_progress)progress };
    r->failed = get_true(detail, "failed");
    r->immediate = get_true(detail, "immediate");
    get_approvals(r, node_find(detail, "approvals"));
    return position_is_legal(r->at) && (!r->failed || position_is_running(r->at));
}

/* detail NULL: a row from before there was one, at rest. */
static bool get_position_1(struct rotation *r, const struct ledger_rotation *row,
                           const struct node *detail)
{
    int failed_in = rotation_state_find(node_get_text(detail, "failedIn"));
    enum rotation_state state = row->state;
    int64_t bits = get_int(detail, "approved");

    if (!detail)
        return true;
    r->failed = state == ROTATION_FAILED;
    if (r->failed && failed_in >= 0)
        state = (enum rotation_state)failed_in;
    r->immediate = get_true(detail, "atOnce");
    for (int i = 0; i < PHASES; i++)
        r->approval[i] = (struct rotation_approval){ (bits >> (APPROVED_BIT + i) & 1) != 0,
                                                     (bits >> (FORCED_BIT + i) & 1) != 0 };
    return position_from_state(&r->at, state, row->step, get_true(detail, "back"));
}

static void get_detail(struct rotation *r, const struct node *detail, struct arena *arena)
{
    const struct node *clock = node_find(detail, "clock");

    r->count = (unsigned)get_int(detail, "count");
    r->trust = node_get_text(detail, "trust");
    r->digest = node_get_text(detail, "digest");
    r->rejected = node_get_text(detail, "rejected");
    r->pause = node_get_text(detail, "hold");
    r->force = node_get_text(detail, "force");
    r->announce = node_get_text(detail, "words");
    r->published = get_true(detail, "published");
    r->more = get_true(detail, "more");
    r->clock = (struct rotation_clock){ get_int(clock, "gate"), get_int(clock, "local"),
                                        get_int(clock, "second"), get_true(clock, "agreed") };
    get_lists(r, detail, arena);
}

/* A newer weft may have stored what this one does not know: nothing is guessed. */
int rotation_detail_read(struct rotation *r, const struct ledger_rotation *row, struct arena *arena,
                         struct err *err)
{
    const struct node *detail = NULL;
    int64_t version;

    if (!text_empty(row->detail)
        && parse_json(&detail, row->detail, strlen(row->detail), arena, err) < 0)
        return err_wrap(err, "read the rotation of virtual mesh %s in the state",
                        row->virtual_mesh);
    version = get_int(detail, "version");
    if (version > VERSION)
        return err_set(
            err, ERR_INPUT, 0,
            "read the rotation of virtual mesh %s in the state: its record is of version "
            "%lld, and this weft knows %d: use the newer weft that wrote it",
            row->virtual_mesh, (long long)version, VERSION);
    if (version == VERSION ? !get_position(r, detail) : !get_position_1(r, row, detail))
        return err_set(err, ERR_INPUT, 0,
                       "read the rotation of virtual mesh %s in the state: no rotation can be in "
                       "state %s at step %d",
                       row->virtual_mesh, enums_name(&rotation_states, (int)row->state), row->step);
    if (detail)
        get_detail(r, detail, arena);
    return 0;
}
