/* tests/unit/k8s-job/apply/test_status.c - what a status says, how large it is, and when it is
 * written. */
#include "base/intern.h"
#include "base/names.h"
#include "base/parse.h"
#include "base/parse_json.h"
#include "base/write.h"
#include "base/write_json.h"
#include "k8s-job/apply/status_limit.h"
#include "k8s-job/apply/status_object.h"
#include "k8s-job/client/scheduler.h"
#include "tests/lib/workplace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { NOW = 1795431600 }; /* 2026-11-23T11:00:00Z */

#define META(generation, more)                                                                     \
    "\"apiVersion\":\"networking.mesh.gloo.solo.io/v1\",\"kind\":\"VirtualMesh\",\"metadata\":{"   \
    "\"name\":\"vm\",\"namespace\":\"ns\",\"generation\":" #generation                             \
    ",\"resourceVersion\":\"7\"" more "}"
#define SPEC "\"spec\":{\"meshes\":[{\"name\":\"m\",\"namespace\":\"ns\"}]}"
#define OTHER_SPEC "\"spec\":{\"meshes\":[{\"name\":\"other\",\"namespace\":\"ns\"}]}"

static const struct node *json(const char *text, struct arena *arena)
{
    const struct node *node;
    struct err err = { .text = "" };

    if (parse_json(&node, text, strlen(text), arena, &err) < 0)
        fail_msg("%s: %s", err.text, text);
    return node;
}

static const struct virtual_mesh *decode(const char *text, struct arena *arena)
{
    struct diags *diags = ARENA_NEW(arena, struct diags, 1);
    struct decoder decoder = { .diags = diags, .arena = arena, .strings = intern_new(arena) };
    struct virtual_mesh *out = ARENA_NEW(arena, struct virtual_mesh, 1);

    diags->arena = arena;
    *out = virtual_mesh_decode(at_root(json(text, arena), &decoder));
    assert_int_equal(diags->errors, 0);
    return out;
}

/* An accepted VirtualMesh ns/vm with its spec in Git. */
static struct status_post a_post(struct arena *arena)
{
    struct vm_status *status = ARENA_NEW(arena, struct vm_status, 1);

    *status = (struct vm_status){ .ref = { "vm", "ns" }, .state = APPROVAL_ACCEPTED };
    return (struct status_post){ .virtual_mesh = decode("{" META(1, "") "," SPEC "}", arena),
                                 .status = status,
                                 .commit = "c1",
                                 .specs_commit = "s1",
                                 .now = NOW };
}

struct verdict_row {
    const char *sentence;
    enum approval_state state;
    const char *given;        /* reason */
    enum rotation_state step; /* the last; NOT_ROTATING: none */
    const char *ready, *reason, *reconciling, *stalled, *rotating, *rotating_reason;
};

/* clang-format off */
static const struct verdict_row verdict_rows[] = {
    { "not processed", APPROVAL_PENDING, NULL, ROTATION_NOT_ROTATING, "Unknown", "NotProcessed", "True", "False", "False", "NotRotating" },
    { "accepted", APPROVAL_ACCEPTED, NULL, ROTATION_NOT_ROTATING, "True", "Reconciled", "False", "False", "False", "NotRotating" },
    { "accepted has no other reason", APPROVAL_ACCEPTED, "MeshNotFound", ROTATION_NOT_ROTATING, "True", "Reconciled", "False", "False", "False", "NotRotating" },
    { "the spec is wrong", APPROVAL_INVALID, NULL, ROTATION_NOT_ROTATING, "False", "InvalidSpec", "False", "True", "False", "NotRotating" },
    { "a mesh is missing", APPROVAL_INVALID, "MeshNotFound", ROTATION_NOT_ROTATING, "False", "MeshNotFound", "False", "True", "False", "NotRotating" },
    { "a step failed and is tried again", APPROVAL_FAILED, "PushFailed", ROTATION_NOT_ROTATING, "False", "PushFailed", "True", "False", "False", "NotRotating" },
    { "a step failed without a name", APPROVAL_FAILED, NULL, ROTATION_FINISHED, "False", "StepFailed", "True", "False", "False", "Finished" },
    { "a rotation waits for a person, and nothing is reconciling", APPROVAL_ACCEPTED, NULL, ROTATION_VERIFYING, "True", "Reconciled", "False", "False", "True", "Verifying" },
    { "a rotation is on its way", APPROVAL_ACCEPTED, NULL, ROTATION_ADDING_NEW_ROOT, "True", "Reconciled", "False", "False", "True", "AddingNewRoot" },
    { "a rotation is over", APPROVAL_ACCEPTED, NULL, ROTATION_FINISHED, "True", "Reconciled", "False", "False", "False", "Finished" },
    { "a rotation broke", APPROVAL_FAILED, "PushFailed", ROTATION_FAILED, "False", "RotationFailed", "False", "True", "False", "Failed" },
};
/* clang-format on */

static const struct node *condition(const struct node *object, size_t index)
{
    const struct node *item = node_find(node_find(node_find(object, "status"), "conditions"), "x");

    item = node_find(node_find(object, "status"), "conditions")->first;
    while (index--)
        item = item->next;
    return item;
}

static void check_condition(const char *sentence, const struct node *got, const char *type,
                            const char *status, const char *reason)
{
    if (!text_equal(node_get(got, "type", NULL), type)
        || !text_equal(node_get(got, "status", NULL), status)
        || !text_equal(node_get(got, "reason", NULL), reason))
        fail_msg("%s: %s is %s %s", sentence, type, node_get(got, "status", NULL),
                 node_get(got, "reason", NULL));
}

static void conditions_follow_the_table(void **state)
{
    struct arena *arena = arena_new();
    const struct node *live = json("{" META(3, "") "," SPEC "}", arena);

    (void)state;
    for (size_t i = 0; i < LENGTH(verdict_rows); i++) {
        const struct verdict_row *row = &verdict_rows[i];
        struct rotation_condition step = { .state = row->step,
                                           .timestamp = NOW - 60,
                                           .message = "m" };
        struct status_post post = a_post(arena);
        struct vm_status status = *post.status;
        const struct node *object;

        status.state = row->state;
        status.conditions = &step;
        status.condition_count = row->step != ROTATION_NOT_ROTATING;
        post.status = &status;
        post.reason = row->given;
        object = status_object(&post, live, false, arena);
        check_condition(row->sentence, condition(object, 0), "Ready", row->ready, row->reason);
        check_condition(row->sentence, condition(object, 1), "Reconciling", row->reconciling,
                        row->reason);
        check_condition(row->sentence, condition(object, 2), "Stalled", row->stalled, row->reason);
        check_condition(row->sentence, condition(object, 3), "RotationInProgress", row->rotating,
                        row->rotating_reason);
        if (status.condition_count) { /* option A: the steps come last, without a type */
            assert_null(node_get(condition(object, 4), "type", NULL));
            assert_string_equal(node_get(condition(object, 4), "state", NULL),
                                enums_name(&rotation_states, (int)row->step));
            assert_string_equal(node_get(condition(object, 4), "timestamp", NULL),
                                "2026-11-23T10:59:00Z");
        }
    }
    arena_free(arena);
}

struct generation_row {
    const char *sentence, *live;
    const char *observed, *reason;
    bool differs; /* what is live was never processed: not ready, and not at rest */
};

#define OBSERVED(n) "\"status\":{\"observedGeneration\":" #n "}"

/* clang-format off */
static const struct generation_row generation_rows[] = {
    { "the spec was processed", "{" META(3, "") "," SPEC "}", "3", "Reconciled", false },
    { "with an older status", "{" META(3, "") "," SPEC "," OBSERVED(2) "}", "3", "Reconciled", false },
    { "equal but for the order and defaults", "{" META(3, "") ",\"spec\":{\"federation\":null,\"meshes\":[{\"namespace\":\"ns\",\"name\":\"m\"}]}}", "3", "Reconciled", false },
    { "never processed", "{" META(3, "") "," OTHER_SPEC "}", "0", "SpecDiffers", true },
    { "never processed, and the next pass says the same", "{" META(3, "") "," OTHER_SPEC "," OBSERVED(0) "}", "0", "SpecDiffers", true },
    { "what is live was processed; Git went on", "{" META(3, "") "," OTHER_SPEC "," OBSERVED(3) "}", "3", "GitAhead", false },
    { "the live object was edited", "{" META(4, "") "," OTHER_SPEC "," OBSERVED(3) "}", "3", "ClusterAhead", true },
    { "what is live cannot be decoded", "{" META(4, "") ",\"spec\":{\"meshes\":7}," OBSERVED(3) "}", "3", "ClusterAhead", true },
};
/* clang-format on */

static void observed_generation_moves_with_the_spec_only(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(generation_rows); i++) {
        const struct generation_row *row = &generation_rows[i];
        struct status_post post = a_post(arena);
        const struct node *object = status_object(&post, json(row->live, arena), false, arena);
        const char *observed = node_get(object, "status", "observedGeneration", NULL);

        if (!text_equal(observed, row->observed))
            fail_msg("%s: observedGeneration %s", row->sentence, observed ? observed : "none");
        check_condition(row->sentence, condition(object, 0), "Ready",
                        row->differs ? "Unknown" : "True", row->reason);
        check_condition(row->sentence, condition(object, 1), "Reconciling",
                        row->differs ? "True" : "False", row->reason);
        assert_true(
            text_equal(node_get(condition(object, 0), "observedGeneration", NULL), row->observed));
    }
    arena_free(arena);
}

/* A spec in Git that cannot be decoded: the live one is the same when it cannot be decoded either.
 */
static void an_undecodable_spec_is_observed_too(void **state)
{
    struct arena *arena = arena_new();
    struct status_post post = a_post(arena);
    struct vm_status status = *post.status;
    const struct node *object;

    (void)state;
    status.state = APPROVAL_INVALID;
    messages_add(&status.errors, arena, "spec.meshes: must be a list");
    post.virtual_mesh = NULL;
    post.status = &status;
    object = status_object(&post, json("{" META(4, "") ",\"spec\":{\"meshes\":7}}", arena), false,
                           arena);
    assert_string_equal(node_get(object, "status", "observedGeneration", NULL), "4");
    assert_string_equal(node_get(condition(object, 0), "message", NULL),
                        "spec.meshes: must be a list");
    object = status_object(&post, json("{" META(4, "") "," SPEC "}", arena), false, arena);
    assert_string_equal(node_get(object, "status", "observedGeneration", NULL), "0");
    arena_free(arena);
}

/* Scripts and alerts find a message by its id, however long its text and whatever its words. */
static void the_message_of_ready_begins_with_the_id(void **state)
{
    struct arena *arena = arena_new();
    struct status_post post = a_post(arena);
    struct vm_status status = *post.status;
    const struct node *live = json("{" META(3, "") "," SPEC "}", arena);

    (void)state;
    status.state = APPROVAL_INVALID;
    messages_share(&status.errors, arena, (struct origin){ .id = "E2", .remedy = "" },
                   arena_printf(arena, "%02000d", 0));
    post.status = &status;
    assert_true(text_starts(
        node_get(condition(status_object(&post, live, false, arena), 0), "message", NULL),
        "E2: 00"));
    messages_share(&status.errors, arena, (struct origin){ .id = "E3", .remedy = "" }, "another");
    assert_true(text_starts(
        node_get(condition(status_object(&post, live, false, arena), 0), "message", NULL),
        "E2: 00"));
    arena_free(arena);
}

static void transition_times_change_with_the_status_alone(void **state)
{
    struct arena *arena = arena_new();
    struct status_post post = a_post(arena);
    const struct node *live =
        json("{" META(3, "") "," SPEC ",\"status\":{\"conditions\":["
                             "{\"type\":\"Ready\",\"status\":\"True\",\"reason\":\"Old\","
                             "\"lastTransitionTime\":\"2026-01-01T00:00:00Z\"},"
                             "{\"type\":\"Stalled\",\"status\":\"True\",\"lastTransitionTime\":"
                             "\"2026-01-01T00:00:00Z\"},"
                             "{\"state\":\"FINISHED\"}]}}",
             arena);
    const struct node *object = status_object(&post, live, false, arena);

    (void)state;
    assert_string_equal(node_get(condition(object, 0), "lastTransitionTime", NULL),
                        "2026-01-01T00:00:00Z");
    assert_string_equal(node_get(condition(object, 1), "lastTransitionTime", NULL),
                        "2026-11-23T11:00:00Z");
    assert_string_equal(node_get(condition(object, 2), "lastTransitionTime", NULL),
                        "2026-11-23T11:00:00Z");
    arena_free(arena);
}

/* The live object as the server would give it back after the object was applied. */
static const struct node *applied(const struct node *live, const struct node *object,
                                  struct arena *arena)
{
    struct node *out = node_map(arena);

    for (const struct node *member = live->first; member; member = member->next)
        if (strcmp(member->key, "status") != 0)
            node_set(out, member->key, node_copy(arena, member));
    node_set(out, "status", node_copy(arena, node_find(object, "status")));
    return out;
}

static void a_status_is_changed_by_what_it_says_only(void **state)
{
    struct arena *arena = arena_new();
    struct status_post post = a_post(arena);
    const struct node *live = json("{" META(3, "") "," SPEC "}", arena);
    const struct node *object = status_object(&post, live, false, arena);

    (void)state;
    assert_false(status_object_unchanged(live, object, arena));
    live = applied(live, object, arena);
    post.now += 86400;
    post.commit = "c2";
    post.specs_commit = "s2";
    assert_true(status_object_unchanged(live, status_object(&post, live, false, arena), arena));
    post.reason = "PushFailed";
    ((struct vm_status *)(uintptr_t)post.status)->state = APPROVAL_FAILED;
    assert_false(status_object_unchanged(live, status_object(&post, live, false, arena), arena));
    arena_free(arena);
}

static size_t json_size(const struct node *node)
{
    AUTO_TEXT out = { 0 };

    write_json(&out, node, false);
    return out.len;
}

static struct target_status *many_targets(size_t count, enum approval_state state, size_t errors,
                                          struct arena *arena)
{
    struct target_status *targets = ARENA_NEW(arena, struct target_status, count);

    for (size_t i = 0; i < count; i++) {
        targets[i].key = arena_printf(arena, "reviews-%zu.bookinfo.cluster-%zu", i, i % 100);
        targets[i].state = state;
        for (size_t j = 0; j < errors; j++)
            messages_add(&targets[i].errors, arena, "%01500zu", j);
    }
    return targets;
}

struct size_row {
    const char *sentence;
    size_t destinations;
    enum approval_state state;
    size_t errors;
    size_t shown; /* at most */
};

static const struct size_row size_rows[] = {
    { "few Destinations are all shown", 5000, APPROVAL_ACCEPTED, 0, 5000 },
    { "many: only those that are not accepted", 20000, APPROVAL_ACCEPTED, 0, 0 },
    { "errors are cut before it is too large", 4000, APPROVAL_INVALID, 1, 4000 },
    { "even where thousands failed", 30000, APPROVAL_INVALID, 3, 1000 },
};

static void a_status_is_never_too_large(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(size_rows); i++) {
        const struct size_row *row = &size_rows[i];
        struct arena *arena = arena_new();
        struct status_post post = a_post(arena);
        struct vm_status status = *post.status;
        const struct node *object, *shown;

        status.destination_count = row->destinations;
        status.destinations = many_targets(row->destinations, row->state, row->errors, arena);
        post.status = &status;
        object = status_object(&post, json("{" META(3, "") "," SPEC "}", arena), false, arena);
        shown = node_find(node_find(object, "status"), "destinations");
        if (json_size(object) > STATUS_BYTES_MAX + 1000 || (shown ? shown->count : 0) > row->shown
            || (row->shown && !shown))
            fail_msg("%s: %zu bytes, %zu shown", row->sentence, json_size(object),
                     shown ? shown->count : 0);
        assert_non_null(strstr(node_get(condition(object, 0), "message", NULL),
                               arena_printf(arena, "of %zu destinations", row->destinations)));
        arena_free(arena);
    }
}

static void texts_are_cut_between_characters(void **state)
{
    struct arena *arena = arena_new();
    struct vm_status status = { .state = APPROVAL_INVALID };
    struct vm_status capped;
    size_t bad;

    (void)state;
    for (int i = 0; i < 5; i++)
        messages_add(&status.errors, arena, "%s", "a\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc");
    capped = status_limit_cap(&status, (struct status_extent){ 3, 9, 10, true }, arena);
    assert_int_equal(capped.errors.count, 3);
    assert_string_equal(capped.errors.texts[0], "a\xc3\xbc\xc3\xbc...");
    assert_true(names_is_utf8(capped.errors.texts[0], strlen(capped.errors.texts[0]), &bad));
    assert_non_null(strstr(capped.errors.texts[2], "and 3 more"));
    assert_string_equal(messages_origin(&capped.errors, 2).id, "K9");
    arena_free(arena);
}

static void another_owner_is_seen(void **state)
{
    /* clang-format off */
    static const char *const rows[][2] = {
        { ",\"managedFields\":[{\"manager\":\"weft\",\"fieldsV1\":{\"f:status\":{\"f:state\":{}}}}]", NULL },
        { ",\"managedFields\":[{\"manager\":\"argocd\",\"fieldsV1\":{\"f:spec\":{\"f:meshes\":{}}}}]", NULL },
        { ",\"managedFields\":[{\"manager\":\"networking\",\"subresource\":\"status\",\"fieldsV1\":{\"f:status\":{\"f:state\":{}}}}]", "networking" },
        { ",\"managedFields\":[{\"manager\":\"weft\",\"fieldsV1\":{\"f:status\":{\"f:state\":{}}}},"
          "{\"manager\":\"networking\",\"fieldsV1\":{\"f:status\":{\".\":{},\"f:errors\":{}}}}]", "networking" },
        { ",\"managedFields\":[{\"manager\":\"networking\",\"fieldsV1\":{\"f:status\":{}}}]", NULL }, /* all was taken over */
        { ",\"managedFields\":[{\"manager\":\"networking\",\"fieldsV1\":{\"f:status\":{\".\":{}}}}]", NULL },
        { "", NULL },
    };
    /* clang-format on */
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const char *text = arena_printf(arena, "{\"metadata\":{\"name\":\"x\"%s}}", rows[i][0]);

        assert_true(text_equal(status_object_foreign_owner(json(text, arena)), rows[i][1]));
    }
    arena_free(arena);
}

/* A server that holds one object, or gives the answers of the test. */
struct cluster {
    const char *live; /* answer to GET; NULL: get_answer */
    struct exchange get_answer, patch_answers[6];
    int patches, gets;
    char patched[1 << 16], path[256];
};

static void play(struct exchange *exchange, void *context)
{
    struct cluster *cluster = context;
    bool get = strcmp(exchange->method, "GET") == 0;
    const struct exchange *answer =
        get ? &cluster->get_answer : &cluster->patch_answers[cluster->patches];

    if (get)
        cluster->gets++;
    else if (cluster->patches < 5)
        cluster->patches++;
    if (!get) {
        snprintf(cluster->patched, sizeof cluster->patched, "%s", exchange->body);
        snprintf(cluster->path, sizeof cluster->path, "%s", exchange->path);
    }
    if (get && cluster->live) {
        exchange->text = cluster->live;
        return;
    }
    exchange->action = answer->action;
    exchange->status = answer->status ? answer->status : 200;
    exchange->type = answer->type;
    exchange->text = answer->text;
}

#define STATUS(code, reason, message, details)                                                     \
    "{\"kind\":\"Status\",\"code\":" #code ",\"reason\":\"" reason "\",\"message\":\"" message     \
    "\",\"details\":{" details "}}"
#define LIVE "{" META(3, "") "," SPEC "}"
#define CONFLICT                                                                                   \
    {                                                                                              \
        .status = 409, .text = STATUS(409, "Conflict", "the object has been modified", "")         \
    }

struct post_row {
    const char *sentence;
    const char *live;
    struct exchange get_answer, patch_answers[6];
    bool take_over;
    enum post_result result;
    int gets, patches;
    const char *said;
};

/* clang-format off */
static const struct post_row post_rows[] = {
    { "a new status is written", LIVE, { 0 }, { { .text = "{\"metadata\":{\"resourceVersion\":\"8\"}}" } }, false, POST_WRITTEN, 1, 1, NULL },
    { "the server dropped all that was new", LIVE, { 0 }, { { .text = "{\"metadata\":{\"resourceVersion\":\"7\"}}" } }, false, POST_UNCHANGED, 1, 1, NULL },
    { "no CRD", NULL, { .status = 404, .type = "text/plain", .text = "404 page not found\n" }, { { 0 } }, false, POST_NO_CRD, 1, 0, "install the CRD" },
    { "no object", NULL, { .status = 404, .text = STATUS(404, "NotFound", "not found", "\"kind\":\"virtualmeshes\"") }, { { 0 } }, false, POST_NO_OBJECT, 1, 0, "VirtualMesh ns/vm is not on the cluster" },
    { "a proxy's 404 is neither", NULL, { .status = 404, .type = "text/html", .text = "<html>" }, { { 0 } }, false, POST_FAILED, 1, 0, "not from the Kubernetes API" },
    { "deleted between reading and writing", LIVE, { 0 }, { { .status = 404, .text = STATUS(404, "NotFound", "not found", "") } }, false, POST_NO_OBJECT, 1, 1, "not on the cluster" },
    { "being deleted", "{" META(3, ",\"deletionTimestamp\":\"2026-11-23T10:00:00Z\"") "}", { 0 }, { { 0 } }, false, POST_GONE, 1, 0, "is being deleted" },
    { "another controller writes it", "{" META(3, ",\"managedFields\":[{\"manager\":\"networking\",\"fieldsV1\":{\"f:status\":{\"f:state\":{}}}}]") "," SPEC "}", { 0 }, { { 0 } }, false, POST_FOREIGN, 1, 0, "written by \"networking\"" },
    { "taken over on purpose", "{" META(3, ",\"managedFields\":[{\"manager\":\"networking\",\"fieldsV1\":{\"f:status\":{\"f:state\":{}}}}]") "," SPEC "}", { 0 }, { { .text = "{}" } }, true, POST_WRITTEN, 1, 1, NULL },
    { "a field conflict is no fight", LIVE, { 0 }, { { .status = 409, .text = STATUS(409, "Conflict", "conflict with x", "\"causes\":[{\"reason\":\"FieldManagerConflict\",\"field\":\".status.state\",\"message\":\"conflict with networking\"}]") } }, false, POST_FOREIGN, 1, 1, "conflict with networking" },
    { "no right to read", NULL, { .status = 403, .text = STATUS(403, "Forbidden", "User weft cannot get", "") }, { { 0 } }, false, POST_FORBIDDEN, 1, 0, "User weft cannot get" },
    { "no right to write", LIVE, { 0 }, { { .status = 403, .text = STATUS(403, "Forbidden", "User weft cannot patch", "") } }, false, POST_FORBIDDEN, 1, 1, "User weft cannot patch" },
    { "changed meanwhile: read and written again", LIVE, { 0 }, { CONFLICT, CONFLICT, { .text = "{}" } }, false, POST_WRITTEN, 3, 3, NULL },
    { "changed all the time: given up", LIVE, { 0 }, { CONFLICT, CONFLICT, CONFLICT, CONFLICT, CONFLICT }, false, POST_FAILED, 5, 5, "it changes faster" },
    { "an older CRD: once more with less", LIVE, { 0 }, { { .status = 422, .text = STATUS(422, "Invalid", "status.conditions[0].state: Required", "") }, { .text = "{}" } }, false, POST_WRITTEN, 1, 2, "only the fields that every CRD has were written" },
    { "a CRD without our fields: once more with less", LIVE, { 0 }, { { .status = 500, .text = STATUS(500, "", ".status.observedCommit: field not declared in schema", "") }, { .text = "{}" } }, false, POST_WRITTEN, 1, 2, "only the fields that every CRD has were written" },
    { "another CRD altogether", LIVE, { 0 }, { { .status = 422, .text = STATUS(422, "Invalid", "no", "") }, { .status = 422, .text = STATUS(422, "Invalid", "no", "") } }, false, POST_FAILED, 1, 2, "the CRD there is not the one" },
    { "no answer", NULL, { .action = SERVER_RESET }, { { 0 } }, false, POST_FAILED, 5, 0, "VirtualMesh ns/vm: tried 5 times" },
    { "no JSON", NULL, { .status = 200, .type = "text/html", .text = "<html>" }, { { 0 } }, false, POST_FAILED, 1, 0, "not from the Kubernetes API" },
};
/* clang-format on */

/* The id of the text: of a result, or of a status that was written in part. */
static const char *id_of(const struct post_row *row)
{
    static const char *const ids[] = {
        [POST_WRITTEN] = "K16",   [POST_UNCHANGED] = "K16", [POST_NO_CRD] = "K10",
        [POST_NO_OBJECT] = "K11", [POST_GONE] = "K12",      [POST_FOREIGN] = "K13",
        [POST_FORBIDDEN] = "K14", [POST_FAILED] = "K15",
    };

    return row->said ? ids[row->result] : "";
}

static void every_answer_has_its_result(void **state)
{
    struct workplace place;

    (void)state;
    workplace_open(&place);
    for (size_t i = 0; i < LENGTH(post_rows); i++) {
        const struct post_row *row = &post_rows[i];
        struct cluster *cluster = calloc(1, sizeof *cluster);
        struct status_post post = a_post(place.arena);
        struct server *server;
        struct kube *kube;

        cluster->live = row->live;
        cluster->get_answer = row->get_answer;
        memcpy(cluster->patch_answers, row->patch_answers, sizeof row->patch_answers);
        post.take_over = row->take_over;
        server = server_start(play, cluster);
        kube = workplace_kube(&place, server_port(server), "token: t");
        status_apply(kube, &post, 1, place.arena);
        if (post.result != row->result || cluster->gets != row->gets
            || cluster->patches != row->patches
            || (row->said ? !post.text || !strstr(post.text, row->said) : post.text != NULL))
            fail_msg("%s: %s, %d gets, %d patches, \"%s\"", row->sentence,
                     enums_name(&post_results, (int)post.result), cluster->gets, cluster->patches,
                     post.text ? post.text : "");
        assert_string_equal(post.id, id_of(row));
        if (cluster->patches == 1)
            assert_true(text_starts(cluster->path,
                                    "/apis/networking.mesh.gloo.solo.io/v1/namespaces/ns/"
                                    "virtualmeshes/vm/status?fieldManager=weft"));
        assert_true(!strstr(cluster->path, "force=true") || row->take_over);
        kube_close(kube);
        server_stop(server);
        free(cluster);
    }
    workplace_close(&place);
}

/* What was applied comes back from the server: then nothing is written. */
static void the_second_pass_writes_nothing(void **state)
{
    struct workplace place;
    struct cluster *cluster = calloc(1, sizeof *cluster);
    struct status_post post;
    struct server *server;
    struct kube *kube;
    AUTO_TEXT live = { 0 };

    (void)state;
    workplace_open(&place);
    post = a_post(place.arena);
    cluster->live = LIVE;
    cluster->patch_answers[0] = (struct exchange){ .text = "{}" };
    server = server_start(play, cluster);
    kube = workplace_kube(&place, server_port(server), "token: t");
    status_apply(kube, &post, 1, place.arena);
    assert_int_equal(post.result, POST_WRITTEN);
    assert_string_equal(
        node_get(json(cluster->patched, place.arena), "metadata", "resourceVersion", NULL), "7");
    write_json(&live,
               applied(json(LIVE, place.arena), json(cluster->patched, place.arena), place.arena),
               false);
    cluster->live = live.bytes;
    post.now += 300;
    post.commit = "another";
    status_apply(kube, &post, 1, place.arena);
    assert_int_equal(post.result, POST_UNCHANGED);
    assert_int_equal(cluster->patches, 1);
    kube_close(kube);
    server_stop(server);
    free(cluster);
    workplace_close(&place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conditions_follow_the_table),
        cmocka_unit_test(observed_generation_moves_with_the_spec_only),
        cmocka_unit_test(an_undecodable_spec_is_observed_too),
        cmocka_unit_test(the_message_of_ready_begins_with_the_id),
        cmocka_unit_test(transition_times_change_with_the_status_alone),
        cmocka_unit_test(a_status_is_changed_by_what_it_says_only),
        cmocka_unit_test(a_status_is_never_too_large),
        cmocka_unit_test(texts_are_cut_between_characters),
        cmocka_unit_test(another_owner_is_seen),
        cmocka_unit_test(every_answer_has_its_result),
        cmocka_unit_test(the_second_pass_writes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
