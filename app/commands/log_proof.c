/* app/commands/log_proof.c - an inclusion proof (RFC 9162, 2.1.3) out of the certificate log of
 * weft's newest commit.  Reads no state and no key.
 *
 * A proof needs every leaf of the tree, so the whole log is read and hashed, linear in the
 * certificates ever issued; what is printed is logarithmic. The serial is found by its first
 * digits, as "git show" finds a commit, but at least four, and several certificates that begin
 * with them are an error: a proof of another certificate than the one that was meant would be
 * worse than none. */
#include "app/commands/log_proof.h"
#include "api/own_document.h"
#include "app/audit/certificate_log.h"
#include "app/commands/branch_view.h"
#include "app/commands/command.h"
#include "base/base64.h"
#include "base/merkle.h"
#include "base/parse_json.h"
#include "base/write_json.h"
#include "sync/snapshot.h"
#include <string.h>

enum { SERIAL_MIN = 4 };

bool log_proof_serial(const char *option, const char *value)
{
    if (strlen(value) >= SERIAL_MIN && hex_is_plain(value, strlen(value)))
        return true;
    fprintf(stderr,
            "weft: --%s: write at least %d digits of a serial or fingerprint, in hexadecimal and "
            "lower case, as \"weft trust inspect\" shows them\n",
            option, SERIAL_MIN);
    return false;
}

/* A line that is not JSON stays a leaf and is never the one that is asked for. */
static bool is_asked(const char *entry, const char *wanted, struct arena *arena)
{
    const struct node *root;
    struct err err;
    const char *serial, *certificate;

    if (parse_json(&root, entry, strlen(entry), arena, &err) < 0)
        return false;
    serial = node_get(root, "serial", NULL);
    certificate = node_get(root, "certificate", NULL);
    return (serial && text_starts(serial, wanted))
           || (certificate && text_starts(certificate, arena_printf(arena, "sha256:%s", wanted)));
}

/* The newest entry of the certificate: it has several when its virtual mesh was renamed. */
static int find_entry(size_t *out, const struct certificate_log *log, const char *wanted,
                      struct err *err)
{
    const char *first = NULL;

    for (size_t i = 0; i < log->count; i++) {
        const size_t name = strcspn(log->entries[i], ",");

        if (!is_asked(log->entries[i], wanted, log->arena))
            continue;
        if (first && strncmp(first, log->entries[i], name + 1) != 0)
            return err_set(err, ERR_INPUT, 0,
                           "several certificates of the log begin with %s: write more digits",
                           wanted);
        first = log->entries[i];
        *out = i;
    }
    if (first)
        return 0;
    return err_set(err, ERR_INPUT, 0,
                   log->count
                       ? "no certificate of the log begins with %s"
                       : "the branch has no certificate log yet, so %s is not in it: the next "
                         "pass that publishes begins one",
                   wanted);
}

static const char *hash_text(const struct sha256 *hash, struct arena *arena)
{
    char hex[2 * sizeof hash->bytes + 1];

    hex_encode(hex, hash->bytes, sizeof hash->bytes);
    return arena_text(arena, hex);
}

static struct node *proof_node(const struct certificate_log *log, size_t index)
{
    struct arena *arena = log->arena;
    const struct sha256 *leaves = certificate_log_leaves(log);
    const struct sha256 root = merkle_root(leaves, log->count);
    struct node *node = own_document("CertificateProof", arena), *part;
    struct sha256 path[MERKLE_PATH_MAX];
    const size_t len = merkle_path(path, leaves, log->count, index);

    part = node_set(node, "log", node_map(arena));
    node_set_int(arena, part, "size", (int64_t)log->count);
    node_set_text(arena, part, "root", hash_text(&root, arena));
    node_set_int(arena, node, "index", (int64_t)index);
    node_set_text(arena, node, "entry", log->entries[index]);
    node_set_text(arena, node, "leaf", hash_text(&leaves[index], arena));
    part = node_set(node, "path", node_list(arena));
    for (size_t i = 0; i < len; i++)
        node_add(part, node_string(arena, hash_text(&path[i], arena)));
    return node;
}

static int prove(struct text *out, struct branch_view *view, const char *wanted, struct err *err)
{
    AUTO(snapshot_close) struct snapshot *ours = NULL;
    const struct config_output *output = &view->session.config->output;
    struct arena *arena = view->session.arena;
    struct tree_reader reader;
    struct certificate_log log;
    struct node *node;
    size_t index = 0;

    if (snapshot_find_ours(&ours, view->inputs.output_clone, view->inputs.output_tip, NULL, NULL,
                           err)
        < 0)
        return -1;
    if (!ours)
        return err_set(err, ERR_INPUT, 0, "branch %s has no commit of weft", output->branch);
    reader = snapshot_reader(ours, output->path, arena);
    if (certificate_log_load(&log, &reader, arena, err) < 0
        || find_entry(&index, &log, wanted, err) < 0)
        return -1;
    node = proof_node(&log, index);
    node_set_text(arena, node, "branch", output->branch);
    node_set_text(arena, node, "commit", arena_text(arena, snapshot_commit(ours)));
    write_json(out, node, true);
    return 0;
}

int log_proof_main(const struct options *options)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    AUTO_TEXT out = { 0 };
    struct config config;
    struct err err;
    int status;

    if (!log_proof_serial("proof", options->proof))
        return EXIT_USAGE;
    if (!command_config(&config, options, arena, &status))
        return status;
    AUTO_SCRATCH scratch = scratch_open(&config, arena);
    AUTO_VIEW view = { 0 };

    if (branch_view_open(&view, &config, options, arena, &err) < 0
        || prove(&out, &view, options->proof, &err) < 0)
        return command_failed(&err);
    return command_print(&out);
}
