/* api/specs.h - all objects of the specs, decoded and indexed. */
#ifndef WEFT_API_SPECS_H
#define WEFT_API_SPECS_H

#include "api/destination.h"
#include "api/mesh.h"
#include "api/object_kind.h"
#include "api/policy.h"
#include "api/virtual_mesh.h"
#include "base/parse.h"

/* The namespace in which discovered objects, Settings and registrations live. */
#define POD_NAMESPACE_DEFAULT "gloo-mesh"

/* An object that could not be used: what was deployed for it is kept.  An object that is given
 * twice is refused as a whole and is listed once. */
struct refused {
    enum object_kind kind;
    struct object_ref ref; /* name may be "" when even that could not be read */
    const char *error;     /* its first diag, printed; the others are in the diags */
    const char *cluster;   /* of a Mesh, as far as it could be read; "": not known */
    const char *trust_domain;
    /* What a Mesh (namespace of istiod, name ""), Destination (Service) or Workload (controller)
     * describes, as far as it could be read; parts "": not known. */
    struct cluster_ref about;
    struct place place;
    struct refused *next;
};

/* Arrays are sorted by key in ascending byte order, whatever the order of files and documents. */
struct specs {
    struct virtual_mesh *virtual_meshes;
    size_t virtual_mesh_count;
    struct access_policy *access_policies;
    size_t access_policy_count;
    struct mesh *meshes;
    size_t mesh_count;
    struct workload *workloads;
    size_t workload_count;
    struct destination *destinations;
    size_t destination_count;
    struct kubernetes_cluster *clusters;
    size_t cluster_count;
    struct settings settings;
    const struct refused *refused;
    size_t refused_count;
    /* A file could not be read to its end, or a mistake hides which object was meant (no name, a
     * kind with a typing error): unknown objects may be missing, so nothing may be deleted. */
    bool incomplete;
    const char *pod_namespace;
    const struct specs_index *index; /* for those of specs_index.h */
};

/* Collects files and trees; specs_end puts their objects in order. */
struct specs_reader;

/* Data goes to arena; diags collects every mistake. pod_namespace NULL: the default. */
struct specs_reader *specs_begin(struct arena *arena, struct diags *diags,
                                 const char *pod_namespace);
/* All documents of one file.  Documents of other kinds are a warning; apiVersion of a known kind
 * must be the known one.  A document that is no object of Kubernetes at all (a Git LFS pointer, an
 * error message, a web page), or a file without text, is in the place of an object: it is an error
 * that says what it looks like, and the specs are incomplete.  A file of comments alone is
 * fine. */
void specs_add(struct specs_reader *reader, const char *file, const char *bytes, size_t len);
/* An object that is a tree already, or a List of objects: from an API server, or made by discovery.
 * Diags and positions have source in place of a file name, and line 0 where nodes have none.  The
 * tree is not kept.  A caller that could not read all objects of source says so by specs_skip. */
void specs_add_node(struct specs_reader *reader, const char *source, const struct node *object);
/* A file that belongs to another tool by its name (".github/x.yaml", "kustomization.yaml"): what
 * is no object in it is only a warning. */
void specs_add_foreign(struct specs_reader *reader, const char *file, const char *bytes,
                       size_t len);
/* A file that could not be read at all (symbolic link, too large, ...): a diag, and the specs are
 * incomplete. */
void specs_skip(struct specs_reader *reader, const char *file, const char *why);
/* Duplicate objects are a diag each (both places named) and the object is refused.  Frees the
 * reader. */
void specs_end(struct specs *out, struct specs_reader *reader);

#endif
