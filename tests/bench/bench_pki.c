/* tests/bench/bench_pki.c - how long the trust of a fleet takes: keys against `openssl genpkey`,
 * and everything else for 500 clusters.  "bench_pki [clusters]" prints figures of the fleet, and
 * fails when 500 clusters take over 2 s; "bench_pki keys" those of RSA keys. */
#include "pki/key_batch.h"
#include "pki/publication.h"
#include "tests/lib/sealing_controller.h"

#include "base/text.h"
#include "pki/rotation_record.h"
#include "pki/selftest.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static double seconds(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static double cpu_seconds(int who)
{
    struct rusage usage;

    getrusage(who, &usage);
    return (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6;
}

static int drop_key(void *context, size_t index, EVP_PKEY *key, const struct err *why,
                    struct err *err)
{
    (void)context, (void)index, (void)why, (void)err;
    EVP_PKEY_free(key);
    return 0;
}

/* RSA key generation is a lottery, so both run for a while and means are compared, in CPU seconds a
 * key. */
static void bench_keys(uint32_t bits, size_t count)
{
    struct key_kind *kinds = calloc(count, sizeof *kinds);
    const struct key_taker taker = { drop_key, NULL };
    double start, wall, own, theirs;
    char command[128];
    struct err err;

    for (size_t i = 0; i < count; i++)
        kinds[i] = (struct key_kind){ KEY_RSA, bits };
    start = cpu_seconds(RUSAGE_SELF);
    wall = seconds();
    assert_int_equal(key_batch_make(kinds, count, &taker, &err), 0);
    wall = seconds() - wall;
    own = (cpu_seconds(RUSAGE_SELF) - start) / (double)count;
    start = cpu_seconds(RUSAGE_CHILDREN);
    snprintf(command, sizeof command,
             "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:%u -quiet -out /dev/null "
             "2>/dev/null",
             bits);
    for (size_t i = 0; i < count; i++)
        if (system(command) != 0) /* NOLINT: a bench */
            break;
    theirs = (cpu_seconds(RUSAGE_CHILDREN) - start) / (double)count;
    printf("RSA-%u: %.2f keys/s; %.0f ms CPU a key, openssl genpkey %.0f ms\n", bits,
           (double)count / wall, own * 1e3, theirs * 1e3);
    free(kinds);
}

static double total;

/* CPU time: the machine may be busy with other things. */
static double lap(const char *what, double start)
{
    double end = cpu_seconds(RUSAGE_SELF);

    printf("  %-44s %7.1f ms\n", what, (end - start) * 1e3);
    total += end - start;
    return cpu_seconds(RUSAGE_SELF);
}

static void deliver_all(struct fixture *fixture, const struct trust_request *request,
                        const struct recipient *recipient)
{
    struct err err;

    for (size_t i = 0; i < request->mesh_count; i++) {
        const struct delivery delivery = { .request = request,
                                           .mesh = &request->meshes[i],
                                           .recipient = recipient,
                                           .header = "# weft\n",
                                           .owner = "gloo-mesh",
                                           .now = NOW };
        const struct ledger_delivery *row = NULL;

        if (delivery_render(&row, &fixture->ledger, &delivery, fixture->custody, &err) < 0)
            fail_msg("%s", err.text);
    }
}

static struct issue_result pass(struct fixture *fixture, const struct trust_request *request,
                                const struct evidence *evidence, int64_t now)
{
    const struct issue_options options = { .key_type = KEY_EC_P256,
                                           .now = now,
                                           .time = { .trusted = true },
                                           .evidence = evidence,
                                           .evidence_count = evidence ? request->mesh_count : 0 };
    struct issue_result result;
    struct err err;

    if (fixture_pass(&result, fixture, &request, 1, &options, &err) < 0)
        fail_msg("%s", err.text);
    for (size_t i = 0; i < result.remarks.notes.count; i++)
        if (result.remarks.notes.items[i].severity == SEVERITY_ERROR)
            fail_msg("%s", result.remarks.notes.items[i].text);
    return result;
}

/* The self-test of a pass that reissued every intermediate. */
static void test_all(struct fixture *fixture, int64_t now)
{
    double start = cpu_seconds(RUSAGE_SELF);
    const struct rotation *rotation =
        rotation_record_peek(fixture->ledger.rotations, fixture->arena);
    const struct selftest test = { &fixture->ledger,
                                   fixture->custody,
                                   "gloo-mesh/retail",
                                   rotation,
                                   &evidence_policy_default,
                                   now,
                                   true,
                                   NULL };
    struct selftest_count count;
    struct err err;

    for (struct ledger_intermediate *row = fixture->ledger.intermediates; row; row = row->next)
        row->state = KEY_NEXT;
    if (selftest_run(&count, &test, &err) < 0)
        fail_msg("%s", err.text);
    for (struct ledger_intermediate *row = fixture->ledger.intermediates; row; row = row->next)
        row->state = KEY_ACTIVE;
    printf("  %-44s %7.1f ms\n", "(that self-test alone)",
           (cpu_seconds(RUSAGE_SELF) - start) * 1e3);
}

static void bench_fleet(size_t clusters)
{
    struct fixture fixture;
    struct controller controller;
    struct trust_request *request;
    struct evidence *evidence = calloc(clusters, sizeof *evidence);
    struct recipient *recipient;
    int64_t now = NOW;
    double start;
    struct err err;

    fixture_open(&fixture);
    controller = controller_new(&fixture, NOW - DAY, NOW + 100 * DAY);
    recipient = controller_recipient(&controller, NOW);
    request = fixture_request(&fixture, "retail", "c-", clusters);
    ((struct virtual_mesh *)(uintptr_t)request->virtual_mesh)->mtls.verification = VERIFY_NONE;
    for (size_t i = 0; i < clusters; i++)
        evidence[i] = (struct evidence){ .mesh = request->meshes[i].key,
                                         .best = EVIDENCE_TURNED,
                                         .level = EVIDENCE_TURNED };
    printf("%zu clusters, EC P-256:\n", clusters);
    start = cpu_seconds(RUSAGE_SELF);
    pass(&fixture, request, NULL, now);
    start = lap("first certificates, with their self-test", start);
    test_all(&fixture, now); /* a part of the former */
    start = cpu_seconds(RUSAGE_SELF);
    deliver_all(&fixture, request, recipient);
    start = lap("seal (RSA-2048 recipients)", start);
    pass(&fixture, request, NULL, now + 60);
    start = lap("a pass with nothing to do", start);
    deliver_all(&fixture, request, recipient);
    start = lap("see that no manifest changed", start);
    ((struct shared_trust *)(uintptr_t)request->shared)->generated.org_name = "other";
    pass(&fixture, request, evidence, now + 120);
    start = lap("rotation step 1, with its self-test", start);
    assert_int_equal(publication_done(&fixture.ledger, now + 120, NULL, &err), 0);
    pass(&fixture, request, evidence, now + 180);
    start = lap("a pass while it rotates", start);
    pass(&fixture, request, evidence, now + 240);
    lap("rotation step 2: all intermediates anew", start);
    printf("  all of it %37.1f ms\n", total * 1e3);
    recipient_close(recipient);
    EVP_PKEY_free(controller.key);
    fixture_close(&fixture);
    free(evidence);
}

int main(int argc, char **argv)
{
    int64_t clusters = 500;

    if (argc > 1 && strcmp(argv[1], "keys") == 0) {
        bench_keys(2048, 40);
        bench_keys(4096, 10);
        return 0;
    }
    if (argc > 1 && !parse_int(argv[1], 1, 100000, &clusters))
        return 2;
    bench_fleet((size_t)clusters);
    return clusters == 500 && total > 2.0;
}
