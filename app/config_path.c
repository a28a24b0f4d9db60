/* app/config_path.c - paths of the configuration.  Must open nothing.
 *
 * A relative path is relative to the file, as in Compose and kubeconfig, and not to the working
 * folder: a CronJob and a shell must read the same files. "~" is refused with its expansion,
 * because no shell is there to expand it and a folder of that name would be made.  The one variable
 * that is expanded is $CREDENTIALS_DIRECTORY, which systemd sets for each unit: a configuration
 * that is read outside of the unit keeps it as it is, because most commands open no key. */
#include "app/config_path.h"
#include "app/homepath.h"
#include "base/decode_value.h"
#include "pki/secret_file.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static_assert(offsetof(struct config_decoder, decoder) == 0, "folder_of takes one for the other");

static const char *folder_of(const struct at *at)
{
    return ((const struct config_decoder *)(const void *)at->with)->folder;
}

/* "$CREDENTIALS_DIRECTORY/NAME", ready to open; NULL: it is another path. */
static const char *resolve_credential(const struct at *at, const char *path)
{
    const char *folder = getenv("CREDENTIALS_DIRECTORY");
    const char *name = path + strlen(SECRET_FILE_CREDENTIAL);

    if (!text_starts(path, SECRET_FILE_CREDENTIAL) || !*name || strchr(name, '/')
        || text_equal(name, ".") || text_equal(name, ".."))
        return NULL;
    return text_empty(folder) || *folder != '/'
               ? path
               : arena_printf(at->with->arena, "%s/%s", folder, name);
}

const char *config_path_resolve(const struct at *at, const char *path)
{
    const char *credential = text_empty(path) ? NULL : resolve_credential(at, path);
    AUTO_TEXT why = { 0 };

    if (text_empty(path))
        return NULL;
    if (credential)
        return credential;
    if (homepath_is(path)) {
        homepath_tell(&why, path);
        at_error(at, "%s", why.bytes);
    }
    return *path == '/' ? path : arena_printf(at->with->arena, "%s%s", folder_of(at), path);
}

void config_path_decode(const struct at *at, const struct schema_field *field, void *object)
{
    const char *path = config_path_resolve(at, at_text(at, NULL));

    if (path)
        *(const char **)(void *)((char *)object + field->offset) = path;
}
