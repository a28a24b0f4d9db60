/* tests/lib/check.h - what every test of base needs: cmocka, and trees out of a few lines of
 * YAML. */
#ifndef WEFT_TESTS_LIB_CHECK_H
#define WEFT_TESTS_LIB_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* wants the four above before it */

#include "base/parse.h"
#include "base/parse_yaml.h"
#include <stdio.h>
#include <string.h>

/* Says which row of a table failed, by its sentence. */
#define CASE(sentence) print_message("  %s\n", (sentence))

/* The diags, one a line, in the arena. */
static inline const char *diags_text(const struct diags *diags)
{
    AUTO_TEXT out = { 0 };

    text_adds(&out, "");
    for (const struct diag *diag = diags->first; diag; diag = diag->next) {
        diag_print(&out, diag);
        text_addc(&out, '\n');
    }
    return arena_text(diags->arena, out.bytes);
}

/* One document of text that must be readable. */
static inline const struct node *yaml(const char *text, struct diags *diags)
{
    const struct node *node = NULL;
    AUTO(parse_yaml_close)
    struct yaml_reader *reader = parse_yaml_open("t.yaml", text, strlen(text), diags);

    if (parse_yaml_next(reader, &node, diags->arena) != 1)
        fail_msg("unreadable: %s", diags_text(diags));
    return node;
}

#endif
