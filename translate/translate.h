/* translate/translate.h - specs to a plan, plan to a tree of Istio manifests.  Pure: no clock, no
 * randomness, no files of its own. */
#ifndef WEFT_TRANSLATE_TRANSLATE_H
#define WEFT_TRANSLATE_TRANSLATE_H

#include "api/record.h"
#include "api/specs.h"
#include "base/filetree.h"
#include "pki/trust_request.h"

struct translate_options {
    const char *program;    /* "weft 0.1.0", for texts */
    bool file_per_service;  /* output.granularity: service */
    bool external_services; /* output.externalServices: docs/translation.md 11.5 */
    bool callers_only;      /* output.importScope: callers */
    size_t file_max;        /* bytes before a file is split; 0: 512 KiB */
    size_t rules_max;       /* bytes of AuthorizationPolicy rules in all; 0: 128 MiB */
    size_t object_max;      /* bytes of the rules of one; 0: 1 MiB */
};

/* What resolution decided for one VirtualMesh. */
struct planned_virtual_mesh {
    const struct virtual_mesh
        *virtual_mesh;                 /* of one that decoding refused: its name and nothing else */
    struct vm_status status;           /* full: every mesh, every Destination */
    const struct trust_request *trust; /* NULL: no certificates for it */
    bool trust_retained; /* trust is NULL because of a mistake: certificates that are there stay */
    const struct object_ref
        *trust_of; /* theirs is the record of this one, which is gone; NULL: its own */
    const struct pair
        *addresses; /* for the record; of a retained one: those of its previous record */
    size_t address_count;
    bool retained; /* INVALID as an object: all its previous files stay, certificates too */
};

struct plan {
    struct planned_virtual_mesh *virtual_meshes; /* sorted by key of the VirtualMesh; refused ones
                                 included, if their name is known */
    size_t virtual_mesh_count;
    struct policy_status *policies;
    size_t policy_count;
    struct resolved *resolved; /* translate's own */
};

/* First line of every file that weft renders, with its newline: how a file is known as ours. */
extern const char rendered_by_weft[];

#endif
