/* api/field.h - checks that fields of several kinds share.  Private to api/. */
#ifndef WEFT_API_FIELD_H
#define WEFT_API_FIELD_H

#include "api/ref.h"

/* Items of one list; more than any real object has, less than what would fill the memory. */
enum { FIELD_LIST_MAX = 100000 };

/* All of these handle an absent field as described, and leave a safe value after a diag.
 * A hint says how to correct a missing field: "write the name of the Secret". */

/* Required and not empty; "" after a diag. */
const char *field_need(const struct at *at, const char *hint);
/* Required: a DNS subdomain, as names of Kubernetes objects are (RFC 1123). */
const char *field_name(const struct at *at, const char *hint);
/* Required: a DNS label, as namespaces are (RFC 1123). */
const char *field_namespace(const struct at *at, const char *hint);
/* As field_name and field_namespace, but "" when absent or empty. */
const char *field_name_or_empty(const struct at *at);
const char *field_namespace_or_empty(const struct at *at);

/* 1..65535, required. */
uint32_t field_port(const struct at *at);
/* A diag when an object has no spec: an empty one must be written. */
void field_need_spec(const struct at *spec);

/* An item that is a map: null is a diag, because "- " alone must not read as "everything". */
struct at field_item(const struct at *list, size_t index);

/* An ObjectRef to an object of a kind ("Mesh", "Secret"): both parts required. */
struct object_ref field_ref(struct at at, const char *kind);
/* A list of them with their places, in the arena. */
const struct object_ref *field_refs(struct at at, const char *kind, const struct place **places,
                                    size_t *count);

/* The positions of the first count items of a list, in the arena. */
const struct place *field_places(const struct at *list, size_t count);
/* A map or list that is present but holds nothing, or a map of nulls, as a template that found no
 * values writes it. */
bool field_is_hollow(const struct at *at);
/* A diag when it is: it would count as "any". */
void field_fill(const struct at *at, const char *hint);
/* The position of the value, or of the map around it when it is absent. */
struct place field_place(const struct at *at);

#endif
