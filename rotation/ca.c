/* rotation/ca.c - CAs of a rotation and what each step makes of them.  Pure: no clock, no
 * files, no keys. */
#include "rotation/ca.h"
#include "rotation/private.h"

#include "base/text.h"

static const struct rotation_ca *find(const struct rotation_ca *cas, size_t count, const char *id)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(cas[i].id, id))
            return &cas[i];
    return NULL;
}

const struct rotation_ca *find_ca(const struct rotation_facts *facts, const char *id)
{
    return find(facts->cas, facts->ca_count, id);
}

const char *anchor_of(const struct work *w, const char *ca)
{
    const struct rotation_ca *found = find_ca(w->facts, ca);

    return found ? found->anchor : "";
}

/* Several CAs may end in one anchor: a given CA may be an intermediate, and be exchanged for
 * another one. */
static const struct rotation_ca *preferred(const struct rotation *r, const struct rotation_ca *cas,
                                           size_t count, const char *anchor)
{
    const char *const first[] = { r->new, r->old, r->deployed };

    for (size_t i = 0; i < LENGTH(first); i++) {
        const struct rotation_ca *ca = find(cas, count, first[i]);

        if (ca && text_equal(ca->anchor, anchor))
            return ca;
    }
    for (size_t i = 0; i < count; i++)
        if (text_equal(cas[i].anchor, anchor))
            return &cas[i];
    return NULL;
}

const struct rotation_ca *signing_ca(const struct work *w, const struct rotation *r,
                                     const char *anchor)
{
    const struct rotation_ca *ca = preferred(r, w->facts->cas, w->facts->ca_count, anchor);

    return ca && ca->key && ca->not_after > w->facts->time.local ? ca : NULL;
}

bool rotation_running(const struct rotation *rotation) { return position_is_running(rotation->at); }

enum rotation_state rotation_shown(const struct rotation *rotation)
{
    return rotation->failed ? ROTATION_FAILED : position_state(rotation->at);
}

struct material phase_material(const struct work *w, const struct rotation *r, enum phase phase,
                               const char *signer)
{
    const char *old = anchor_of(w, rotation_running(r) ? r->old : r->deployed);
    const char *new = anchor_of(w, r->new);

    switch (phase) {
    case PHASE_OLD:
        return (struct material){ old, bundle_of(old) };
    case PHASE_BOTH:
        return (struct material){ r->at.direction == DIRECTION_BACK ? old : signer, r->bundle };
    case PHASE_REISSUED:
        return (struct material){ new, r->bundle };
    case PHASE_NEW:
        break;
    }
    return (struct material){ new, bundle_of(new) };
}

const struct member *rotation_member(const struct rotation *rotation, const char *mesh)
{
    for (size_t i = 0; i < rotation->member_count; i++)
        if (text_equal(rotation->members[i].mesh, mesh))
            return &rotation->members[i];
    return NULL;
}

bool rotation_wanted(struct material *material, const char **ca, const struct rotation *rotation,
                     const struct rotation_ca *cas, size_t ca_count, const char *mesh)
{
    const struct rotation_ca *signer = find(cas, ca_count, rotation->deployed);
    const struct member *member = rotation_member(rotation, mesh);
    const struct material *wanted = member ? member_wanted(member) : NULL;

    if (!wanted && (rotation_running(rotation) || !signer))
        return false;
    *material = wanted ? *wanted : (struct material){ signer->anchor, bundle_of(signer->anchor) };
    signer = preferred(rotation, cas, ca_count, material->signer);
    *ca = signer ? signer->id : "";
    return true;
}
