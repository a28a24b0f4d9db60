/* app/commands/review_post.c - posts a review; decides nothing about it.
 *
 * One comment per pull request and folder, replaced on each push: the marker in its first line
 * finds it again. The comment is posted after the status of the commit, which is the part that can
 * block a merge. */
#include "app/commands/review_post.h"
#include "app/commands/command.h"
#include "app/forge_environment.h"
#include "app/git_access.h"
#include "base/visible.h"

/* "--" would end the comment of HTML in which the marker is. */
static const char *plain_name(const char *folder, struct arena *arena)
{
    AUTO_TEXT out = { 0 };

    text_adds(&out, "");
    for (const char *at = text_empty(folder) ? "specs" : folder; *at; at++)
        if (is_alnum(*at) || strchr("./_", *at))
            text_addc(&out, *at);
        else
            text_addc(&out, '-');
    for (char *at = out.bytes; (at = strstr(at, "--"));)
        *at = '_';
    return arena_bytes(arena, out.bytes, out.len);
}

const char *review_post_marker(const char *folder, struct arena *arena)
{
    return arena_printf(arena, "<!-- weft:review:%s -->", plain_name(folder, arena));
}

static const struct {
    enum forge_state state;
    const char *words;
} states[] = {
    [REVIEW_UNCHANGED] = { FORGE_SUCCESS, "nothing changes for the clusters" },
    [REVIEW_SAFE] = { FORGE_SUCCESS, "changes" },
    [REVIEW_ATTENTION] = { FORGE_SUCCESS, "needs attention" },
    [REVIEW_REFUSED] = { FORGE_FAILURE, "specs are refused" },
};

static struct forge_status status_of(const struct review *review, const char *folder,
                                     const char *url, struct arena *arena)
{
    struct forge_status status = { .state = FORGE_ERROR,
                                   .description = "failed: see the log of the pipeline",
                                   .url = url };

    status.context = arena_printf(arena, "weft/review/%s", plain_name(folder, arena));
    if (review) {
        status.state = states[review->verdict].state;
        status.description = arena_printf(arena, "%s: %s", states[review->verdict].words,
                                          review_summary(review, arena));
    }
    return status;
}

static int keep_comment(const struct forge *forge, const struct review *review, struct arena *arena,
                        struct err *err)
{
    AUTO_TEXT body = { 0 };

    review_markdown(&body, review, forge_comment_max(forge->target.kind), arena);
    return forge_keep_comment(forge, review->marker, body.bytes, err);
}

int review_post(const struct review *review, const char *folder, const struct options *options,
                struct arena *arena, struct err *err)
{
    AUTO_FORGE_ENVIRONMENT environment = { .secret = NULL };
    AUTO_FORGE forge = { .http = NULL };
    struct forge_status status;

    if (forge_environment_read(&environment, options->token_file, arena, err) < 0
        || forge_open(&forge, &environment.target, GIT_ACCESS_USER_AGENT, arena, err) < 0)
        return -1;
    status = status_of(review, folder, environment.url, arena);
    if (forge_set_status(&forge, &status, err) < 0)
        return -1;
    return review && *environment.target.pull ? keep_comment(&forge, review, arena, err) : 0;
}
