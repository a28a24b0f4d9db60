/* api/schema_crd.h - CustomResourceDefinitions of the kinds, apiextensions.k8s.io/v1. */
#ifndef WEFT_API_SCHEMA_CRD_H
#define WEFT_API_SCHEMA_CRD_H

#include "api/object_kind.h"
#include "base/text.h"

struct arena;
/* The whole file, with a comment at its beginning. */
void schema_crd_write(struct text *out, enum object_kind kind, struct arena *arena);
/* "virtualmeshes.yaml"; in the arena. */
const char *schema_crd_file(enum object_kind kind, struct arena *arena);

#endif
