/* base/parse_yaml.h - libyaml's events to node trees, with limits.  Must not interpret what a
 * document means. */
#ifndef WEFT_BASE_PARSE_YAML_H
#define WEFT_BASE_PARSE_YAML_H

#include "base/yaml_reader.h"

/* Ends the file with one diag and returns NULL. */
struct node *parse_yaml_refuse(struct yaml_reader *reader, struct place place, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
struct place parse_yaml_position(const struct yaml_reader *reader, yaml_mark_t mark);

/* Counted; NULL after a diag when there were too many. */
struct node *parse_yaml_node(struct yaml_reader *reader, enum node_kind kind, yaml_mark_t mark);
void parse_yaml_append(struct node *parent, struct node *child);

/* Items by index, so that walking a long list by index is linear. */
void parse_yaml_index_items(struct yaml_reader *reader, struct node *list);

/* The member that already has this key; NULL: none. */
const struct node *parse_yaml_find_member(struct yaml_reader *reader, struct members *members,
                                          const char *key);
void parse_yaml_add_member(struct members *members, struct node *value);

#endif
