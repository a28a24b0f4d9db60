/* app/key_threats.c - the threat table of a configuration.  The sentences are those of
 * docs/delivery.md; nothing here is secret, so the table can be shown to auditors. */
#include "app/key_threats.h"

#include "app/escrow_folder.h"
#include "base/text.h"
#include "delivery/escrow.h"
#include "delivery/method.h"
#include "pki/secret_file.h"
#include <assert.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const kind_names[] = { "state-key", "root",       "escrow",     "intermediate",
                                          "recipient", "credential", "signing-key" };
static_assert(LENGTH(kind_names) == THREAT_SIGNING_KEY + 1, "every kind has a name");
const struct enum_table key_threat_kinds = ENUM_TABLE(kind_names);

struct finding_out {
    struct key_threats *out;
    const struct config *config;
    const struct ledger *ledger;
    struct arena *arena;
};

static struct key_threat *add(struct finding_out *f, enum key_threat_kind kind, const char *of)
{
    struct key_threat *threat = ARENA_PUSH(f->arena, f->out->list, f->out->count);

    *threat = (struct key_threat){ .kind = kind, .of = of, .where = "", .readers = "", .cost = "" };
    return threat;
}

/* Who can read a file by its owner and mode. */
static const char *readers_of(bool *exposed, const char *path, struct arena *arena)
{
    struct stat st;
    struct err err;

    if (stat(path, &st) < 0)
        return "the file is not here";
    *exposed = secret_file_check_mode(&st, "key", path, &err) < 0;
    return arena_printf(arena, "uid %u (mode %04o)%s", (unsigned)st.st_uid,
                        (unsigned)st.st_mode & 07777U, *exposed ? ", and other users" : "");
}

static void add_file(struct finding_out *f, enum key_threat_kind kind, const char *field,
                     const char *path, const char *cost)
{
    struct key_threat *threat;

    if (text_empty(path))
        return;
    threat = add(f, kind, field);
    threat->where = path;
    threat->readers = readers_of(&threat->exposed, path, f->arena);
    threat->cost = cost;
}

/* --- what the state holds --- */

static void add_escrow(struct finding_out *f, const struct ledger_root *root)
{
    const struct escrow_folder folder = escrow_folder_of(f->config, f->arena);
    const char *path = escrow_folder_file(&folder, root->id, f->arena);
    const bool there = access(path, F_OK) == 0;
    struct key_threat *threat;
    AUTO_TEXT readers = { 0 };

    if (!there && !folder.recipient_count)
        return;
    for (size_t i = 0; i < folder.recipient_count; i++)
        text_addf(&readers, "%s%s", i ? "; " : "", folder.recipients[i]);
    threat = add(f, THREAT_ESCROW, root->virtual_mesh);
    threat->where = there ? path : arena_printf(f->arena, "%s (the next pass writes it)", path);
    threat->readers = readers.len ? arena_text(f->arena, readers.bytes)
                                  : "the recipients that recipients.txt beside it lists";
    threat->until = root->not_after;
    threat->cost = "as the root, for holders of an identity of these recipients";
}

/* A CA whose key never was here. */
static void add_vault_ca(struct finding_out *f, const struct ledger_root *root)
{
    const struct ledger_rotation *row = ledger_find_rotation(f->ledger, root->virtual_mesh);
    const struct vault_ca *place = row && row->deployed ? row->deployed->vault : NULL;
    struct key_threat *threat;

    if (root->origin != ORIGIN_VAULT || root->state == KEY_DESTROYED)
        return;
    threat = add(f, THREAT_ROOT, root->virtual_mesh);
    threat->where = arena_printf(f->arena, "Vault %s, %s (%.16s, %s)", place ? place->server : "",
                                 place ? place->ca_path : "", root->id,
                                 enums_name(&key_states, (int)root->state));
    threat->readers = "Vault's own storage and its operators; holders of a token whose policy "
                      "allows sign-intermediate, among them weft, can make a CA under it";
    threat->until = root->not_after;
    threat->cost = "any identity in every cluster of the virtual mesh: make another issuer the "
                   "mount's default, so that a rotation to it begins";
}

static void add_root(struct finding_out *f, const struct ledger_root *root)
{
    const bool copy = f->config->escrow.age_recipient_count > 0;
    struct key_threat *threat;

    if (!escrow_wanted(root))
        return;
    threat = add(f, THREAT_ROOT, root->virtual_mesh);
    threat->where =
        arena_printf(f->arena, "%s, sealed (%.16s, %s)%s%s", f->config->state_path, root->id,
                     enums_name(&key_states, (int)root->state),
                     root->origin == ORIGIN_GIVEN ? "; where the given root comes from" : "",
                     copy ? "" : "; no copy in escrow");
    threat->readers = "holders of the state and the state key";
    threat->until = root->not_after;
    threat->cost = arena_printf(f->arena,
                                "any identity in every cluster of the virtual mesh: weft rotation "
                                "start %s --compromised",
                                root->virtual_mesh);
    add_escrow(f, root);
}

static const char *delivered_where(const struct finding_out *f,
                                   const struct ledger_intermediate *row)
{
    const char *copies = config_delivery(f->config, row->cluster)->exposure.copies;

    return arena_printf(f->arena, "Secret %s/cacerts in cluster %s%s%s%s", row->namespace,
                        row->cluster, copies ? "; " : "", copies ? copies : "",
                        row->key.len ? "; the state, sealed" : "");
}

static const char *delivered_readers(const struct finding_out *f,
                                     const struct ledger_intermediate *row)
{
    return arena_printf(f->arena, "readers of that Secret and of the cluster's etcd; %s",
                        config_delivery(f->config, row->cluster)->exposure.holders);
}

static void add_intermediate(struct finding_out *f, const struct ledger_intermediate *row)
{
    struct key_threat *threat;

    if (row->state != KEY_ACTIVE && row->key.len == 0)
        return;
    threat = add(f, THREAT_INTERMEDIATE,
                 arena_printf(f->arena, "%s %s", row->virtual_mesh, row->cluster));
    threat->where = delivered_where(f, row);
    threat->readers = delivered_readers(f, row);
    threat->until = row->not_after;
    threat->cost = "any identity in every cluster of the virtual mesh until it ends or its root is "
                   "no longer trusted";
}

/* --- what the configuration names --- */

static void add_recipient(struct finding_out *f, const struct config_cluster *cluster)
{
    const struct delivery_exposure *exposure = &delivery_method_of(cluster->delivery)->exposure;
    struct key_threat *threat;

    if (!exposure->keys)
        return;
    threat = add(f, THREAT_RECIPIENT, cluster->name);
    threat->cost = "each intermediate that was ever encrypted for it, while it is valid";
    threat->where = exposure->keys;
    threat->readers = exposure->key_readers;
}

static void add_auth(struct finding_out *f, const char *name, const struct config_auth *auth,
                     const char *cost)
{
    add_file(f, THREAT_CREDENTIAL, arena_printf(f->arena, "%s.auth.passwordFile", name),
             auth->password_file, cost);
    add_file(f, THREAT_CREDENTIAL, arena_printf(f->arena, "%s.auth.sshKeyFile", name),
             auth->ssh_key_file, cost);
}

static void add_server(struct finding_out *f, const char *of, const struct config_server *server,
                       const char *cost)
{
    struct key_threat *threat;

    add_file(f, THREAT_CREDENTIAL, of, server->kubeconfig, cost);
    if (!server->in_cluster)
        return;
    threat = add(f, THREAT_CREDENTIAL, of);
    threat->where = "the token of the Pod's ServiceAccount";
    threat->readers = "the Pod, and the node that it runs on";
    threat->cost = cost;
}

static void add_cluster(struct finding_out *f, const struct config_cluster *cluster)
{
    add_recipient(f, cluster);
    add_server(f, arena_printf(f->arena, "cluster %s", cluster->name), &cluster->server,
               delivery_method_of(cluster->delivery)->writes
                   ? "cacerts of the cluster can be written, with another CA; the rights of its "
                     "account there"
                   : "the rights of its account in the cluster");
}

static void add_vault_login(struct finding_out *f, const struct config_vault *vault)
{
    const char *cost = arena_printf(f->arena,
                                    "the rights of its policy in Vault %s: an intermediate for any "
                                    "identity of the virtual mesh",
                                    vault->server);

    add_file(f, THREAT_CREDENTIAL, "pki.vault[].tokenFile", vault->token_file, cost);
    add_file(f, THREAT_CREDENTIAL, "pki.vault[].appRole.secretIdFile",
             vault->app_role.secret_id_file, cost);
    if (!vault->account_folder)
        return;
    add_file(f, THREAT_CREDENTIAL, "pki.vault[].serviceAccountFolder",
             arena_printf(f->arena, "%s/token", vault->account_folder), cost);
}

void key_threats_find(struct key_threats *out, const struct config *config,
                      const struct ledger *ledger, struct arena *arena)
{
    struct finding_out f = { out, config, ledger, arena };

    *out = (struct key_threats){ .count = 0 };
    add_file(&f, THREAT_STATE_KEY, "state.keyFile", config->state_key_file,
             "with the state: every root below.  weft state rekey, and a rotation of each root "
             "with --compromised if the state leaked as well");
    for (const struct ledger_root *row = ledger->roots; row; row = row->next)
        add_root(&f, row);
    for (const struct ledger_root *row = ledger->roots; row; row = row->next)
        add_vault_ca(&f, row);
    for (const struct ledger_intermediate *row = ledger->intermediates; row; row = row->next)
        add_intermediate(&f, row);
    for (size_t i = 0; i < config->cluster_count; i++)
        add_cluster(&f, &config->clusters[i]);
    add_server(&f, "management", &config->management.server,
               "the rights of its account in the management cluster; given roots, if it may read "
               "their Secrets");
    add_auth(&f, "specs", &config->specs.auth,
             "what it may do in the specs repository: read the specs, or write them");
    add_auth(&f, "output", &config->output.auth,
             "manifests of every cluster can be written to the output branch");
    add_auth(&f, "inventory", &config->inventory.auth,
             "what clusters are said to have can be written, until the next pass finds the change");
    add_file(&f, THREAT_CREDENTIAL, "output.pullRequest.app.privateKeyFile",
             config->output.pull.app.key_file,
             "all that the GitHub App may do, in each repository that it is installed in");
    add_file(&f, THREAT_CREDENTIAL, "output.oci.auth.passwordFile",
             config->output.oci.password_file,
             "manifests of every cluster that applies artifacts can be pushed to the registry");
    for (size_t i = 0; i < config->vault_count; i++)
        add_vault_login(&f, &config->vaults[i]);
    add_file(&f, THREAT_SIGNING_KEY, "output.signing.sshKey", config->output.signing_key,
             "commits can be signed in weft's name");
}
