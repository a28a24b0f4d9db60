/* state/tables.c - the description of every table.  Data only; rows.c walks it.
 *
 * A stored form: rows' MACs cover these columns, together with the schema's version, so a change
 * here needs a new version in schema.c. `keys` is how many leading columns identify a row. Runs
 * are pruned to the last thousand, of which twenty are loaded. */
#include "state/tables.h"

#include <stddef.h>

/* clang-format off */
#define TEXT(row, field) { #field, COLUMN_TEXT, offsetof(struct row, field), NULL }
#define TIME(row, field) { #field, COLUMN_INT64, offsetof(struct row, field), NULL }
#define TABLE(name_, list_, row) \
    .name = name_, .list = offsetof(struct ledger, list_), .size = sizeof(struct row), \
    .next = offsetof(struct row, next), .changed = offsetof(struct row, changed)

const struct table tables[] = {
    { TABLE("roots", roots, ledger_root), .keys = 2, .count = 12, .columns = {
        TEXT(ledger_root, id),
        TEXT(ledger_root, virtual_mesh),
        { "generation", COLUMN_UINT32, offsetof(struct ledger_root, generation), NULL },
        { "state", COLUMN_ENUM, offsetof(struct ledger_root, state), &key_states },
        { "source", COLUMN_ENUM, offsetof(struct ledger_root, origin), &root_origins },
        TEXT(ledger_root, cert_pem),
        TEXT(ledger_root, chain_pem),
        TEXT(ledger_root, spki),
        TIME(ledger_root, not_before),
        TIME(ledger_root, not_after),
        TIME(ledger_root, created),
        { "key", COLUMN_SEALED, offsetof(struct ledger_root, key), NULL } } },
    { TABLE("intermediates", intermediates, ledger_intermediate), .keys = 3, .count = 16, .columns = {
        TEXT(ledger_intermediate, id),
        TEXT(ledger_intermediate, virtual_mesh),
        TEXT(ledger_intermediate, mesh),
        TEXT(ledger_intermediate, cluster),
        TEXT(ledger_intermediate, namespace),
        TEXT(ledger_intermediate, root),
        { "generation", COLUMN_UINT32, offsetof(struct ledger_intermediate, generation), NULL },
        { "state", COLUMN_ENUM, offsetof(struct ledger_intermediate, state), &key_states },
        TEXT(ledger_intermediate, cert_pem),
        TEXT(ledger_intermediate, serial),
        TEXT(ledger_intermediate, spki),
        TIME(ledger_intermediate, not_before),
        TIME(ledger_intermediate, not_after),
        TIME(ledger_intermediate, created),
        { "key", COLUMN_SEALED, offsetof(struct ledger_intermediate, key), NULL },
        TEXT(ledger_intermediate, options) } },
    { TABLE("deliveries", deliveries, ledger_delivery), .keys = 1, .count = 8,
      .gone = offsetof(struct ledger_delivery, gone),
      .damaged = offsetof(struct ledger_delivery, damaged), .columns = {
        TEXT(ledger_delivery, path),
        TEXT(ledger_delivery, virtual_mesh),
        TEXT(ledger_delivery, mesh),
        { "recipient", COLUMN_RECIPIENT, offsetof(struct ledger_delivery, recipient), &recipient_kinds },
        TEXT(ledger_delivery, digest),
        { "content", COLUMN_CONTENT, offsetof(struct ledger_delivery, content), NULL },
        { "content_digest", COLUMN_DIGEST, offsetof(struct ledger_delivery, content_digest), NULL },
        TEXT(ledger_delivery, mark) } },
    { TABLE("rotations", rotations, ledger_rotation), .keys = 1, .count = 13, .columns = {
        TEXT(ledger_rotation, virtual_mesh),
        TEXT(ledger_rotation, id),
        { "state", COLUMN_ENUM, offsetof(struct ledger_rotation, state), &rotation_states },
        { "step", COLUMN_INT, offsetof(struct ledger_rotation, step), NULL },
        TEXT(ledger_rotation, old_root),
        TEXT(ledger_rotation, new_root),
        TEXT(ledger_rotation, pending_root),
        TIME(ledger_rotation, entered),
        TIME(ledger_rotation, deadline),
        TEXT(ledger_rotation, detail),
        TEXT(ledger_rotation, deployed_trust),
        TEXT(ledger_rotation, deployed_root),
        TEXT(ledger_rotation, conditions) } },
    { TABLE("publications", publications, ledger_publication), .keys = 2, .count = 7, .columns = {
        TEXT(ledger_publication, repository),
        TEXT(ledger_publication, branch),
        { "published_commit", COLUMN_TEXT, offsetof(struct ledger_publication, commit), NULL },
        TEXT(ledger_publication, specs_commit),
        TEXT(ledger_publication, inputs),
        { "counter", COLUMN_UINT64, offsetof(struct ledger_publication, counter), NULL },
        TIME(ledger_publication, published) } },
    { TABLE("statuses", statuses, ledger_status), .keys = 1, .count = 5,
      .gone = offsetof(struct ledger_status, gone), .columns = {
        TEXT(ledger_status, virtual_mesh),
        { "state", COLUMN_ENUM, offsetof(struct ledger_status, state), &approval_states },
        TEXT(ledger_status, digest),
        TEXT(ledger_status, json),
        TIME(ledger_status, updated) } },
    { TABLE("restarts", restarts, ledger_restart), .keys = 6, .count = 8,
      .gone = offsetof(struct ledger_restart, gone), .columns = {
        TEXT(ledger_restart, virtual_mesh),
        TEXT(ledger_restart, mesh),
        TEXT(ledger_restart, epoch),
        TEXT(ledger_restart, kind),
        TEXT(ledger_restart, namespace),
        TEXT(ledger_restart, name),
        { "restarted", COLUMN_INT64, offsetof(struct ledger_restart, at), NULL },
        { "settled", COLUMN_INT, offsetof(struct ledger_restart, settled), NULL } } },
    { TABLE("facts", facts, ledger_fact), .keys = 1, .count = 2, .columns = {
        TEXT(ledger_fact, name),
        TEXT(ledger_fact, value) },
      .own = "key_id" },
    { TABLE("runs", runs, ledger_run), .keys = 1, .count = 7, .columns = {
        { "id", COLUMN_NUMBER, offsetof(struct ledger_run, row), NULL },
        TIME(ledger_run, started),
        TIME(ledger_run, finished),
        { "result", COLUMN_ENUM, offsetof(struct ledger_run, result), &run_results },
        TEXT(ledger_run, specs_commit),
        TEXT(ledger_run, output_commit),
        TEXT(ledger_run, message) },
      .order = "id DESC", .most = 20,
      .prune = "id <= (SELECT max(id) FROM runs) - 1000" },
};
/* clang-format on */
const size_t table_count = LENGTH(tables);
