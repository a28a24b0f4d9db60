/* app/homepath.c - names the path that a shell would have made of "~/x" or "$HOME/x". */
#include "app/homepath.h"
#include <stdlib.h>
#include <string.h>

static const char *const homes[] = { "~", "$HOME", "${HOME}" };

bool homepath_is(const char *path) { return path && (*path == '~' || *path == '$'); }

/* What follows the name of the home folder; NULL: the path begins with something else. */
static const char *below_home(const char *path)
{
    for (size_t i = 0; i < LENGTH(homes); i++) {
        const char *rest = path + strlen(homes[i]);

        if (text_starts(path, homes[i]) && (*rest == '\0' || *rest == '/'))
            return rest;
    }
    return NULL;
}

void homepath_tell(struct text *out, const char *path)
{
    const char *rest = below_home(path), *home = getenv("HOME");

    text_addf(out, "\"%s\" is a path for a shell, and weft expands neither ~ nor variables; ",
              path);
    if (rest && !text_empty(home))
        text_addf(out, "write %s%s", home, rest);
    else if (*path == '~')
        text_addf(out, "write the whole path, or ./%s for a file of that very name", path);
    else
        text_adds(out, "write the whole path");
}
