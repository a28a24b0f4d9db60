/* base/parse_problem.h - why a YAML file cannot be read, in words for people.  Only for
 * parse_yaml.c. */
#ifndef WEFT_BASE_PARSE_PROBLEM_H
#define WEFT_BASE_PARSE_PROBLEM_H

#include "base/diag.h"
#include <yaml.h>

/* Adds one diag for the error that parser stopped at. */
void yaml_problem_add(struct diags *diags, const char *file, const yaml_parser_t *parser,
                      const char *bytes, size_t len);
/* Size and encoding of the whole file: false after one diag. */
bool yaml_encoding_check(struct diags *diags, const char *file, const char *bytes, size_t len);

#endif
