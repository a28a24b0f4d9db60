/* pki/rotation_input.c - facts for the state machine.  Reads certificates, opens no key.
 *
 * Everything that the state machine decides from is put together here, once, so that it sees one
 * state of affairs: the CAs of the ledger with what can be said of them from outside, the root that
 * the spec asks for, and of each mesh its intermediate in use and the evidence.  What cannot be
 * read is passed on as unknown, never left out: a root that a cluster trusts and weft cannot parse
 * must hold its adoption back, and a mesh without evidence must hold its gate. */
#include "pki/rotation_input.h"
#include "api/certificate.h"
#include "api/meta.h"
#include "base/write_json.h"
#include "pki/cacerts_owner.h"
#include "pki/profile.h"
#include "pki/receipts.h"
#include "rotation/observation.h"
#include "rotation/text.h"
#include "state/ledger.h"

#include "base/digest.h"
#include "base/map.h"
#include "base/text.h"
#include "base/write.h"
#include "pki/ca.h"
#include "pki/certificate.h"
#include "pki/desired.h"
#include "pki/intermediate.h"
#include "pki/issuer.h"
#include "pki/openssl.h"
#include "pki/rotation_record.h"
#include "pki/transfer.h"
#include "state/anchor.h"
#include <stdlib.h>
#include <string.h>

/* --- CAs --- */

static void fill_signed_until(struct rotation_facts *out, struct rotation_ca *cas,
                              const struct ledger *ledger)
{
    for (const struct ledger_intermediate *row = ledger->intermediates; row; row = row->next)
        for (size_t i = 0; i < out->ca_count; i++)
            if (text_equal(cas[i].id, row->root) && row->not_after > cas[i].signed_until)
                cas[i].signed_until = row->not_after;
}

static int fill_ca(struct rotation_ca *out, const struct ledger_root *row, struct arena *arena,
                   struct err *err)
{
    struct ca_signer signer;
    struct certificate_facts own, anchor;
    int result = -1;

    if (ca_read(&signer, row, err) < 0)
        return -1;
    if (certificate_facts(&own, signer.certificate, arena, err) == 0
        && certificate_facts(&anchor, signer.root, arena, err) == 0) {
        *out = (struct rotation_ca){
            .id = row->id,
            .anchor = anchor.id,
            .subject = own.subject,
            .not_before = own.not_before,
            .not_after = own.not_after < anchor.not_after ? own.not_after : anchor.not_after,
            .key = issuer_can_sign(row),
            .generated = row->origin == ORIGIN_GENERATED,
        };
        result = 0;
    }
    ca_release(&signer);
    return result;
}

static int gather_cas(struct rotation_facts *out, const struct rotation_input_source *in,
                      struct err *err)
{
    struct rotation_ca *cas = NULL;

    for (const struct ledger_root *row = in->ledger->roots; row; row = row->next)
        if (row->state != KEY_DESTROYED && text_equal(row->virtual_mesh, in->request->name)
            && fill_ca(ARENA_PUSH(in->arena, cas, out->ca_count), row, in->arena, err) < 0)
            return err_wrap(err, "read a root of virtual mesh %s in the state", in->request->name);
    fill_signed_until(out, cas, in->ledger);
    out->cas = cas;
    return 0;
}

/* --- target --- */

/* As certificate_facts names the keys that are made now. */
static const char *wanted_key(const struct cert_options *options, enum key_type key_type,
                              struct arena *arena)
{
    return key_type == KEY_EC_P256 ? "EC P-256"
                                   : arena_printf(arena, "RSA %u", options->rsa_key_bits);
}

/* Only what decides about the certificate: a changed grace ratio makes no new root.  What cannot be
 * read is an error and no mismatch: a library that gets no memory must not start a rotation. */
static int root_matches(bool *out, const struct ledger_root *row,
                        const struct cert_options *options, enum key_type key_type,
                        struct arena *arena, struct err *err)
{
    AUTO(X509_free) X509 *cert = NULL;
    struct certificate_facts facts;

    if (certificate_read(&cert, "root", row->cert_pem, strlen(row->cert_pem), err) < 0
        || certificate_facts(&facts, cert, arena, err) < 0)
        return -1;
    if (!text_starts(facts.key, "RSA ") && !text_starts(facts.key, "EC "))
        return err_set(err, ERR_CRYPTO, 0, "the key of root %.8s cannot be read", row->id);
    *out = text_equal(facts.org, options->org_name)
           && row->not_after == profile_certificate_end(row->created, options->ttl_days)
           && text_equal(facts.key, wanted_key(options, key_type, arena));
    return 0;
}

static bool may_be_target(const struct ledger_root *row, const struct rotation_input_source *in)
{
    return (row->state == KEY_NEXT || row->state == KEY_ACTIVE) && issuer_can_sign(row)
           && text_equal(row->virtual_mesh, in->request->name) && row->origin == ORIGIN_GENERATED;
}

static int generated_target(struct rotation_target *out, const struct rotation_input_source *in,
                            struct err *err)
{
    const struct cert_options *options = &in->request->shared->generated;
    uint32_t newest = 0;

    *out = (struct rotation_target){ .kind = TARGET_MAKE,
                                     .ca = "",
                                     .why = "the options of the generated root changed" };
    for (const struct ledger_root *row = in->ledger->roots; row; row = row->next) {
        bool matches = false;

        if (!may_be_target(row, in) || row->generation <= newest)
            continue;
        if (root_matches(&matches, row, options, in->options->key_type, in->arena, err) < 0)
            return err_wrap(err, "compare the roots of %s with the specs", in->request->name);
        if (!matches)
            continue;
        newest = row->generation;
        out->kind = TARGET_CA;
        out->ca = row->id;
    }
    out->digest = arena_printf(in->arena, "generated %u %s %s", options->ttl_days,
                               in->options->key_type == KEY_RSA
                                   ? arena_printf(in->arena, "%u", options->rsa_key_bits)
                                   : "",
                               options->org_name);
    return 0;
}

static struct rotation_target bad_target(const struct rotation_input_source *in, const char *why)
{
    return (struct rotation_target){ TARGET_BAD, "", why, arena_printf(in->arena, "bad %s", why) };
}

static int find_target(struct rotation_target *out, const struct rotation_input_source *in,
                       struct err *err)
{
    const struct shared_trust *shared = in->request->shared;

    if (shared->kind != CA_INTERMEDIATE
        && (shared->source == ROOT_GENERATED
            || (shared->kind == CA_UNSET && shared->source != ROOT_UNSET)))
        return generated_target(out, in, err);
    if (shared->kind == CA_INTERMEDIATE && !shared->vault)
        *out = bad_target(in, "intermediateCertificateAuthority names no CA: write vault");
    else if (shared->kind != CA_INTERMEDIATE && shared->source == ROOT_UNSET)
        *out = bad_target(in, "rootCertificateAuthority names no source: set generated or secret");
    else if (in->why_not)
        *out = bad_target(in, in->why_not);
    else
        *out = (struct rotation_target){ TARGET_CA, in->given, "",
                                         arena_printf(in->arena, "given %s", in->given) };
    return 0;
}

/* --- meshes --- */

const char *rotation_input_intermediate_options(const struct trust_request *request,
                                                const struct mesh_identity *mesh,
                                                const struct issue_options *options,
                                                struct arena *arena)
{
    const struct cert_options *wish = &request->shared->intermediate;

    return intermediate_options(wish->org_name, mesh->spiffe_id,
                                csr_spare_find(&options->spares, mesh)
                                    ? CSR_KEY
                                    : wanted_key(wish, options->key_type, arena),
                                arena);
}

/* Rows of a former schema do not say it; then the certificate does. */
static int options_had(const char **out, const struct ledger_intermediate *row, struct arena *arena,
                       struct err *err)
{
    AUTO(X509_free) X509 *cert = NULL;
    struct certificate_facts own;

    *out = row->options;
    if (!text_empty(row->options))
        return 0;
    if (certificate_read(&cert, "an intermediate in the state", row->cert_pem,
                         strlen(row->cert_pem), err)
            < 0
        || certificate_facts(&own, cert, arena, err) < 0)
        return -1;
    *out = intermediate_options(own.org, own.uri, own.key, arena);
    return 0;
}

static int64_t ca_end(const struct rotation_facts *facts, const char *ca)
{
    for (size_t i = 0; i < facts->ca_count; i++)
        if (text_equal(facts->cas[i].id, ca))
            return facts->cas[i].not_after;
    return INT64_MAX;
}

/* The cluster has no key for it: only another certificate helps. */
static bool is_lost(const struct rotation_input_source *in, const struct mesh_identity *mesh)
{
    const struct csr_spare *spare = csr_spare_find(&in->options->spares, mesh);

    return spare && spare->lost;
}

static int options_differ(bool *out, const struct rotation_facts *facts,
                          const struct rotation_input_source *in, const struct mesh_identity *mesh,
                          const struct ledger_intermediate *row, struct err *err)
{
    const struct cert_options *options = &in->request->shared->intermediate;
    const char *had;

    if (options_had(&had, row, in->arena, err) < 0)
        return -1;
    *out = !text_equal(
               had, rotation_input_intermediate_options(in->request, mesh, in->options, in->arena))
           || is_lost(in, mesh)
           || row->not_after
                  != intermediate_not_after(options, ca_end(facts, row->root), row->created);
    return 0;
}

/* The intermediate in use of each mesh, looked up once. */
static struct map *active_rows(const struct rotation_input_source *in)
{
    struct map *rows = map_new(in->arena);

    for (struct ledger_intermediate *row = in->ledger->intermediates; row; row = row->next)
        if (row->state == KEY_ACTIVE && text_equal(row->virtual_mesh, in->request->name))
            map_put(rows, row->mesh, row);
    return rows;
}

/* An operator's acknowledgement in the specs repository: these clusters have loaded this step. */
static bool acknowledged(const struct rotation_input_source *in, const char *cluster)
{
    const char *text = meta_annotation(&in->request->virtual_mesh->meta, ANNOTATION_ACKNOWLEDGED);
    const char *blank = text ? strchr(text, ' ') : NULL, *id;
    size_t len = strlen(cluster);
    int step;

    if (!text
        || !rotation_approval_parse(blank ? arena_bytes(in->arena, text, (size_t)(blank - text))
                                          : text,
                                    &id, &step, in->arena)
        || !text_equal(id, in->record->id) || step != (int)in->record->at.phase)
        return false;
    while (blank && (blank = strstr(blank, cluster))) {
        if ((blank[-1] == ' ' || blank[-1] == ',') && strchr(" ,", blank[len]))
            return true;
        blank += len;
    }
    /* With a canary the clusters are at different parts of the step, so they must be named. */
    return !strchr(text, ' ')
           && !meta_annotation(&in->request->virtual_mesh->meta, ANNOTATION_CANARY);
}

/* A root for a bundle is parsed and encoded again; anything doubtful counts as not known. */
static const char *foreign_pem(const struct evidence *evidence, struct arena *arena)
{
    AUTO(X509_free) X509 *cert = NULL;
    struct certificate_facts facts;
    const char *pem = NULL;
    struct err err;

    if (text_empty(evidence->foreign_root) || !evidence->foreign_pem
        || certificate_read(&cert, "a root", evidence->foreign_pem, strlen(evidence->foreign_pem),
                            &err)
               < 0
        || certificate_facts(&facts, cert, arena, &err) < 0 || !facts.self_signed
        || !text_equal(facts.id, evidence->foreign_root)
        || certificate_pem(&pem, cert, arena, &err) < 0)
        return NULL;
    return pem;
}

/* Which virtual mesh a root that a cluster trusts is of, in the ledger; "": of none. */
static const char *owner_of(const struct ledger *ledger, const char *root, struct arena *arena)
{
    for (const struct ledger_root *row = ledger->roots; row && !text_empty(root); row = row->next)
        if (!text_empty(row->virtual_mesh) && text_equal(anchor_id(row, arena), root))
            return row->virtual_mesh;
    return "";
}

/* The root that weft gave this istiod last, for another virtual mesh; NULL: none. */
static const char *former_root(const struct rotation_input_source *in,
                               const struct mesh_identity *mesh)
{
    const struct ledger_intermediate *former =
        transfer_former(in->ledger, mesh, in->options->now, NULL);
    const struct ledger_root *root = former ? ledger_find_root(in->ledger, former->root) : NULL;

    return root ? anchor_id(root, in->arena) : NULL;
}

static struct evidence_claims find_claims(const struct rotation_input_source *in,
                                          const struct mesh_identity *mesh, const char *mark,
                                          bool first)
{
    const struct evidence_policy *policy = in->options->policy;
    struct evidence_claims claims = { .acknowledged = acknowledged(in, mesh->cluster),
                                      .former = first ? former_root(in, mesh) : NULL };

    claims.other_material =
        !text_empty(mark)
        && !desired_material_fits(in->ledger, in->request->name, mesh->key, mark, in->arena);
    claims.receipt_proves = policy ? evidence_receipt_level(policy, mesh->cluster) : EVIDENCE_NONE;
    claims.receipt = claims.receipt_proves > EVIDENCE_NONE
                     && receipts_hold(in->ledger, in->request->name, mesh, in->arena);
    return claims;
}

/* first: the mesh has no intermediate of this virtual mesh yet. */
static struct evidence find_evidence(const struct rotation_input_source *in,
                                     const struct mesh_identity *mesh, bool first)
{
    struct evidence evidence = { .mesh = mesh->key };
    struct evidence_claims claims;

    for (size_t i = 0; i < in->options->evidence_count; i++)
        if (text_equal(in->options->evidence[i].mesh, mesh->key))
            evidence = in->options->evidence[i];
    claims = find_claims(in, mesh, evidence.mark, first);
    observation_add_claims(&evidence, &claims);
    evidence.foreign_pem = foreign_pem(&evidence, in->arena);
    if (first)
        evidence.foreign_owner = owner_of(in->ledger, evidence.foreign_root, in->arena);
    return evidence;
}

/* Of what is published while a step waits to be.  No claim counts for it: an acknowledgement is of
 * a step that clusters were asked to load. */
static struct evidence find_former(const struct rotation_input_source *in, const char *mesh)
{
    for (size_t i = 0; i < in->options->former_count; i++)
        if (text_equal(in->options->former[i].mesh, mesh))
            return in->options->former[i];
    return (struct evidence){ .mesh = mesh };
}

static int gather_mesh(struct rotation_member_input *out, const struct rotation_facts *facts,
                       const struct rotation_input_source *in, const struct mesh_identity *mesh,
                       const struct ledger_intermediate *row, struct err *err)
{
    const struct cert_options *options = &in->request->shared->intermediate;

    *out = (struct rotation_member_input){ .mesh = mesh->key,
                                           .cluster = mesh->cluster,
                                           .evidence = find_evidence(in, mesh, !row),
                                           .former = find_former(in, mesh->key),
                                           .ca = "" };
    if (!row)
        return 0;
    out->ca = row->root;
    out->life = (struct lifetime){ row->not_before, row->not_after, options->grace_ratio };
    out->renewed_until =
        intermediate_not_after(options, ca_end(facts, row->root), in->options->now);
    return options_differ(&out->options_differ, facts, in, mesh, row, err);
}

static int by_mesh(const void *a, const void *b)
{
    const struct rotation_member_input *left = a, *right = b;

    return strcmp(left->mesh, right->mesh);
}

static int gather_meshes(struct rotation_facts *out, const struct rotation_input_source *in,
                         struct err *err)
{
    const struct trust_request *request = in->request;
    struct rotation_member_input *meshes =
        ARENA_NEW(in->arena, struct rotation_member_input, request->mesh_count);
    const struct map *rows = active_rows(in);

    for (size_t i = 0; i < request->mesh_count; i++)
        if (in->mine[i]
            && gather_mesh(&meshes[out->mesh_count++], out, in, &request->meshes[i],
                           map_find(rows, request->meshes[i].key), err)
                   < 0)
            return err_wrap(err, "read the intermediate of cluster %s in the state",
                            request->meshes[i].cluster);
    if (out->mesh_count > 0)
        qsort(meshes, out->mesh_count, sizeof *meshes, by_mesh); /* rotation.c looks them up */
    out->meshes = meshes;
    return 0;
}

static const char *canary_mesh(const struct rotation_input_source *in)
{
    const char *cluster = meta_annotation(&in->request->virtual_mesh->meta, ANNOTATION_CANARY);

    for (size_t i = 0; cluster && i < in->request->mesh_count; i++)
        if (in->mine[i] && text_equal(in->request->meshes[i].cluster, cluster))
            return in->request->meshes[i].key;
    return cluster; /* it takes no part: no mesh has such a key */
}

static const char *trust_json(const struct rotation_input_source *in)
{
    AUTO_TEXT json = { 0 };

    write_json(&json, shared_trust_encode(in->request->shared, in->arena), false);
    return arena_bytes(in->arena, json.bytes, json.len);
}

int rotation_input_branch_step(const struct rotation *record, const struct trust_branch *branch)
{
    if (!text_equal(branch->rotation, record->id))
        return 0;
    if (branch->step > 0)
        return branch->step;
    return text_equal(branch->deployed, record->new) ? 3 : 0;
}

static int branch_step(const struct rotation_input_source *in)
{
    for (size_t i = 0; i < in->options->branch_count; i++)
        if (text_equal(in->options->branches[i].virtual_mesh, in->request->name))
            return rotation_input_branch_step(in->record, &in->options->branches[i]);
    return 0;
}

int rotation_input_gather(struct rotation_facts *out, const struct rotation_input_source *in,
                          struct err *err)
{
    const struct trust_request *request = in->request;
    const struct mtls_config *mtls = &request->virtual_mesh->mtls;

    *out = (struct rotation_facts){
        .virtual_mesh = request->name,
        .strategy = mtls->strategy,
        .verification = mtls->verification,
        .trust = trust_json(in),
        .intermediate_ttl = (int64_t)request->shared->intermediate.ttl_days * 86400,
        .intermediate_ratio = request->shared->intermediate.grace_ratio,
        .root_ratio = request->shared->generated.grace_ratio,
        .approval = meta_annotation(&request->virtual_mesh->meta, ANNOTATION_APPROVED),
        .canary = canary_mesh(in),
        .branch_step = branch_step(in),
        .reverted = in->options->reverted,
        .time = in->options->time,
        .policy = in->options->policy ? in->options->policy : &evidence_policy_default,
    };
    out->time.local = in->options->now;
    if (gather_cas(out, in, err) < 0 || find_target(&out->target, in, err) < 0)
        return -1;
    return gather_meshes(out, in, err);
}
