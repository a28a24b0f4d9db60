/* tests/lib/failing_objects.c - passes reads on to the real object store until one is to fail. */
#include "tests/lib/failing_objects.h"

#include "tests/lib/git_world.h"
#include <string.h>

static bool strikes(git_odb_backend *backend)
{
    struct failing_objects *failing = (struct failing_objects *)(void *)backend;

    failing->calls++;
    return failing->once ? failing->calls == failing->fails_from
                         : failing->calls >= failing->fails_from;
}

static git_odb *real_of(git_odb_backend *backend)
{
    return ((struct failing_objects *)(void *)backend)->real;
}

static int read_object(void **bytes, size_t *len, git_object_t *type, git_odb_backend *backend,
                       const git_oid *oid)
{
    AUTO(git_odb_object_free) git_odb_object *object = NULL;
    int code = strikes(backend) ? GIT_ERROR : git_odb_read(&object, real_of(backend), oid);

    if (code < 0)
        return code;
    *len = git_odb_object_size(object);
    *type = git_odb_object_type(object);
    *bytes = git_odb_backend_data_alloc(backend, *len + 1);
    memcpy(*bytes, git_odb_object_data(object), *len);
    return 0;
}

static int read_header(size_t *len, git_object_t *type, git_odb_backend *backend,
                       const git_oid *oid)
{
    return strikes(backend) ? GIT_ERROR : git_odb_read_header(len, type, real_of(backend), oid);
}

static int exists(git_odb_backend *backend, const git_oid *oid)
{
    return git_odb_exists(real_of(backend), oid);
}

/* The caller's. */
static void release(git_odb_backend *backend) { (void)backend; }

void failing_objects_begin(struct failing_objects *failing, struct clone *clone, int fails_from)
{
    git_odb *odb = NULL;

    *failing = (struct failing_objects){ .backend = { .version = GIT_ODB_BACKEND_VERSION,
                                                      .read = read_object,
                                                      .read_header = read_header,
                                                      .exists = exists,
                                                      .free = release },
                                         .clone = clone,
                                         .real = clone->odb,
                                         .healed = clone->healed,
                                         .fails_from = fails_from };
    assert_int_equal(git_odb_new(&odb), 0);
    assert_int_equal(git_odb_add_backend(odb, &failing->backend, 1), 0);
    clone->odb = odb;
    clone->healed = true;
}

int failing_objects_end(struct failing_objects *failing)
{
    git_odb_free(failing->clone->odb);
    failing->clone->odb = failing->real;
    failing->clone->healed = failing->healed;
    return failing->calls;
}
