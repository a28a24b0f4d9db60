/* base/environment.c - the variables of our environment that started programs get.  What the
 * configuration gives a program by name is the operator's word and is not judged here. */
#include "base/environment.h"
#include "base/memory.h"
#include "base/text.h"

#include <string.h>

extern char **environ;

/* A name; one that ends with "*" is a prefix. */
static const char *const risky[] = {
    /* the dynamic linker and the C library */
    "LD_*", "DYLD_*", "_RLD*", "GLIBC_TUNABLES", "GCONV_PATH", "GETCONF_DIR", "LOCPATH", "NLSPATH",
    "PATH_LOCALE", "MALLOC_*",
    /* the resolver */
    "HOSTALIASES", "LOCALDOMAIN", "NIS_PATH", "RES_OPTIONS", "RESOLV_HOST_CONF",
    /* shells */
    "BASH_ENV", "BASH_FUNC_*", "BASHOPTS", "CDPATH", "ENV", "GLOBIGNORE", "IFS", "PROMPT_COMMAND",
    "PS4", "SHELLOPTS",
    /* interpreters and libraries that load modules */
    "JAVA_TOOL_OPTIONS", "NODE_OPTIONS", "NODE_PATH", "OPENSSL_ENGINES", "OPENSSL_MODULES",
    "PERL5DB", "PERL5LIB", "PERL5OPT", "PERLIO_DEBUG", "PERLLIB", "PYTHONHOME", "PYTHONINSPECT",
    "PYTHONPATH", "PYTHONSTARTUP", "PYTHONUSERBASE", "RUBYLIB", "RUBYOPT",
    /* git: commands that it runs, and configuration that replaces the user's */
    "GIT_*"
};

/* Whether pattern is the name of variable, of which the name has len bytes. */
static bool matches(const char *pattern, const char *variable, size_t len)
{
    size_t wanted = strlen(pattern);

    if (wanted && pattern[wanted - 1] == '*')
        return len >= wanted - 1 && strncmp(pattern, variable, wanted - 1) == 0;
    return wanted == len && strncmp(pattern, variable, len) == 0;
}

/* LD_PRELOAD takes several files, with blanks or colons between them; a name without a slash is
 * searched for. */
static bool is_nss_wrapper(const char *variable)
{
    static const char name[] = "LD_PRELOAD=/", library[] = "/libnss_wrapper.so";
    const char *base = strrchr(variable, '/');

    return text_starts(variable, name) && text_starts(base, library)
           && !strpbrk(variable, " \t\n:");
}

bool environment_is_risky(const char *variable)
{
    size_t len = strcspn(variable, "=");

    for (size_t i = 0; i < LENGTH(risky); i++)
        if (matches(risky[i], variable, len))
            return !is_nss_wrapper(variable);
    return false;
}

static size_t length(const char *const *list)
{
    size_t count = 0;

    while (list && list[count])
        count++;
    return count;
}

/* Whether a list of "NAME" or "NAME=value" has the name of variable, which is "NAME=value". */
static bool has_name(const char *const *list, const char *variable)
{
    size_t len = strcspn(variable, "=");

    for (; list && *list; list++)
        if (strcspn(*list, "=") == len && strncmp(*list, variable, len) == 0)
            return true;
    return false;
}

const char **environment_for(const char *const *given, const char *const *keep)
{
    const char *const *own = (const char *const *)environ;
    size_t added = length(given), count = 0;
    const char **out = memory_grow(NULL, (length(own) + added + 1) * sizeof *out);

    for (; count < added; count++)
        out[count] = given[count];
    for (; own && *own; own++)
        if (!has_name(given, *own) && !environment_is_risky(*own)
            && (!keep || has_name(keep, *own)))
            out[count++] = *own;
    out[count] = NULL;
    return out;
}
