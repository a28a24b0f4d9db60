/* sync/fetch.c - finds a ref on the other side and brings its commit here, if it is not here yet.
 *
 * What is fetched is a commit that the listing of this connection named, so specs and output
 * branch are each seen at one time. A branch precedes a tag of the same name, as in git clone
 * --branch. A commit that is here already costs a listing and no transfer.
 *
 * The cache is never trusted to be whole: a fetch that fails because of it is tried again on a
 * clone that was made again, and only once, since damage that comes back is the server's. Refs
 * below refs/weft tell the server what we have; one that is rubbish, or leads to a commit that is
 * too large, is removed, since libgit2 reads the commits of all refs before it fetches. */
#include "sync/fetch.h"
#include "base/suggest.h"

#include "base/base64.h"
#include "base/decode.h"
#include "base/fault.h"
#include "base/text.h"
#include "sync/limits.h"
#include "sync/private.h"
#include "sync/transport/libgit2_transport.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { REFS_SHOWN = 5, FULL_HEX = 40 };

struct listing {
    const git_remote_head **heads;
    size_t count;
};

static bool is_commit_id(const char *text)
{
    return strlen(text) == FULL_HEX && hex_is_plain(text, FULL_HEX);
}

static const git_remote_head *find_head(const struct listing *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->heads[i]->name, name) == 0)
            return list->heads[i];
    return NULL;
}

/* As git clone --branch does: the name itself, a branch, a tag. */
static const git_remote_head *resolve(const struct listing *list, const char *ref,
                                      struct arena *arena)
{
    const git_remote_head *head;

    if (text_starts(ref, "refs/") || strcmp(ref, "HEAD") == 0)
        return find_head(list, ref);
    head = find_head(list, arena_printf(arena, "refs/heads/%s", ref));
    return head ? head : find_head(list, arena_printf(arena, "refs/tags/%s", ref));
}

/* "refs/heads/main" as people write it. */
static const char *short_name(const char *name)
{
    if (text_starts(name, "refs/heads/"))
        return name + strlen("refs/heads/");
    return text_starts(name, "refs/tags/") ? name + strlen("refs/tags/") : name;
}

static int no_such_ref(const struct clone *clone, const struct listing *list, const char *ref,
                       struct arena *arena, struct err *err)
{
    const char **names = ARENA_NEW(arena, const char *, list->count), *nearest;
    AUTO_TEXT shown = { 0 };
    size_t count = 0;

    if (list->count == 0)
        return err_set(err, ERR_GIT, GIT_ENOTFOUND,
                       "%s is empty: it has no commit yet, so \"%s\" is not there either",
                       clone->peer.url.shown, ref);
    for (size_t i = 0; i < list->count; i++) {
        const char *name = list->heads[i]->name;

        if (!text_ends(name, "^{}")
            && (text_starts(name, "refs/heads/") || text_starts(name, "refs/tags/")))
            names[count++] = short_name(name);
    }
    for (size_t i = 0; i < count && i < REFS_SHOWN; i++)
        text_addf(&shown, "%s%s", i ? ", " : "", names[i]);
    nearest = suggest_nearest(short_name(ref), names, count);
    return err_set(err, ERR_GIT, GIT_ENOTFOUND,
                   "%s has no branch or tag \"%s\"%s%s%s; there are: %s%s", clone->peer.url.shown,
                   short_name(ref), nearest ? "; did you mean \"" : "", nearest ? nearest : "",
                   nearest ? "\"?" : "", shown.len ? shown.bytes : "none",
                   count > REFS_SHOWN ? ", ..." : "");
}

const struct fetched *clone_fetched(const struct clone *clone, const char *ref)
{
    for (const struct fetched *at = clone->fetched; at; at = at->next)
        if (strcmp(at->ref, ref) == 0)
            return at;
    return NULL;
}

void clone_remember(struct clone *clone, const char *ref, const char *commit)
{
    struct fetched *at = clone->fetched;

    while (at && strcmp(at->ref, ref) != 0)
        at = at->next;
    if (!at) {
        at = ARENA_NEW(clone->arena, struct fetched, 1);
        at->ref = arena_text(clone->arena, ref);
        at->next = clone->fetched;
        clone->fetched = at;
    }
    snprintf(at->commit, sizeof at->commit, "%s", commit);
}

/* One connection: list, and fetch when need be. */
struct fetching {
    struct clone *clone;
    struct arena *arena;
    struct link link;
    git_remote *remote;
    struct listing list;
    bool damaged; /* a fetch failed because of our own cache */
};

static void fetching_end(struct fetching *fetching)
{
    if (fetching->remote)
        git_remote_free(fetching->remote);
    if (fetching->arena)
        arena_free(fetching->arena);
}

static int fetching_begin(struct fetching *out, struct clone *clone, struct err *err)
{
    git_remote_create_options options;
    git_remote_callbacks callbacks;
    const char *url =
        clone->peer.url.scheme == URL_FILE ? clone->peer.url.path : clone->peer.url.shown;
    int code;

    *out =
        (struct fetching){ .clone = clone, .arena = arena_new(), .link = { .peer = &clone->peer } };
    callbacks = link_callbacks(&out->link);
    git_remote_create_options_init(&options, GIT_REMOTE_CREATE_OPTIONS_VERSION);
    options.repository = clone->repo;
    options.flags = GIT_REMOTE_CREATE_SKIP_INSTEADOF | GIT_REMOTE_CREATE_SKIP_DEFAULT_FETCHSPEC;
    code = git_remote_create_with_opts(&out->remote, url, &options);
    if (code == 0)
        code = git_remote_connect(out->remote, GIT_DIRECTION_FETCH, &callbacks, NULL, NULL);
    if (code == 0)
        code = git_remote_ls(&out->list.heads, &out->list.count, out->remote);
    return code < 0 ? link_error(&out->link, code, "list refs", err) : 0;
}

static int fetch_refspecs(struct fetching *fetching, const git_strarray *list, struct err *err)
{
    git_fetch_options options;
    int code;

    git_fetch_options_init(&options, GIT_FETCH_OPTIONS_VERSION);
    options.callbacks = link_callbacks(&fetching->link);
    options.prune = GIT_FETCH_NO_PRUNE;
    options.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE;
    options.update_fetchhead = 0;
    FAULT("git.fetch");
    code = git_remote_fetch(fetching->remote, list, &options, NULL);
    if (code == 0)
        return 0;
    fetching->damaged = fetching->link.err.kind == ERR_NONE && clone_is_damage(code);
    return link_error(&fetching->link, code, "fetch", err);
}

static int fetch_refspec(struct fetching *fetching, const char *refspec, struct err *err)
{
    char *specs[] = { arena_text(fetching->arena, refspec) };

    return fetch_refspecs(fetching, &(git_strarray){ specs, 1 }, err);
}

static bool have_commit(const struct clone *clone, const git_oid *oid)
{
    size_t len;
    git_object_t type;

    return git_odb_read_header(&len, &type, clone->odb, oid) == 0 && type == GIT_OBJECT_COMMIT;
}

bool clone_has(const struct clone *clone, const char *commit)
{
    git_oid oid;

    return is_commit_id(commit) && git_oid_fromstr(&oid, commit) == 0 && have_commit(clone, &oid);
}

/* The commit that a listed name leads to; a tag's is listed with "^{}". */
static git_oid peeled(const struct fetching *fetching, const git_remote_head *head)
{
    const git_remote_head *commit =
        find_head(&fetching->list, arena_printf(fetching->arena, "%s^{}", head->name));

    return commit ? commit->oid : head->oid;
}

/* Our own name for a ref of the server: what we tell it that we have. */
static const char *local_name(const char *ref, struct arena *arena)
{
    return arena_printf(arena, "refs/weft/%s",
                        text_starts(ref, "refs/") ? ref + strlen("refs/") : ref);
}

void clone_set_ref(struct clone *clone, const char *ref, const git_oid *commit)
{
    AUTO(git_reference_free) git_reference *made = NULL;
    const char *local = local_name(ref, clone->arena);
    git_oid now;

    if (git_reference_name_to_id(&now, clone->repo, local) == 0 && git_oid_equal(&now, commit))
        return;
    if (git_reference_create(&made, clone->repo, local, commit, 1, NULL) < 0
        && git_reference_remove(clone->repo, local) == 0) /* it was rubbish */
        (void)git_reference_create(&made, clone->repo, local, commit, 1, NULL);
}

/* libgit2 reads the commits of all refs when it fetches: so no ref may point to one that is too
 * large.
 */
static int check_commit(struct fetching *fetching, const git_oid *commit, const char *ref,
                        struct err *err)
{
    struct clone *clone = fetching->clone;
    char hex[FULL_HEX + 1];

    if (clone_commit_fits(clone->odb, commit))
        return 0;
    (void)git_reference_remove(clone->repo, local_name(ref, fetching->arena));
    git_oid_tostr(hex, sizeof hex, commit);
    return err_set(err, ERR_GIT, EFBIG,
                   "%s: commit %s is larger than the limit of %d bytes; take it out of the branch",
                   clone->peer.url.shown, hex, COMMIT_MAX);
}

static int fetch_head(struct fetching *fetching, char commit[41], const git_remote_head *head,
                      struct err *err)
{
    git_oid wanted = peeled(fetching, head);

    git_oid_tostr(commit, FULL_HEX + 1, &wanted);
    if (!have_commit(fetching->clone, &wanted)
        && fetch_refspec(fetching,
                         arena_printf(fetching->arena, "+%s:%s", head->name,
                                      local_name(head->name, fetching->arena)),
                         err)
               < 0)
        return -1;
    if (!have_commit(fetching->clone, &wanted))
        return err_set(err, ERR_GIT, GIT_ENOTFOUND, "%s: \"%s\" does not name a commit",
                       fetching->clone->peer.url.shown, short_name(head->name));
    if (check_commit(fetching, &wanted, head->name, err) < 0)
        return -1;
    clone_set_ref(fetching->clone, head->name, &wanted);
    return 0;
}

/* A commit by its id: when no branch ends in it, all branches and tags are fetched, for servers
 * hide the rest. */
static int fetch_id(struct fetching *fetching, const char *hex, struct err *err)
{
    git_oid oid;

    git_oid_fromstr(&oid, hex);
    if (fetch_refspec(fetching, "+refs/heads/*:refs/weft/heads/*", err) < 0)
        return -1;
    if (!have_commit(fetching->clone, &oid)
        && fetch_refspec(fetching, "+refs/tags/*:refs/weft/tags/*", err) < 0)
        return -1;
    if (!have_commit(fetching->clone, &oid))
        return err_set(err, ERR_GIT, GIT_ENOTFOUND, "%s has no commit %s on any branch or tag",
                       fetching->clone->peer.url.shown, hex);
    return 0;
}

/* A branch that is not there is remembered as such: publish need not ask again. */
static int not_found(struct fetching *fetching, const char *ref, bool missing_ok, struct err *err)
{
    struct clone *clone = fetching->clone;

    if (!missing_ok)
        return no_such_ref(clone, &fetching->list, ref, fetching->arena, err);
    clone_remember(
        clone,
        text_starts(ref, "refs/") ? ref : arena_printf(fetching->arena, "refs/heads/%s", ref), "");
    return 0;
}

static int fetch_any(struct fetching *fetching, char commit[41], const char *ref, bool missing_ok,
                     struct err *err)
{
    const git_remote_head *head = NULL;

    commit[0] = '\0';
    if (is_commit_id(ref)) {
        if (fetch_id(fetching, ref, err) < 0)
            return -1;
        snprintf(commit, FULL_HEX + 1, "%s", ref);
    } else {
        head = resolve(&fetching->list, ref, fetching->arena);
        if (!head)
            return not_found(fetching, ref, missing_ok, err);
        if (fetch_head(fetching, commit, head, err) < 0)
            return -1;
    }
    clone_remember(fetching->clone, head ? head->name : ref, commit);
    return 0;
}

/* damaged: the cache itself was in the way. */
static int fetch_named(struct clone *clone, char commit[41], const char *ref, bool missing_ok,
                       bool *damaged, struct err *err)
{
    __attribute__((cleanup(fetching_end))) struct fetching fetching = { 0 };
    int result = fetching_begin(&fetching, clone, err);

    if (result == 0)
        result = fetch_any(&fetching, commit, ref, missing_ok, err);
    *damaged = fetching.damaged;
    return result;
}

int clone_fetch(struct clone *clone, char commit[41], const char *ref, bool missing_ok,
                struct err *err)
{
    bool damaged = false;
    git_oid oid;
    int result;

    if (text_empty(ref))
        ref = "HEAD";
    if (is_commit_id(ref) && git_oid_fromstr(&oid, ref) == 0 && have_commit(clone, &oid)) {
        snprintf(commit, FULL_HEX + 1, "%s", ref);
        return 0;
    }
    result = fetch_named(clone, commit, ref, missing_ok, &damaged, err);
    if (result < 0 && damaged && !clone->healed && clone_rebuild(clone, err) == 0)
        result = fetch_named(clone, commit, ref, missing_ok, &damaged, err);
    return result;
}

int clone_ls_remote(struct clone *clone, char commit[41], const char *ref, struct err *err)
{
    __attribute__((cleanup(fetching_end))) struct fetching fetching = { 0 };
    const git_remote_head *head;

    commit[0] = '\0';
    if (fetching_begin(&fetching, clone, err) < 0)
        return -1;
    head = find_head(&fetching.list, ref);
    if (head)
        git_oid_tostr(commit, FULL_HEX + 1, &head->oid);
    return 0;
}

/* --- many branches --- */

static void list_branches(struct clone_branches *out, const struct fetching *fetching,
                          const struct clone_wanted *wanted, struct arena *arena)
{
    for (size_t i = 0; i < fetching->list.count; i++) {
        const git_remote_head *head = fetching->list.heads[i];
        struct clone_branch *branch;

        if (!text_starts(head->name, "refs/heads/")
            || !wanted->wants(wanted->context, short_name(head->name)))
            continue;
        branch = ARENA_PUSH(arena, out->items, out->count);
        branch->name = arena_text(arena, short_name(head->name));
        git_oid_tostr(branch->commit, sizeof branch->commit, &head->oid);
    }
}

/* All that are missing in one request. */
static int fetch_missing(struct fetching *fetching, const struct clone_branches *branches,
                         struct err *err)
{
    char **specs = ARENA_NEW(fetching->arena, char *, branches->count);
    git_strarray list = { specs, 0 };

    for (size_t i = 0; i < branches->count; i++) {
        const char *ref = arena_printf(fetching->arena, "refs/heads/%s", branches->items[i].name);

        if (!clone_has(fetching->clone, branches->items[i].commit))
            specs[list.count++] =
                arena_printf(fetching->arena, "+%s:%s", ref, local_name(ref, fetching->arena));
    }
    if (list.count && fetch_refspecs(fetching, &list, err) < 0)
        return -1;
    for (size_t i = 0; i < branches->count; i++) {
        git_oid commit;

        if (!clone_has(fetching->clone, branches->items[i].commit))
            return err_set(err, ERR_GIT, GIT_ENOTFOUND, "%s: \"%s\" does not name a commit",
                           fetching->clone->peer.url.shown, branches->items[i].name);
        (void)git_oid_fromstr(&commit, branches->items[i].commit);
        if (check_commit(fetching, &commit,
                         arena_printf(fetching->arena, "refs/heads/%s", branches->items[i].name),
                         err)
            < 0)
            return -1;
    }
    return 0;
}

static int look_at_branches(struct clone_branches *out, struct clone *clone,
                            const struct clone_wanted *wanted, bool *damaged, struct arena *arena,
                            struct err *err)
{
    __attribute__((cleanup(fetching_end))) struct fetching fetching = { 0 };
    int result = fetching_begin(&fetching, clone, err);

    *out = (struct clone_branches){ 0 };
    if (result == 0)
        list_branches(out, &fetching, wanted, arena);
    if (result == 0 && wanted->fetch)
        result = fetch_missing(&fetching, out, err);
    *damaged = fetching.damaged;
    return result;
}

int clone_branches(struct clone_branches *out, struct clone *clone,
                   const struct clone_wanted *wanted, struct arena *arena, struct err *err)
{
    bool damaged = false;
    int result = look_at_branches(out, clone, wanted, &damaged, arena, err);

    if (result < 0 && damaged && !clone->healed && clone_rebuild(clone, err) == 0)
        result = look_at_branches(out, clone, wanted, &damaged, arena, err);
    return result;
}

int clone_rebuild(struct clone *clone, struct err *err)
{
    if (clone->healed)
        return err_set(err, ERR_GIT, GIT_ENOTFOUND,
                       "it was fetched again, and an object is still missing in %s",
                       clone->peer.url.shown);
    clone->healed = true;
    if (clone_remake(clone, err) < 0)
        return -1;
    for (struct fetched *at = clone->fetched; at; at = at->next) {
        char now[FULL_HEX + 1];
        bool damaged;

        if (at->commit[0] && fetch_named(clone, now, at->ref, true, &damaged, err) < 0)
            return -1;
    }
    return 0;
}
