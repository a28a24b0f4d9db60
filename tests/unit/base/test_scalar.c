/* tests/unit/base/test_scalar.c - which plain YAML scalars are strings, numbers, booleans and null
 */
#include "tests/lib/check.h"

#include "base/node.h"

static void what_a_plain_scalar_is(void **state)
{
    static const struct {
        enum node_kind kind;
        const char *texts[40];
    } rows[] = {
        { NODE_NULL, { "", "~", "null", "Null", "NULL" } },
        { NODE_BOOL,
          { "true", "True", "TRUE", "false", "False", "FALSE", "yes", "Yes", "YES", "no", "No",
            "NO",   "on",   "On",   "ON",    "off",   "Off",   "OFF", "y",   "Y",   "n",  "N" } },
        { NODE_NUMBER,
          { "0",     "12",    "-12",   "+3",    "010",  "1.5",  "1.",    ".5",   "-.5",  "1e3",
            "1E-3",  "1.e+2", "0x1F",  "0X1f",  "0O17", "0B1",  "1e1_0", "-0x1", "0o17", "0b101",
            "1_000", ".inf",  "-.inf", "+.Inf", ".INF", ".nan", ".NaN",  ".NAN" } },
        { NODE_STRING,
          { "a",      "tRue", "nULL",  "yEs", "1a",  "1.2.3", "10.0.0.1", "-",   "+",
            "..",     ".",    "0x",    "0xg", "0o8", "0b2",   "1e",       "1e+", "e3",
            "1:30",   "=",    "<<",    "~~",  "nan", "inf",   "+.nan",    "-a",  "2026-01-01",
            "0x1.8p", "yes ", "nully", "1 2", "_1",  ".e3",   "truefalse" } },
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++)
        for (size_t j = 0; j < 40 && rows[i].texts[j]; j++) {
            CASE(rows[i].texts[j]);
            assert_int_equal(scalar_kind(rows[i].texts[j], strlen(rows[i].texts[j])), rows[i].kind);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_plain_scalar_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
