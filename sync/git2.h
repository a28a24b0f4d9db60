/* sync/git2.h - libgit2's types as AUTO resources, and its errors as ours.  Private to sync/. */
#ifndef WEFT_SYNC_GIT2_H
#define WEFT_SYNC_GIT2_H

#include "base/compiler.h"
#include "base/digest.h"
#include "base/err.h"
#include <git2.h>
#include <string.h>

AUTO_DEFINE(git_repository, git_repository_free)
AUTO_DEFINE(git_config, git_config_free)
AUTO_DEFINE(git_odb, git_odb_free)
AUTO_DEFINE(git_odb_object, git_odb_object_free)
AUTO_DEFINE(git_commit, git_commit_free)
AUTO_DEFINE(git_tree, git_tree_free)
AUTO_DEFINE(git_object, git_object_free)
AUTO_DEFINE(git_remote, git_remote_free)
AUTO_DEFINE(git_reference, git_reference_free)
AUTO_DEFINE(git_indexer, git_indexer_free)

static inline git_oid oid_of(struct git_id id)
{
    git_oid oid;

    memcpy(oid.id, id.bytes, sizeof oid.id);
    return oid;
}

static inline struct git_id id_of(const git_oid *oid)
{
    struct git_id id;

    memcpy(id.bytes, oid->id, sizeof id.bytes);
    return id;
}

#endif
