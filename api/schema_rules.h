/* api/schema_rules.h - what a schema says of a map as a whole: which members it must have, and
 * which exclude each other. */
#ifndef WEFT_API_SCHEMA_RULES_H
#define WEFT_API_SCHEMA_RULES_H

#include "api/schema.h"

/* {required: [KEY, ...]} */
struct node *schema_rules_keys(const char *const *keys, size_t count, struct arena *arena);
/* Adds "required": fields that must be given, also those inside of which one must be. */
void schema_rules_add_required(struct node *node, const struct schema *schema, struct arena *arena);
/* Adds "allOf" and "anyOf": one member of a oneof at most, one at least where the table needs it,
 * and never a field beside its older name. */
void schema_rules_add_json(struct node *node, const struct schema *schema, struct arena *arena);
/* The same as x-kubernetes-validations.  in_list: the map is an item of a list without a limit. */
void schema_rules_add_cel(struct node *node, const struct schema *schema, bool in_list,
                          struct arena *arena);

#endif
