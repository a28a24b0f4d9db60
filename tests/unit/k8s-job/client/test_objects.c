/* tests/unit/k8s-job/client/test_objects.c - lists come in pages: whole, or not at all. */
#include "k8s-job/client/objects.h"
#include "tests/lib/script.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Pages of one item; answer to "continue=<n>" is page n + 1 of three. */
struct pages {
    int expire_at;     /* the request that is answered with 410; 0: none */
    bool expire_paged; /* every page but the first */
    int requests;
    char last_path[512];
};

static void play_pages(struct exchange *exchange, void *context)
{
    static const char *const bodies[] = {
        "{\"kind\":\"ConfigMapList\",\"apiVersion\":\"v1\",\"metadata\":{\"continue\":\"1&=/"
        "+\"},\"items\":[{\"n\":1,\"metadata\":{\"name\":\"x\"}}]}",
        "{\"kind\":\"ConfigMapList\",\"apiVersion\":\"v1\",\"metadata\":{\"continue\":\"2\"},"
        "\"items\":[{\"n\":2,\"metadata\":{\"name\":\"x\"}}]}",
        "{\"kind\":\"ConfigMapList\",\"apiVersion\":\"v1\",\"metadata\":{\"continue\":\"\"},"
        "\"items\":[{\"n\":3,\"metadata\":{\"name\":\"x\"}}]}",
    };
    struct pages *pages = context;
    const char *token = strstr(exchange->path, "continue=");

    pages->requests++;
    snprintf(pages->last_path, sizeof pages->last_path, "%s", exchange->path);
    if (pages->requests == pages->expire_at || (pages->expire_paged && token)) {
        exchange->status = 410;
        exchange->text = "{\"kind\":\"Status\",\"reason\":\"Expired\",\"message\":\"too "
                         "old\",\"metadata\":{\"continue\":\"inconsistent\"}}";
    } else if (!strstr(exchange->path, "limit=")) {
        exchange->text =
            "{\"kind\":\"ConfigMapList\",\"apiVersion\":\"v1\",\"items\":[{\"n\":1,\"metadata\":{"
            "\"name\":\"x\"}},{"
            "\"n\":2,\"metadata\":{\"name\":\"x\"}},{\"n\":3,\"metadata\":{\"name\":\"x\"}}]}";
    } else if (token && strcmp(token, "continue=1%26%3D%2F%2B") != 0 && token[9] != '2') {
        exchange->status = 400;
        exchange->text = STATUS(400, "BadRequest", "broken continue token");
    } else {
        exchange->text = bodies[token ? token[9] - '0' : 0];
    }
}

struct listing {
    const char *sentence;
    struct pages pages;
    int requests;
};

static const struct listing listings[] = {
    { "three pages", { .expire_at = 0 }, 3 },
    { "a token that expires once: all again", { .expire_at = 2 }, 5 },
    { "tokens that always expire: at last in one piece", { .expire_paged = true }, 9 },
};

static void lists_are_whole_or_nothing(void **state)
{
    struct script *script = *state;

    for (size_t i = 0; i < LENGTH(listings); i++) {
        struct pages pages = listings[i].pages;
        struct server *server = server_start(play_pages, &pages);
        struct kube *kube = workplace_kube(&script->place, server_port(server), "token: t");
        struct kube_list list;
        struct err err = { .text = "" };

        if (objects_list(&list, kube, "ConfigMap", "/api/v1/configmaps?fieldSelector=x",
                         script->place.arena, &err)
            < 0)
            fail_msg("%s: %s", listings[i].sentence, err.text);
        if (list.count != 3 || pages.requests != listings[i].requests)
            fail_msg("%s: %zu items, %d requests", listings[i].sentence, list.count,
                     pages.requests);
        for (size_t j = 0; j < 3; j++)
            assert_int_equal(node_get(list.items[j].node, "n", NULL)[0], '1' + (char)j);
        assert_string_equal(list.kind, "ConfigMap");
        assert_string_equal(list.api_version, "v1");
        kube_close(kube);
        server_stop(server);
    }
}

static void a_list_that_fails_in_the_middle_is_no_list(void **state)
{
    struct script *script = *state;
    struct kube *kube = script_kube(script, "token: t");
    struct kube_list list;
    struct err err = { .text = "" };

    script->answers[0] = (struct exchange){
        .status = 200,
        .text = "{\"kind\":\"PodList\",\"metadata\":{\"continue\":\"1\"},\"items\":[]}"
    };
    script->answers[1] = (struct exchange){ .status = 403, .text = STATUS(403, "Forbidden", "no") };
    script->count = 2;
    assert_int_equal(objects_list(&list, kube, "Pod", "/api/v1/pods", script->place.arena, &err),
                     -1);
    assert_non_null(strstr(err.text, "/api/v1/pods: list: no"));
    script->answers[1] =
        (struct exchange){ .status = 200, .text = "{\"kind\":\"PodList\",\"oops\":1}" };
    assert_int_equal(objects_list(&list, kube, "Pod", "/api/v1/pods", script->place.arena, &err),
                     -1);
    assert_non_null(strstr(err.text, "holds no list"));
    kube_close(kube);
}

#define LIST(rest) "{\"kind\":\"PodList\"," rest "}"
#define POD "{\"metadata\":{\"name\":\"a\"}}"

/* An answer that is not the list that was asked for is unread; it is never an empty list. */
static const struct shape {
    const char *sentence, *answer;
    int items; /* -1: unread */
} shapes[] = {
    { "a list", LIST("\"items\":[" POD "]"), 1 },
    { "an empty one", LIST("\"items\":[]"), 0 },
    { "an empty one as Go writes it", LIST("\"items\":null"), 0 },
    { "no items", LIST("\"metadata\":{}"), -1 },
    { "items that are a map", LIST("\"items\":{\"a\":1}"), -1 },
    { "items that are a text", LIST("\"items\":\"\""), -1 },
    { "items of all kinds", LIST("\"items\":[1,\"a\",null,{}]"), -1 },
    { "one item without a name", LIST("\"items\":[" POD ",{\"metadata\":{}}]"), -1 },
    { "one item with an empty name", LIST("\"items\":[{\"metadata\":{\"name\":\"\"}}]"), -1 },
    { "another kind", "{\"kind\":\"SecretList\",\"items\":[]}", -1 },
    { "a kind that begins alike", "{\"kind\":\"PodTemplateList\",\"items\":[]}", -1 },
    { "a list of anything", "{\"kind\":\"List\",\"items\":[]}", -1 },
    { "no kind", "{\"items\":[]}", -1 },
    { "a list, bare", "[]", -1 },
    { "no JSON", "<html>", -1 },
    { "nothing", "", -1 },
};

static void what_is_no_list_is_unread(void **state)
{
    struct script *script = *state;
    struct kube *kube = script_kube(script, "token: t");

    for (size_t i = 0; i < LENGTH(shapes); i++) {
        struct kube_list list = { .count = 0 };
        struct err err = { .text = "" };
        int items;

        script->answers[0] = (struct exchange){ .status = 200, .text = shapes[i].answer };
        script->count = 1;
        items = objects_list(&list, kube, "Pod", "/api/v1/pods", script->place.arena, &err) < 0
                    ? -1
                    : (int)list.count;
        if (items != shapes[i].items)
            fail_msg("%s: %d items, %s", shapes[i].sentence, items, err.text);
    }
    kube_close(kube);
}

/* A token for each page, or the same each time: the list never ends. */
struct endless {
    bool fresh;
    char body[256];
};

static void play_endless(struct exchange *exchange, void *context)
{
    struct endless *endless = context;

    snprintf(endless->body, sizeof endless->body,
             LIST("\"metadata\":{\"continue\":\"%d\"},\"items\":[]"),
             endless->fresh ? exchange->number : 0);
    exchange->text = endless->body;
}

static void a_list_that_never_ends_is_unread(void **state)
{
    static const struct {
        struct endless endless;
        int requests;
        const char *said;
    } rows[] = {
        { { .fresh = false }, 2, "names itself" },
        { { .fresh = true }, 7 + 1, "used up the pages" },
    };
    struct script *script = *state;

    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct endless endless = rows[i].endless;
        struct server *server = server_start(play_endless, &endless);
        struct kube *kube = workplace_kube(&script->place, server_port(server), "token: t");
        struct kube_list list;
        struct err err = { .text = "" };

        kube->budget.pages = 7;
        assert_int_equal(objects_list(&list, kube, "Pod", "/p", script->place.arena, &err), -1);
        assert_int_equal(server_requests(server), rows[i].requests);
        assert_non_null(strstr(err.text, rows[i].said));
        kube_close(kube);
        server_stop(server);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(lists_are_whole_or_nothing),
        TEST(what_is_no_list_is_unread),
        TEST(a_list_that_never_ends_is_unread),
        TEST(a_list_that_fails_in_the_middle_is_no_list),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
