/* base/yaml_alias.h - anchors of a document and copies of their values, within limits.  Must not
 * ask libyaml for events. */
#ifndef WEFT_BASE_YAML_ALIAS_H
#define WEFT_BASE_YAML_ALIAS_H

#include "base/yaml_reader.h"

/* The place of an anchor to be filled in once its value was read; NULL: there is no name. */
struct anchor *yaml_alias_anchor(struct yaml_reader *reader, const yaml_char_t *name);

/* A copy of the value of an anchor; NULL after a diag. */
struct node *yaml_alias(struct yaml_reader *reader, const yaml_event_t *event, unsigned depth);

#endif
