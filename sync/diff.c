/* sync/diff.c - libgit2's patch of two buffers; reads no repository. */
#include "sync/diff.h"
#include "sync/err_git.h"
#include "sync/git2.h"

AUTO_DEFINE(git_patch, git_patch_free)

int diff_text(struct text *out, const char *path, const char *before, size_t before_len,
              const char *after, size_t after_len, struct err *err)
{
    AUTO(git_patch_free) git_patch *patch = NULL;
    git_buf buffer = { 0 };
    git_diff_options options;
    int code = git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);

    options.context_lines = 3;
    options.flags |= GIT_DIFF_FORCE_TEXT;
    if (code == 0)
        code = git_patch_from_buffers(&patch, before, before_len, before ? path : NULL, after,
                                      after_len, after ? path : NULL, &options);
    if (code == 0)
        code = git_patch_to_buf(&buffer, patch);
    if (code == 0)
        text_add(out, buffer.ptr, buffer.size);
    git_buf_dispose(&buffer);
    return code < 0 ? err_git(err, code, "compare two versions of %s", path) : 0;
}
