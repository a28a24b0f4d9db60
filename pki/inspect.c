/* pki/inspect.c - public facts about what was issued.  Opens no key.
 *
 * The node is the trust part of the record on the output branch, so keys, order and omissions are
 * a stored form: roots by generation, intermediates by mesh, and neither destroyed roots nor
 * intermediates out of use. Two passes with the same ledger must give the same bytes, or each
 * would make a commit. */
#include "pki/inspect.h"

#include "base/clock.h"
#include "base/text.h"
#include "pki/certificate.h"
#include "pki/openssl.h"
#include <stdlib.h>
#include <string.h>

static int read_fact(struct trust_fact *out, const char *pem, struct arena *arena, struct err *err)
{
    AUTO(X509_free) X509 *cert = NULL;
    struct certificate_facts facts;

    if (certificate_read(&cert, "a certificate in the state", pem, strlen(pem), err) < 0
        || certificate_facts(&facts, cert, arena, err) < 0)
        return -1;
    *out = (struct trust_fact){
        .name = facts.name,
        .subject = facts.subject,
        .fingerprint = facts.id,
        .serial = facts.serial,
        .key = facts.key,
        .not_before = facts.not_before,
        .not_after = facts.not_after,
    };
    return 0;
}

static int add_root(struct trust_facts *out, const struct ledger_root *row, struct arena *arena,
                    struct err *err)
{
    struct trust_fact fact;

    if (read_fact(&fact, row->cert_pem, arena, err) < 0)
        return -1;
    fact.state = row->state;
    fact.generation = row->generation;
    fact.mesh = fact.cluster = "";
    fact.root = row->id;
    *ARENA_PUSH(arena, out->roots, out->root_count) = fact;
    return 0;
}

static int add_intermediate(struct trust_facts *out, const struct ledger_intermediate *row,
                            struct arena *arena, struct err *err)
{
    struct trust_fact fact;

    if (read_fact(&fact, row->cert_pem, arena, err) < 0)
        return -1;
    fact.state = row->state;
    fact.generation = row->generation;
    fact.mesh = row->mesh;
    fact.cluster = row->cluster;
    fact.root = row->root;
    *ARENA_PUSH(arena, out->intermediates, out->intermediate_count) = fact;
    return 0;
}

static int by_mesh(const void *a, const void *b)
{
    const struct trust_fact *left = a, *right = b;

    return strcmp(left->mesh, right->mesh);
}

static int by_generation(const void *a, const void *b)
{
    const struct trust_fact *left = a, *right = b;

    return (left->generation > right->generation) - (left->generation < right->generation);
}

static void add_rotation(struct trust_facts *out, const struct ledger_rotation *row)
{
    const bool rests =
        !row || row->state == ROTATION_NOT_ROTATING || row->state == ROTATION_FINISHED;

    out->rotation = row ? row->id : "";
    out->step = rests ? 0 : row->step;
    out->deployed = row ? row->deployed_root : "";
}

int inspect_trust(struct trust_facts *out, const struct ledger *ledger, const char *virtual_mesh,
                  struct arena *arena, struct err *err)
{
    *out = (struct trust_facts){ 0 };
    for (const struct ledger_root *row = ledger->roots; row; row = row->next)
        if (row->state != KEY_DESTROYED && text_equal(row->virtual_mesh, virtual_mesh)
            && add_root(out, row, arena, err) < 0)
            return err_wrap(err, "inspect the roots of virtual mesh %s", virtual_mesh);
    for (const struct ledger_intermediate *row = ledger->intermediates; row; row = row->next)
        if (row->state == KEY_ACTIVE && text_equal(row->virtual_mesh, virtual_mesh)
            && add_intermediate(out, row, arena, err) < 0)
            return err_wrap(err, "inspect the intermediates of virtual mesh %s", virtual_mesh);
    add_rotation(out, ledger_find_rotation(ledger, virtual_mesh));
    if (out->root_count > 0)
        qsort(out->roots, out->root_count, sizeof *out->roots, by_generation);
    if (out->intermediate_count > 0)
        qsort(out->intermediates, out->intermediate_count, sizeof *out->intermediates, by_mesh);
    return 0;
}

static void set_fact(struct node *node, const struct trust_fact *fact, struct arena *arena)
{
    node_set_text(arena, node, "name", fact->name);
    node_set_text(arena, node, "fingerprint", fact->fingerprint);
    node_set_text(arena, node, "serial", fact->serial);
    node_set_text(arena, node, "key", fact->key);
    node_set_text(arena, node, "notBefore", clock_text(fact->not_before, arena));
    node_set_text(arena, node, "notAfter", clock_text(fact->not_after, arena));
}

static void set_rotation(struct node *node, const struct trust_facts *facts, struct arena *arena)
{
    node_set_text(arena, node, "id", facts->rotation);
    node_set(node, "step", node_int(arena, facts->step));
    node_set_text(arena, node, "deployed", facts->deployed);
}

struct node *inspect_node(const struct trust_facts *facts, struct arena *arena)
{
    struct node *node = node_map(arena), *list;

    if (facts->root_count + facts->intermediate_count == 0)
        return NULL;
    list = node_set(node, "roots", node_list(arena));
    for (size_t i = 0; i < facts->root_count; i++) {
        struct node *root = node_add(list, node_map(arena));

        node_set_text(arena, root, "state", enums_name(&key_states, (int)facts->roots[i].state));
        set_fact(root, &facts->roots[i], arena);
    }
    list = node_set(node, "intermediates", node_list(arena));
    for (size_t i = 0; i < facts->intermediate_count; i++) {
        const struct trust_fact *fact = &facts->intermediates[i];
        struct node *one = node_add(list, node_map(arena));

        node_set_text(arena, one, "mesh", fact->mesh);
        node_set_text(arena, one, "cluster", fact->cluster);
        node_set_text(arena, one, "root", fact->root);
        set_fact(one, fact, arena);
    }
    if (!text_empty(facts->rotation))
        set_rotation(node_set(node, "rotation", node_map(arena)), facts, arena);
    return node;
}
