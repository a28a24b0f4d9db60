/* state/schema.c - the tables as SQL, one text for each version.  A text that was released never
 * changes.
 *
 * One step leads from each version to the next, and an older file takes all steps in one
 * transaction (store.c). A step that was released never changes, as files made by it exist; tests
 * keep such files. Two marks in the header of the file say whose it is (application_id) and how
 * old (user_version). They are bytes that anyone can set, so a version that was set back, to make
 * a sealed state pass for one of a time before seals, is recognised by the table of seals. */
#include "state/schema.h"

#include <assert.h>

/* STRICT tables refuse values of a wrong type (SQLite 3.37).  Rows keep the order in which they
 * came: rowid. */
static const char schema_1[] =
    "CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;"
    "CREATE TABLE roots ("
    " id TEXT NOT NULL CHECK (id <> ''), virtual_mesh TEXT NOT NULL, generation INTEGER NOT NULL,"
    " state TEXT NOT NULL, source TEXT NOT NULL, cert_pem TEXT NOT NULL, chain_pem TEXT NOT NULL,"
    " spki TEXT NOT NULL, not_before INTEGER NOT NULL, not_after INTEGER NOT NULL,"
    " created INTEGER NOT NULL, key BLOB NOT NULL, PRIMARY KEY (id, virtual_mesh)) STRICT;"
    "CREATE TABLE intermediates ("
    " id TEXT NOT NULL CHECK (id <> ''), virtual_mesh TEXT NOT NULL, mesh TEXT NOT NULL,"
    " cluster TEXT NOT NULL, namespace TEXT NOT NULL, root TEXT NOT NULL,"
    " generation INTEGER NOT NULL, state TEXT NOT NULL, cert_pem TEXT NOT NULL,"
    " serial TEXT NOT NULL, spki TEXT NOT NULL, not_before INTEGER NOT NULL,"
    " not_after INTEGER NOT NULL, created INTEGER NOT NULL, key BLOB NOT NULL,"
    " PRIMARY KEY (id, virtual_mesh, mesh)) STRICT;"
    "CREATE TABLE deliveries ("
    " path TEXT PRIMARY KEY CHECK (path <> ''), virtual_mesh TEXT NOT NULL, mesh TEXT NOT NULL,"
    " recipient TEXT NOT NULL, digest TEXT NOT NULL, content TEXT NOT NULL) STRICT;"
    "CREATE TABLE rotations ("
    " virtual_mesh TEXT PRIMARY KEY CHECK (virtual_mesh <> ''), id TEXT NOT NULL,"
    " state TEXT NOT NULL, step INTEGER NOT NULL, old_root TEXT NOT NULL, new_root TEXT NOT NULL,"
    " pending_root TEXT NOT NULL, entered INTEGER NOT NULL, deadline INTEGER NOT NULL,"
    " detail TEXT NOT NULL, deployed_trust TEXT NOT NULL, deployed_root TEXT NOT NULL,"
    " conditions TEXT NOT NULL) STRICT;"
    "CREATE TABLE publications ("
    " repository TEXT NOT NULL CHECK (repository <> ''), branch TEXT NOT NULL,"
    " published_commit TEXT NOT NULL, specs_commit TEXT NOT NULL, inputs TEXT NOT NULL,"
    " counter INTEGER NOT NULL CHECK (counter >= 0), published INTEGER NOT NULL,"
    " PRIMARY KEY (repository, branch)) STRICT;"
    "CREATE TABLE statuses ("
    " virtual_mesh TEXT PRIMARY KEY CHECK (virtual_mesh <> ''), state TEXT NOT NULL,"
    " digest TEXT NOT NULL, json TEXT NOT NULL, updated INTEGER NOT NULL) STRICT;"
    "CREATE TABLE runs ("
    " id INTEGER PRIMARY KEY, started INTEGER NOT NULL, finished INTEGER NOT NULL,"
    " result TEXT NOT NULL, specs_commit TEXT NOT NULL, output_commit TEXT NOT NULL,"
    " message TEXT NOT NULL) STRICT;";

/* What an intermediate was made with, what a delivery carries, and which workloads were restarted
 * for which trust. */
static const char schema_2[] =
    "ALTER TABLE intermediates ADD COLUMN options TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE deliveries ADD COLUMN mark TEXT NOT NULL DEFAULT '';"
    "CREATE TABLE restarts ("
    " virtual_mesh TEXT NOT NULL CHECK (virtual_mesh <> ''), mesh TEXT NOT NULL,"
    " epoch TEXT NOT NULL, kind TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL,"
    " restarted INTEGER NOT NULL, settled INTEGER NOT NULL,"
    " PRIMARY KEY (virtual_mesh, mesh, epoch, kind, namespace, name)) STRICT;";

/* The MAC of each row, and of each table as a whole; state/seal.c fills them in.  A pass after this
 * step is not idle: what it publishes says that the state has MACs (app/pass/takeover.c). */
#define ADD_MAC(table) "ALTER TABLE " table " ADD COLUMN mac BLOB NOT NULL DEFAULT x'';"
static const char schema_3[] =
    "ALTER TABLE deliveries ADD COLUMN content_digest TEXT NOT NULL DEFAULT '';"
    "UPDATE publications SET inputs = '';" ADD_MAC("roots") ADD_MAC("intermediates")
        ADD_MAC("deliveries") ADD_MAC("rotations") ADD_MAC("publications") ADD_MAC("statuses")
            ADD_MAC("restarts") ADD_MAC("facts") ADD_MAC(
                "runs") "CREATE TABLE seals ("
                        " name TEXT PRIMARY KEY CHECK (name <> ''), counter INTEGER NOT NULL,"
                        " row_count INTEGER NOT NULL, mac BLOB NOT NULL) STRICT;";

/* [n] leads from version n to n + 1. */
static const char *const schema_steps[] = { schema_1, schema_2, schema_3 };
static_assert(LENGTH(schema_steps) == SCHEMA_VERSION, "every version has its step");

static int foreign(const struct sql *sql, struct err *err)
{
    return err_set(err, ERR_REFUSED, 0,
                   "the file %s is an SQLite database, but not a state of weft: state.path must "
                   "name a file of its own",
                   sql->path);
}

static int newer(const struct sql *sql, int64_t version, struct err *err)
{
    return err_set(err, ERR_REFUSED, 0,
                   "the state file %s was written by a newer weft (schema %lld; this program knows "
                   "%d): use the newer program.  The file was not changed",
                   sql->path, (long long)version, SCHEMA_VERSION);
}

int schema_check(enum schema_age *out, const struct sql *sql, struct err *err)
{
    int64_t owner, version, tables, sealed = 0;

    if (sql_int(&tables, sql, "SELECT count(*) FROM sqlite_schema", err) < 0
        || sql_int(&owner, sql, "PRAGMA application_id", err) < 0
        || sql_int(&version, sql, "PRAGMA user_version", err) < 0)
        return -1;
    *out = SCHEMA_EMPTY;
    if (owner == 0 && version == 0 && tables == 0)
        return 0;
    if (owner != SCHEMA_OWNER)
        return foreign(sql, err);
    if (version < 1)
        return sql_damaged(sql, 0, "it has no schema version", err);
    if (version > SCHEMA_VERSION)
        return newer(sql, version, err);
    if (version < SCHEMA_SEALED
        && sql_int(&sealed, sql, "SELECT count(*) FROM sqlite_schema WHERE name = 'seals'", err)
               < 0)
        return -1;
    if (sealed)
        return sql_damaged(sql, 0, "its schema version was set back", err);
    *out = version < SCHEMA_VERSION ? SCHEMA_OLDER : SCHEMA_CURRENT;
    return 0;
}

int schema_upgrade(const struct sql *sql, struct err *err)
{
    char pragmas[80];
    int64_t version;

    if (sql_int(&version, sql, "PRAGMA user_version", err) < 0)
        return -1;
    for (; version < SCHEMA_VERSION; version++)
        if (sql_exec(sql, schema_steps[version], err) < 0)
            return err_wrap(err, "make version %lld of the state's tables", (long long)version + 1);
    sqlite3_snprintf(sizeof pragmas, pragmas, "PRAGMA application_id=%d; PRAGMA user_version=%d",
                     SCHEMA_OWNER, SCHEMA_VERSION);
    return sql_exec(sql, pragmas, err);
}
