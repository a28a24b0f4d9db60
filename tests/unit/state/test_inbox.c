/* tests/unit/state/test_inbox.c - requests come back as they were made and in that order; what the
 * key did not sign is no request; what was taken is never new again. */
#include "tests/lib/scratch.h"

#include "state/inbox.h"
#include "tests/lib/state_sample.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *state_of(struct scratch *scratch) { return scratch_path(scratch, "state.db"); }

static struct inbox_request request_of(const char *verb)
{
    return (struct inbox_request){ .virtual_mesh = "gloo-mesh/bookinfo",
                                   .verb = verb,
                                   .rotation = "r1-0123abcd",
                                   .step = 2,
                                   .force = true,
                                   .reason = "line\nbreak, \"quotes\" and \xc3\xbc",
                                   .at = 1800000000 };
}

/* The path of the request that was added. */
static const char *add(struct scratch *scratch, struct inbox_request *request, const char *key)
{
    struct err err = { .text = "" };

    if (inbox_add(request, state_of(scratch), sample_key(key), scratch->arena, &err) < 0)
        fail_msg("%s", err.text);
    return arena_printf(scratch->arena, "%s/%s.request",
                        inbox_folder(state_of(scratch), scratch->arena), request->id);
}

static struct inbox read_all(struct scratch *scratch)
{
    struct inbox inbox;
    struct err err = { .text = "" };

    if (inbox_read(&inbox, state_of(scratch), sample_key("ours"), scratch->arena, &err) < 0)
        fail_msg("%s", err.text);
    return inbox;
}

/* Without fsync: it is done a thousand times. */
static void rewrite(const char *path, const char *bytes, size_t len)
{
    AUTO_FD int fd = open(path, O_WRONLY | O_TRUNC);
    struct err err;

    assert_true(fd >= 0);
    assert_int_equal(fd_write(fd, bytes, len, path, &err), 0);
}

static void no_folder_is_no_request(void **state)
{
    struct inbox inbox = read_all(*state);

    assert_int_equal(inbox.count, 0);
    assert_int_equal(inbox.refusal_count, 0);
    assert_int_equal(inbox_count(state_of(*state), ((struct scratch *)*state)->arena), 0);
}

static void a_request_comes_back_as_it_was_made(void **state)
{
    struct scratch *scratch = *state;
    struct inbox_request made = request_of("approve"), *got;
    const char *path = add(scratch, &made, "ours");
    struct inbox inbox = read_all(scratch);
    struct stat file, folder;

    assert_int_equal(inbox.count, 1);
    got = &inbox.requests[0];
    assert_string_equal(got->id, made.id);
    assert_int_equal(strlen(got->id), 32);
    assert_true(got->made == made.made && got->made > 0);
    assert_string_equal(got->virtual_mesh, made.virtual_mesh);
    assert_string_equal(got->verb, made.verb);
    assert_string_equal(got->rotation, made.rotation);
    assert_int_equal(got->step, made.step);
    assert_int_equal(got->force, made.force);
    assert_string_equal(got->reason, made.reason);
    assert_int_equal(got->at, made.at);
    assert_int_equal(stat(path, &file), 0);
    assert_int_equal(file.st_mode & 07777, 0600);
    assert_int_equal(stat(inbox_folder(state_of(scratch), scratch->arena), &folder), 0);
    assert_int_equal(folder.st_mode & 07777, 0700);
}

static int no_mac(const void *context, unsigned char out[32], const void *bytes, size_t len,
                  struct err *err)
{
    (void)context, (void)out, (void)bytes, (void)len;
    return err_set(err, ERR_CRYPTO, 0, "failed on purpose");
}

/* "The request was noted" must be true. */
static void what_cannot_be_stored_is_an_error(void **state)
{
    struct scratch *scratch = *state;
    struct inbox_request request = request_of("hold");
    struct ledger_key broken = *sample_key("ours");
    struct rlimit usual, none;
    struct err err;
    int result;

    broken.mac = no_mac;
    assert_int_equal(inbox_add(&request, state_of(scratch), &broken, scratch->arena, &err), -1);
    assert_int_equal(inbox_count(state_of(scratch), scratch->arena), 0);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &usual), 0);
    none = (struct rlimit){ 0, usual.rlim_max };
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0); /* as on a full disk */
    result = inbox_add(&request, state_of(scratch), sample_key("ours"), scratch->arena, &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &usual), 0);
    assert_int_equal(result, -1);
    assert_int_equal(inbox_count(state_of(scratch), scratch->arena), 0);
    (void)scratch_write(scratch, "file", "no folder", 0600);
    assert_int_equal(inbox_add(&request, scratch_path(scratch, "file/state.db"), sample_key("ours"),
                               scratch->arena, &err),
                     -1);
}

static void requests_are_in_the_order_in_which_they_were_made(void **state)
{
    static const char *const verbs[] = { "hold", "resume", "hold", "retry", "rollback" };
    struct scratch *scratch = *state;
    struct inbox inbox;

    for (size_t i = 0; i < LENGTH(verbs); i++) {
        struct inbox_request request = request_of(verbs[i]);

        (void)add(scratch, &request, "ours");
    }
    inbox = read_all(scratch);
    assert_int_equal(inbox.count, LENGTH(verbs));
    assert_int_equal(inbox_count(state_of(scratch), scratch->arena), LENGTH(verbs));
    for (size_t i = 0; i < LENGTH(verbs); i++)
        assert_string_equal(inbox.requests[i].verb, verbs[i]);
}

/* One bit anywhere in the file. */
static void a_changed_byte_is_a_refusal(void **state)
{
    struct scratch *scratch = *state;
    struct inbox_request request = request_of("hold");
    const char *path = add(scratch, &request, "ours");
    struct err err;
    char *bytes;
    size_t len;

    assert_int_equal(file_read(&bytes, &len, path, 10000, scratch->arena, &err), 0);
    for (size_t i = 0; i < len; i++) {
        struct inbox inbox;

        bytes[i] ^= 1;
        rewrite(path, bytes, len);
        inbox = read_all(scratch);
        assert_int_equal(inbox.count, 0);
        assert_int_equal(inbox.refusal_count, 1);
        assert_string_equal(inbox.refusals[0].path, path);
        bytes[i] ^= 1;
    }
    for (size_t shorter = 0; shorter < len; shorter++) {
        rewrite(path, bytes, shorter);
        assert_int_equal(read_all(scratch).count, 0);
    }
    rewrite(path, bytes, len);
    assert_int_equal(read_all(scratch).count, 1);
}

static void another_key_or_name_is_a_refusal_and_stays(void **state)
{
    struct scratch *scratch = *state;
    struct inbox_request theirs = request_of("resume"), ours = request_of("hold");
    const char *first = add(scratch, &theirs, "theirs"), *second = add(scratch, &ours, "ours");
    const char *copy = arena_printf(scratch->arena, "%s/copy.request",
                                    inbox_folder(state_of(scratch), scratch->arena));
    struct inbox inbox;

    assert_int_equal(link(second, copy), 0);
    inbox = read_all(scratch);
    assert_int_equal(inbox.count, 1);
    assert_string_equal(inbox.requests[0].id, ours.id);
    assert_int_equal(inbox.refusal_count, 2);
    assert_int_equal(access(first, F_OK), 0);
    assert_int_equal(access(copy, F_OK), 0);
}

static void a_removed_request_is_gone_and_may_be_removed_again(void **state)
{
    struct scratch *scratch = *state;
    struct inbox_request request = request_of("hold");
    struct err err;

    (void)add(scratch, &request, "ours");
    assert_int_equal(inbox_remove(state_of(scratch), request.id, &err), 0);
    assert_int_equal(read_all(scratch).count, 0);
    assert_int_equal(inbox_remove(state_of(scratch), request.id, &err), 0);
}

static struct inbox_request numbered(struct arena *arena, int i)
{
    return (struct inbox_request){ .id = arena_printf(arena, "%032d", i), .made = 1000 + i };
}

/* However many there are, and in whatever order they were taken. */
static void what_was_taken_is_never_new_again(void **state)
{
    enum { COUNT = 200 };
    struct scratch *scratch = *state;
    struct ledger ledger = { .arena = scratch->arena };
    struct inbox_request later = numbered(scratch->arena, COUNT);

    for (int i = 0; i < COUNT; i++) {
        struct inbox_request request = numbered(scratch->arena, i ^ 1);

        assert_int_equal(inbox_age(&ledger, &request), INBOX_NEW);
        inbox_set_taken(&ledger, &request);
        assert_int_equal(inbox_age(&ledger, &request), INBOX_TAKEN);
    }
    for (int i = 0; i < COUNT; i++) {
        struct inbox_request request = numbered(scratch->arena, i);

        assert_int_not_equal(inbox_age(&ledger, &request), INBOX_NEW);
    }
    assert_int_equal(inbox_age(&ledger, &later), INBOX_NEW);
    assert_in_range(strlen(ledger_find_fact(&ledger, FACT_REQUESTS)->value), 100, 5000);
}

/* A request that waited while 64 newer ones were taken is not mistaken for a replay of its own
 * file. */
static void a_late_request_is_new_until_newer_ones_are_forgotten(void **state)
{
    struct scratch *scratch = *state;
    struct ledger ledger = { .arena = scratch->arena };
    struct inbox_request late = numbered(scratch->arena, 0);

    for (int i = 1; i <= 64; i++) {
        struct inbox_request request = numbered(scratch->arena, i);

        inbox_set_taken(&ledger, &request);
    }
    assert_int_equal(inbox_age(&ledger, &late), INBOX_NEW);
    {
        struct inbox_request one_more = numbered(scratch->arena, 65);

        inbox_set_taken(&ledger, &one_more);
    }
    assert_int_equal(inbox_age(&ledger, &late), INBOX_TOO_OLD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(no_folder_is_no_request),
        SCRATCH_TEST(a_request_comes_back_as_it_was_made),
        SCRATCH_TEST(what_cannot_be_stored_is_an_error),
        SCRATCH_TEST(requests_are_in_the_order_in_which_they_were_made),
        SCRATCH_TEST(a_changed_byte_is_a_refusal),
        SCRATCH_TEST(another_key_or_name_is_a_refusal_and_stays),
        SCRATCH_TEST(a_removed_request_is_gone_and_may_be_removed_again),
        SCRATCH_TEST(what_was_taken_is_never_new_again),
        SCRATCH_TEST(a_late_request_is_new_until_newer_ones_are_forgotten),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
