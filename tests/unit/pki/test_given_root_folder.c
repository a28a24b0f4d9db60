/* tests/unit/pki/test_given_root_folder.c - which files of a folder are read as a given CA. */
#include "base/compiler.h"
#include "pki/given_root_folder.h"
#include "tests/lib/scratch.h"
#include <errno.h>
#include <sys/stat.h>

static const struct object_ref my_ca = { "my-ca", "gloo-mesh" };

static int read_it(struct root_files *files, struct scratch *s, struct object_ref secret,
                   struct err *err)
{
    const struct root_reader reader = given_root_folder_reader(s->folder);

    return reader.read(reader.context, files, secret, err);
}

static void folder(struct scratch *s, const char *name)
{
    assert_int_equal(mkdir(scratch_path(s, name), 0700), 0);
}

static void both_layouts_are_read(void **state)
{
    static const char *const folders[] = { "gloo-mesh/my-ca", "gloo-mesh.my-ca" };
    struct scratch *s = *state;

    folder(s, "gloo-mesh");
    for (size_t i = 0; i < LENGTH(folders); i++) {
        AUTO_ROOT_FILES files = { .count = 0 };
        struct err err = { .text = "" };

        folder(s, folders[i]);
        scratch_write(s, arena_printf(s->arena, "%s/root-cert.pem", folders[i]), "cert", 0644);
        scratch_write(s, arena_printf(s->arena, "%s/README", folders[i]), "no PEM file", 0644);
        if (read_it(&files, s, my_ca, &err) < 0)
            fail_msg("%s", err.text);
        assert_int_equal(files.count, 1);
        assert_string_equal(files.list[0].name, "root-cert.pem");
        assert_int_equal(files.list[0].content->len, 4);
        assert_int_equal(file_remove_folders(scratch_path(s, folders[i]), &err), 0);
    }
}

static void names_do_not_lead_out(void **state)
{
    static const struct object_ref names[] = {
        { "../my-ca", "gloo-mesh" }, { "my-ca", ".." }, { "my-ca", "a/b" }, { "", "gloo-mesh" }
    };
    struct scratch *s = *state;

    for (size_t i = 0; i < LENGTH(names); i++) {
        AUTO_ROOT_FILES files = { .count = 0 };
        struct err err;

        assert_int_equal(read_it(&files, s, names[i], &err), -1);
        assert_int_equal(err.kind, ERR_INPUT);
    }
}

/* "It is not there" differs from "it cannot be read": the status tells them apart. */
static void a_missing_folder_is_ENOENT(void **state)
{
    AUTO_ROOT_FILES files = { .count = 0 };
    struct err err;

    assert_int_equal(read_it(&files, *state, my_ca, &err), -1);
    assert_int_equal(err.code, ENOENT);
}

static void keys_that_others_may_read_are_refused(void **state)
{
    static const struct {
        const char *file;
        unsigned mode;
        bool taken;
    } rows[] = {
        { "ca-key.pem", 0600, true },    { "ca-key.pem", 0640, true }, /* of a group, as mounted */
        { "ca-key.pem", 0644, false },   { "tls.key", 0604, false },
        { "root-cert.pem", 0644, true },
    };
    struct scratch *s = *state;

    folder(s, "gloo-mesh.my-ca");
    for (size_t i = 0; i < LENGTH(rows); i++) {
        AUTO_ROOT_FILES files = { .count = 0 };
        const char *name = arena_printf(s->arena, "gloo-mesh.my-ca/%s", rows[i].file);
        struct err err = { .text = "" };

        scratch_write(s, name, "bytes", 0600);
        assert_int_equal(chmod(scratch_path(s, name), rows[i].mode), 0);
        print_message("%s %04o\n", rows[i].file, rows[i].mode);
        assert_int_equal(read_it(&files, s, my_ca, &err), rows[i].taken ? 0 : -1);
        if (!rows[i].taken)
            assert_int_equal(err.kind, ERR_REFUSED);
        assert_int_equal(remove(scratch_path(s, name)), 0);
    }
}

static void no_file_of_another_kind(void **state)
{
    struct scratch *s = *state;
    AUTO_ROOT_FILES files = { .count = 0 };
    struct err err;

    folder(s, "gloo-mesh.my-ca");
    assert_int_equal(mkfifo(scratch_path(s, "gloo-mesh.my-ca/root-cert.pem"), 0600), 0);
    assert_int_equal(read_it(&files, s, my_ca, &err), -1); /* and does not wait for a writer */
    assert_int_equal(err.kind, ERR_INPUT);
}

/* The longest name has 63 bytes, and a folder at most sixteen files. */
static void what_does_not_fit_is_refused(void **state)
{
    struct scratch *s = *state;
    struct err err = { .text = "" };

    folder(s, "gloo-mesh.my-ca");
    for (int len = 63; len <= 64; len++) {
        AUTO_ROOT_FILES files = { .count = 0 };
        const char *path = arena_printf(s->arena, "gloo-mesh.my-ca/%0*d.pem", len - 4, 0);

        scratch_write(s, path, "cert", 0644);
        assert_int_equal(read_it(&files, s, my_ca, &err), len == 63 ? 0 : -1);
        assert_int_equal(remove(scratch_path(s, path)), 0);
    }
    for (int count = 1; count <= ROOT_FILES_MAX + 1; count++) {
        AUTO_ROOT_FILES files = { .count = 0 };

        scratch_write(s, arena_printf(s->arena, "gloo-mesh.my-ca/%d.pem", count), "cert", 0644);
        assert_int_equal(read_it(&files, s, my_ca, &err), count <= ROOT_FILES_MAX ? 0 : -1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(both_layouts_are_read),
        SCRATCH_TEST(names_do_not_lead_out),
        SCRATCH_TEST(a_missing_folder_is_ENOENT),
        SCRATCH_TEST(keys_that_others_may_read_are_refused),
        SCRATCH_TEST(no_file_of_another_kind),
        SCRATCH_TEST(what_does_not_fit_is_refused),
    };

    return cmocka_run_group_tests_name("pki/given_root_folder", tests, NULL, NULL);
}
