/* state/seal.c - MACs over rows and tables.  Knows no key, only a function that computes a MAC; the
 * caller decides what happens to a file that does not fit.
 *
 * A row's MAC covers the schema's version, the table's name, the rowid (rows are loaded in that
 * order) and every column as SQLite holds it: its type, its length, its bytes.  So a value cannot
 * move to another column, row or table, NULL is not "", and 1 is not "1".
 *
 * A MAC over one row cannot show that another row is missing, or that this one came back from an
 * older file.  Therefore a table is sealed as a set: the sum, modulo 2^128, of an element of each
 * row (MSet-Add-Hash of Clarke et al., Asiacrypt 2003), which costs a save only the rows that it
 * changes.  One HMAC gives both: its first half is the MAC that is stored with the row, its second
 * half the element. Elements never leave the process: with them an attacker could search for
 * another set with the same sum; what is stored is a MAC over the sum, the number of rows and the
 * counter of saves.  The seal of the schema covers those of all tables, so tables of different
 * times, or of two states that parted, do not go together. */
#include "state/seal.h"

#include "base/digest.h"
#include "base/memory.h"
#include "state/schema.h"

#include <assert.h>
#include <endian.h>
#include <string.h>

/* What a MAC is for: its first byte. */
enum { FOR_ROW = 'R', FOR_TABLE = 'T' };

static const char schema_name[] = "sqlite_schema"; /* the seal of the tables themselves */

static void add_number(struct text *out, uint64_t number)
{
    const uint64_t big = htobe64(number);

    text_add(out, (const char *)&big, sizeof big);
}

static void add_head(struct text *out, char purpose, const char *table)
{
    text_clear(out);
    text_addc(out, purpose);
    add_number(out, SCHEMA_VERSION);
    text_add(out, table, strlen(table) + 1);
}

/* Type, length, bytes: no two rows read the same. */
static void add_value(struct text *out, sqlite3_value *value)
{
    int type = sqlite3_value_type(value);
    const void *bytes = NULL;
    size_t len = 0;

    text_addc(out, (char)type);
    if (type == SQLITE_INTEGER) {
        add_number(out, (uint64_t)sqlite3_value_int64(value));
        return;
    }
    if (type != SQLITE_NULL) { /* of a number with a point its text: weft stores none */
        bytes = type == SQLITE_BLOB ? sqlite3_value_blob(value)
                                    : (const void *)sqlite3_value_text(value);
        len = (size_t)sqlite3_value_bytes(value);
    }
    add_number(out, len);
    if (len && !bytes)
        memory_out();
    if (len)
        text_add(out, bytes, len);
}

static bool compute(struct seal *seal, unsigned char out[SEAL_MAC])
{
    return seal->key->mac(seal->key->context, out, seal->work.bytes, seal->work.len, &seal->failure)
           == 0;
}

static void sum_add(unsigned char *sum, const unsigned char *element)
{
    unsigned carry = 0;

    for (size_t i = SEAL_HALF; i-- > 0;) {
        carry += (unsigned)sum[i] + element[i];
        sum[i] = (unsigned char)carry;
        carry >>= 8;
    }
}

static void sum_subtract(unsigned char *sum, const unsigned char *element)
{
    unsigned borrow = 0;

    for (size_t i = SEAL_HALF; i-- > 0;) {
        unsigned take = element[i] + borrow;

        borrow = sum[i] < take;
        sum[i] = (unsigned char)(sum[i] - take);
    }
}

static void fail(sqlite3_context *context, const struct seal *seal)
{
    sqlite3_result_error(context, seal->failure.text, -1);
}

/* The row of these arguments (number of its table, rowid, columns) joins its table (change 1) or
 * leaves it (-1).  out begins with its MAC. */
static bool count(struct seal *seal, unsigned char out[SEAL_MAC], int argc, sqlite3_value **argv,
                  int change)
{
    const size_t table = (size_t)sqlite3_value_int(argv[0]);
    struct seal_sum *sum = &seal->sums[table];

    assert(table < table_count); /* the functions are SQLITE_DIRECTONLY: rows.c writes the number */
    add_head(&seal->work, FOR_ROW, tables[table].name);
    for (int i = 1; i < argc; i++)
        add_value(&seal->work, argv[i]);
    if (!compute(seal, out))
        return false;
    sum->rows += change;
    (change > 0 ? sum_add : sum_subtract)(sum->bytes, out + SEAL_HALF);
    return true;
}

static void sql_mac(sqlite3_context *context, int argc, sqlite3_value **argv)
{
    struct seal *seal = sqlite3_user_data(context);
    unsigned char out[SEAL_MAC];

    if (count(seal, out, argc, argv, 1))
        sqlite3_result_blob(context, out, SEAL_HALF, SQLITE_TRANSIENT);
    else
        fail(context, seal);
}

static bool same_mac(const unsigned char *a, const unsigned char *b, size_t len)
{
    unsigned char differs = 0;

    for (size_t i = 0; i < len; i++)
        differs |= a[i] ^ b[i];
    return differs == 0;
}

static void sql_good(sqlite3_context *context, int argc, sqlite3_value **argv)
{
    struct seal *seal = sqlite3_user_data(context);
    unsigned char out[SEAL_MAC];

    if (!count(seal, out, argc - 1, argv + 1, 1))
        fail(context, seal);
    else
        sqlite3_result_int(context, sqlite3_value_bytes(argv[0]) == SEAL_HALF
                                        && same_mac(out, sqlite3_value_blob(argv[0]), SEAL_HALF));
}

static void sql_drop(sqlite3_context *context, int argc, sqlite3_value **argv)
{
    struct seal *seal = sqlite3_user_data(context);
    unsigned char out[SEAL_MAC];

    if (!count(seal, out, argc, argv, -1))
        fail(context, seal);
}

static void sql_digest(sqlite3_context *context, int argc, sqlite3_value **argv)
{
    const void *text = sqlite3_value_text(argv[0]);
    char hex[65];

    (void)argc;
    sha256_hex(hex, text ? text : "", (size_t)sqlite3_value_bytes(argv[0]));
    sqlite3_result_text(context, hex, -1, SQLITE_TRANSIENT);
}

int seal_begin(struct seal *seal, const struct sql *sql, struct err *err)
{
    const struct {
        const char *name;
        void (*call)(sqlite3_context *, int, sqlite3_value **);
    } functions[] = { { "weft_mac", sql_mac },
                      { "weft_good", sql_good },
                      { "weft_drop", sql_drop },
                      { "weft_digest", sql_digest } };

    for (size_t i = 0; i < LENGTH(functions); i++)
        if (sqlite3_create_function(sql->db, functions[i].name, -1, SQLITE_UTF8 | SQLITE_DIRECTONLY,
                                    seal, functions[i].call, NULL, NULL)
            != SQLITE_OK)
            return sql_failed(sql, "open the state", err);
    return 0;
}

void seal_end(struct seal *seal) { text_free(&seal->work); }

void seal_restart(struct seal *seal) { memset(seal->sums, 0, sizeof seal->sums); }

/* --- whole tables --- */

static int table_mac(struct seal *seal, unsigned char out[SEAL_MAC], const char *name,
                     uint64_t counter, const struct seal_sum *sum, struct err *err)
{
    add_head(&seal->work, FOR_TABLE, name);
    add_number(&seal->work, counter);
    add_number(&seal->work, (uint64_t)sum->rows);
    text_add(&seal->work, (const char *)sum->bytes, sizeof sum->bytes);
    if (compute(seal, out))
        return 0;
    *err = seal->failure;
    return -1;
}

/* What SQLite made for itself (sqlite_stat1, indexes of keys) is not weft's, and proves nothing. */
static int sum_schema(struct seal_sum *out, const struct seal *seal, const struct sql *sql,
                      struct err *err)
{
    AUTO(sqlite3_finalize) sqlite3_stmt *query = NULL;
    AUTO_TEXT text = { 0 };
    struct sha256 digest;
    int result;

    *out = (struct seal_sum){ 0 };
    if (sql_prepare(&query, sql,
                    "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema WHERE name "
                    "NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, name",
                    err)
        < 0)
        return -1;
    while ((result = sqlite3_step(query)) == SQLITE_ROW) {
        for (int i = 0; i < 4; i++)
            add_value(&text, sqlite3_column_value(query, i));
        out->rows++;
    }
    for (size_t i = 0; i < table_count; i++)
        text_add(&text, (const char *)seal->macs[i], SEAL_MAC);
    digest = sha256_of(text.bytes, text.len);
    memcpy(out->bytes, digest.bytes, SEAL_MAC);
    return result == SQLITE_DONE ? 0 : sql_failed(sql, "read the state", err);
}

struct stored {
    uint64_t counter;
    int64_t rows;
    unsigned char mac[SEAL_MAC];
};

static int no_seal(const struct sql *sql, const char *name, struct err *err)
{
    char why[200];

    sqlite3_snprintf(sizeof why, why, "table seals: row %s is missing or damaged", name);
    return sql_damaged(sql, 0, why, err);
}

static int read_seal(struct stored *out, const char *name, const struct sql *sql, struct err *err)
{
    AUTO(sqlite3_finalize) sqlite3_stmt *query = NULL;
    int result;

    if (sql_prepare(&query, sql, "SELECT counter, row_count, mac FROM seals WHERE name = ?", err)
        < 0)
        return -1;
    sqlite3_bind_text(query, 1, name, -1, SQLITE_STATIC);
    result = sqlite3_step(query);
    if (result != SQLITE_ROW && result != SQLITE_DONE)
        return sql_failed(sql, "read the state", err);
    if (result == SQLITE_DONE || sqlite3_column_bytes(query, 2) != SEAL_MAC)
        return no_seal(sql, name, err);
    out->counter = (uint64_t)sqlite3_column_int64(query, 0);
    out->rows = sqlite3_column_int64(query, 1);
    memcpy(out->mac, sqlite3_column_blob(query, 2), SEAL_MAC);
    return 0;
}

static int refuse_table(const struct sql *sql, const char *name, const struct stored *stored,
                        const struct seal_sum *sum, struct err *err)
{
    char why[200];

    if (stored->rows != sum->rows)
        sqlite3_snprintf(sizeof why, why,
                         "table %s: has %lld rows, and %lld were written: rows were added or "
                         "deleted",
                         name, (long long)sum->rows, (long long)stored->rows);
    else
        sqlite3_snprintf(sizeof why, why,
                         "table %s: its rows, or its row in table seals, are not those that were "
                         "written last",
                         name);
    return sql_damaged(sql, 0, why, err);
}

static int check(struct seal *seal, const char *name, const struct seal_sum *sum,
                 const struct sql *sql, struct err *err)
{
    struct stored stored = { 0 };
    unsigned char mac[SEAL_MAC];

    if (seal_counter(&seal->counter, sql, err) < 0 || read_seal(&stored, name, sql, err) < 0
        || table_mac(seal, mac, name, seal->counter, sum, err) < 0)
        return -1;
    if (stored.counter == seal->counter && stored.rows == sum->rows
        && same_mac(mac, stored.mac, SEAL_MAC))
        return 0;
    return refuse_table(sql, name, &stored, sum, err);
}

int seal_check(struct seal *seal, const struct table *table, const struct sql *sql, struct err *err)
{
    const size_t i = (size_t)(table - tables);

    if (check(seal, table->name, &seal->sums[i], sql, err) < 0)
        return -1;
    return table_mac(seal, seal->macs[i], table->name, seal->counter, &seal->sums[i], err);
}

int seal_check_schema(struct seal *seal, const struct sql *sql, struct err *err)
{
    struct seal_sum sum;
    int64_t seals;

    if (sql_int(&seals, sql, "SELECT count(*) FROM seals", err) < 0
        || sum_schema(&sum, seal, sql, err) < 0)
        return -1;
    if (seals != (int64_t)table_count + 1)
        return sql_damaged(sql, 0, "table seals: rows were added or deleted", err);
    return check(seal, schema_name, &sum, sql, err);
}

struct sealing {
    struct seal *seal;
    const struct sql *sql;
    sqlite3_stmt *write;
};

static int write_seal(const struct sealing *sealing, unsigned char mac[SEAL_MAC], const char *name,
                      const struct seal_sum *sum, struct err *err)
{
    struct seal *seal = sealing->seal;
    sqlite3_stmt *write = sealing->write;

    if (table_mac(seal, mac, name, seal->counter, sum, err) < 0)
        return -1;
    sqlite3_bind_text(write, 1, name, -1, SQLITE_STATIC);
    sqlite3_bind_int64(write, 2, (int64_t)seal->counter);
    sqlite3_bind_int64(write, 3, sum->rows);
    sqlite3_bind_blob(write, 4, mac, SEAL_MAC, SQLITE_STATIC);
    if (sqlite3_step(write) != SQLITE_DONE)
        return sql_failed(sealing->sql, "write the state", err);
    sqlite3_reset(write);
    return 0;
}

int seal_write(struct seal *seal, const struct sql *sql, struct err *err)
{
    AUTO(sqlite3_finalize) sqlite3_stmt *write = NULL;
    unsigned char mac[SEAL_MAC];
    struct sealing sealing;
    struct seal_sum schema;

    seal->counter++;
    if (sql_prepare(&write, sql,
                    "INSERT INTO seals (name, counter, row_count, mac) VALUES (?,?,?,?) ON "
                    "CONFLICT (name) DO UPDATE SET counter=excluded.counter, "
                    "row_count=excluded.row_count, mac=excluded.mac",
                    err)
        < 0)
        return -1;
    sealing = (struct sealing){ seal, sql, write };
    for (size_t i = 0; i < table_count; i++)
        if (write_seal(&sealing, seal->macs[i], tables[i].name, &seal->sums[i], err) < 0)
            return -1;
    if (sum_schema(&schema, seal, sql, err) < 0)
        return -1;
    return write_seal(&sealing, mac, schema_name, &schema, err);
}

int seal_counter(uint64_t *out, const struct sql *sql, struct err *err)
{
    int64_t counter;

    if (sql_int(&counter, sql, "SELECT max(counter) FROM seals", err) < 0)
        return -1;
    *out = counter > 0 ? (uint64_t)counter : 0;
    return 0;
}
