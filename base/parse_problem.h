/* base/parse_problem.h - why a YAML file cannot be read, and how to fix it.  Only for
 * parse_yaml.c. */
#ifndef WEFT_BASE_PARSE_PROBLEM_H
#define WEFT_BASE_PARSE_PROBLEM_H

#include "base/diag.h"
#include <yaml.h>

struct yaml_trouble {
    struct place place;
    struct text text;
};
static inline void auto_yaml_trouble(struct yaml_trouble *trouble) { text_free(&trouble->text); }
#define AUTO_TROUBLE __attribute__((cleanup(auto_yaml_trouble))) struct yaml_trouble

/* Why and where parser stopped. */
void yaml_trouble_find(struct yaml_trouble *out, const char *file, const yaml_parser_t *parser,
                       const char *bytes, size_t len);
/* Size, encoding and directives of the whole file, before libyaml sees it: false, and why. */
bool parse_problem_check_bytes(struct yaml_trouble *out, const char *file, const char *bytes,
                               size_t len);
extern const char yaml_tag_refused[];

#endif
