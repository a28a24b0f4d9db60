/* api/schema_json.h - JSON Schemas of tables: for editors (draft 7, which yaml-language-server and
 * Helm read) and for CRDs (the structural subset of Kubernetes' apiextensions.k8s.io/v1). */
#ifndef WEFT_API_SCHEMA_JSON_H
#define WEFT_API_SCHEMA_JSON_H

#include "api/object_kind.h"
#include "api/schema.h"

enum schema_dialect {
    SCHEMA_EDITOR, /* unknown fields and missing required fields are refused */
    SCHEMA_VALUES, /* a part of a Helm chart's values, which are merged: nothing is required, and
                      null means that a value is removed */
    SCHEMA_CRD,    /* nothing of which an API server would say that it is not structural */
};

/* The schema of the map that a table describes; nothing in it refers to another file. */
struct node *schema_json(const struct schema *schema, enum schema_dialect dialect,
                         struct arena *arena);
/* A whole document for editors: an object of a kind. */
struct node *schema_json_kind(enum object_kind kind, struct arena *arena);
/* A file of the specs: an object of any kind, each kind by its own schema; others are let through,
 * as weft ignores them. */
struct node *schema_json_specs(struct arena *arena);
/* A whole document by a table, with the line that names the draft. */
struct node *schema_json_document(const struct schema *schema, const char *title,
                                  struct arena *arena);

#endif
