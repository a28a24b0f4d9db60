/* tests/lib/starved_format.c - see the header. */
#include "tests/lib/starved_format.h"
#include "tests/lib/failing_crypto.h"

struct starved {
    struct arena *arena;
    const struct delivery_format *format;
    void *key;
    struct cacerts cacerts;
};

static enum attempt render(void *context)
{
    const struct starved *starved = context;
    const struct secret_object object = {
        .name = "cacerts", .namespace = "istio-system", .owner = "gloo-mesh", .parents = "{}"
    };
    struct node *manifest = NULL;
    struct err err;
    int result = starved->format->render(&manifest, starved->key, &object, &starved->cacerts,
                                         starved->arena, &err);

    failing_crypto_over();
    if (result < 0)
        return ATTEMPT_FAILED;
    return manifest && node_get(manifest, "kind", NULL) ? ATTEMPT_WHOLE : ATTEMPT_HALF;
}

void starved_format_check(struct fixture *fixture, const struct delivery_format *format,
                          const struct recipient_file *file)
{
    const struct trust_request *request = fixture_request(fixture, "retail", "eu-", 1);
    const struct ledger *ledger = &fixture->ledger;
    struct starved starved = { .arena = fixture->arena, .format = format };
    struct err err;

    fixture_issue(fixture, &request, 1, NOW);
    assert_int_equal(format->open(&starved.key, file, NOW, &err), 0);
    assert_int_equal(
        cacerts_open(&starved.cacerts, ledger, ledger->intermediates, fixture->arena, &err), 0);
    assert_int_equal(
        cacerts_open_key(&starved.cacerts, ledger->intermediates, fixture->custody, &err), 0);
    assert_true(failing_crypto_sweep(render, &starved) > 10);
    cacerts_close(&starved.cacerts);
    format->close(starved.key);
}
