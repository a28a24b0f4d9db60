/* api/schema.h - one table for each struct of the API, one row for each of its fields.  Decoding,
 * encoding, the canonical form, moving to the final arena, JSON Schemas, CRDs and the field
 * reference all come from the same rows, so a field that is in the table cannot be missing in one
 * of them. Private to api/ but for the generator of the schema files. */
#ifndef WEFT_API_SCHEMA_H
#define WEFT_API_SCHEMA_H

#include "api/ref.h"

/* What the value of a field is, on the wire and in the struct. */
enum schema_kind {
    SCHEMA_TEXT,      /* const char *; "" is the same as absent */
    SCHEMA_NAME,      /* const char *: name of a Kubernetes object (RFC 1123 subdomain) */
    SCHEMA_NAMESPACE, /* const char *: a namespace (RFC 1123 label) */
    SCHEMA_BYTES,     /* const char *: base64 on the wire, NULL when absent */
    SCHEMA_BOOL,      /* bool */
    SCHEMA_UINT32,    /* uint32_t */
    SCHEMA_INT64,     /* 8 bytes: int64_t, size_t, uint64_t; never negative */
    SCHEMA_FLOAT,     /* double */
    SCHEMA_SECONDS,   /* int64_t: seconds, -1 when absent; a duration text on the wire */
    SCHEMA_ENUM,      /* an enum; a name of row.names on the wire */
    SCHEMA_EMPTY,     /* bool, or nothing for a member of a oneof: {} on the wire */
    SCHEMA_ANY,       /* const struct node *, or nothing: weft does not look inside */
    SCHEMA_TEXTS,     /* const char *const * and a count */
    SCHEMA_PORTS,     /* const uint32_t * and a count: port numbers */
    SCHEMA_PAIRS,     /* const struct pair * and a count: map of texts */
    SCHEMA_REF,       /* struct object_ref */
    SCHEMA_REFS,      /* const struct object_ref * and a count */
    SCHEMA_MAP,     /* a struct that lies inside this one, by row.schema; at the same place when its
                       members belong to this struct */
    SCHEMA_POINTER, /* pointer to a struct of row.schema; NULL when absent */
    SCHEMA_LIST,    /* pointer to structs of row.schema and a count */
    SCHEMA_KEYED,   /* the same, but a map on the wire: the first member of the struct is the key */
    SCHEMA_MESSAGES, /* struct messages: their texts */
    SCHEMA_KIND_COUNT
};

struct schema;

/* Offsets are within the struct of the table.  Those that may be missing are stored plus one, so
 * that 0 says that there is none: SCHEMA_OPTIONAL. */
struct schema_field {
    const char *key;
    const char *doc; /* one sentence; Markdown */
    enum schema_kind kind;
    size_t offset;

    /* Arrays and what lies inside. */
    size_t count;                /* of a list or map: offset of the number of its items */
    size_t places;               /* SCHEMA_OPTIONAL: const struct place *, of each item */
    size_t given;                /* SCHEMA_OPTIONAL: a bool that says whether it was given */
    const struct schema *schema; /* of what is inside */

    /* What a value may be. */
    const struct enum_table *names; /* SCHEMA_ENUM; of SCHEMA_ANY for schemas only */
    const char *refers;             /* SCHEMA_REF, SCHEMA_REFS: the kind of the object */
    const char *need;               /* it is required; how to correct its absence */
    const char *fill;               /* an empty list, map or text is a mistake; how to correct it */
    const char *older;              /* an older name of the same field */
    int64_t min, max; /* of a number, max 0: as far as the type goes; of texts and pairs the most
                         items, 0: FIELD_LIST_MAX; of a text and a list of maps for schemas only */

    /* What absence means. */
    const char *text;   /* default of a text; NULL: "" */
    bool null;          /* the default of a text is NULL */
    int64_t number;     /* default of a number, an enum or a bool; of seconds 0 is -1 */
    double ratio;       /* default of a SCHEMA_FLOAT */
    const char *absent; /* for docs, where no value says it */

    int chosen;    /* of a member: the value of schema.choice that selects it */
    bool member;   /* at most one of all members may be given */
    bool inside;   /* it is required, and what is missing inside is said there */
    bool required; /* field->check reports its absence */
    bool numbers;  /* SCHEMA_PAIRS: the values are port numbers on the wire */
    bool always;   /* written although it is the zero value */
    bool unique;   /* of SCHEMA_REFS: each object once; an API server and translate check it */
    bool foreign;  /* others decode or write it; the row is for its key and for schemas */

    /* For docs and schemas. */
    bool deprecated;
    const char *example; /* of a text */
    const char *pattern; /* of a text; it refuses no more than decoding does */

    /* An additional rule, called whether or not the field is given. */
    void (*check)(const struct at *at, const void *object);
    /* The same for the text, or for each text of a list. */
    void (*check_text)(const struct at *at, const char *text);
    /* In place of what the kind does; not called when the field is absent. */
    void (*decode)(const struct at *at, const struct schema_field *field, void *object);
    /* In place of what the kind does: adds the field to map, or not. */
    void (*encode)(struct arena *arena, struct node *map, const struct schema_field *field,
                   const void *object);
};

struct schema {
    const char *name; /* of the definition in JSON Schemas and docs, as the API calls it */
    const char *doc;
    size_t size; /* of the struct */
    const struct schema_field *fields;
    size_t count;
    size_t place;         /* SCHEMA_OPTIONAL: struct place of the map */
    size_t choice;        /* SCHEMA_OPTIONAL: enum that says which member is given */
    int none;             /* its value when the map is given without a member */
    const char *need_one; /* one of the members is required; how to correct their absence */
    bool no_nulls;        /* a member that is null is refused, because it would count as any */
    const char *rule, *rule_text; /* a further rule (CEL) for its CRD and the message */
    /* Rules across fields, after all of them; only when the map is given. */
    void (*check)(const struct at *at, void *object);
};

/* More fields than any table has. */
enum { SCHEMA_FIELDS_MAX = 32 };

#define SCHEMA_OPTIONAL(of, member) (offsetof(of, member) + 1)

/* Rows.  Each checks that the member has the type of its kind, then takes further members of struct
 * schema_field. */
#define SCHEMA_TYPED(type, of, member)                                                             \
    (offsetof(of, member) + 0 * sizeof(_Generic(&((of *)0)->member, type * : 0)))
#define SCHEMA_SIZED(size, of, member)                                                             \
    (offsetof(of, member) + 0 * sizeof(char[sizeof(((of *)0)->member) == (size) ? 1 : -1]))

#define SCHEMA_ROW(kind_, offset_, key_, ...)                                                      \
    {                                                                                              \
        .key = (key_), .kind = (kind_), .offset = (offset_), __VA_ARGS__                           \
    }
#define ROW_TEXT(of, key, member, ...)                                                             \
    SCHEMA_ROW(SCHEMA_TEXT, SCHEMA_TYPED(const char *, of, member), key, __VA_ARGS__)
#define ROW_NAME(of, key, member, ...)                                                             \
    SCHEMA_ROW(SCHEMA_NAME, SCHEMA_TYPED(const char *, of, member), key, __VA_ARGS__)
#define ROW_NAMESPACE(of, key, member, ...)                                                        \
    SCHEMA_ROW(SCHEMA_NAMESPACE, SCHEMA_TYPED(const char *, of, member), key, __VA_ARGS__)
#define ROW_BYTES(of, key, member, ...)                                                            \
    SCHEMA_ROW(SCHEMA_BYTES, SCHEMA_TYPED(const char *, of, member), key, __VA_ARGS__)
#define ROW_BOOL(of, key, member, ...)                                                             \
    SCHEMA_ROW(SCHEMA_BOOL, SCHEMA_TYPED(bool, of, member), key, __VA_ARGS__)
#define ROW_UINT32(of, key, member, ...)                                                           \
    SCHEMA_ROW(SCHEMA_UINT32, SCHEMA_TYPED(uint32_t, of, member), key, __VA_ARGS__)
#define ROW_INT64(of, key, member, ...)                                                            \
    SCHEMA_ROW(SCHEMA_INT64, SCHEMA_SIZED(8, of, member), key, __VA_ARGS__)
#define ROW_FLOAT(of, key, member, ...)                                                            \
    SCHEMA_ROW(SCHEMA_FLOAT, SCHEMA_TYPED(double, of, member), key, __VA_ARGS__)
#define ROW_SECONDS(of, key, member, ...)                                                          \
    SCHEMA_ROW(SCHEMA_SECONDS, SCHEMA_TYPED(int64_t, of, member), key, __VA_ARGS__)
#define ROW_ENUM(of, key, member, table, ...)                                                      \
    SCHEMA_ROW(SCHEMA_ENUM, SCHEMA_SIZED(sizeof(int), of, member), key, .names = &(table),         \
               __VA_ARGS__)
#define ROW_EMPTY(of, key, member, ...)                                                            \
    SCHEMA_ROW(SCHEMA_EMPTY, SCHEMA_TYPED(bool, of, member), key, __VA_ARGS__)
#define ROW_REF(of, key, member, kind, ...)                                                        \
    SCHEMA_ROW(SCHEMA_REF, SCHEMA_TYPED(struct object_ref, of, member), key, .refers = (kind),     \
               __VA_ARGS__)
#define ROW_MAP(of, key, member, table, ...)                                                       \
    SCHEMA_ROW(SCHEMA_MAP, offsetof(of, member), key, .schema = &(table), __VA_ARGS__)
/* A map whose members lie in the struct of the table itself. */
#define ROW_FLAT(key, table, ...) SCHEMA_ROW(SCHEMA_MAP, 0, key, .schema = &(table), __VA_ARGS__)
#define ROW_POINTER(of, key, member, table, ...)                                                   \
    SCHEMA_ROW(SCHEMA_POINTER, SCHEMA_SIZED(sizeof(void *), of, member), key, .schema = &(table),  \
               __VA_ARGS__)
#define SCHEMA_COUNTED(of, number) .count = SCHEMA_TYPED(size_t, of, number)
#define ROW_TEXTS(of, key, member, number, ...)                                                    \
    SCHEMA_ROW(SCHEMA_TEXTS, SCHEMA_TYPED(const char *const *, of, member), key,                   \
               SCHEMA_COUNTED(of, number), __VA_ARGS__)
#define ROW_PORTS(of, key, member, number, ...)                                                    \
    SCHEMA_ROW(SCHEMA_PORTS, SCHEMA_TYPED(const uint32_t *, of, member), key,                      \
               SCHEMA_COUNTED(of, number), __VA_ARGS__)
#define ROW_PAIRS(of, key, member, number, ...)                                                    \
    SCHEMA_ROW(SCHEMA_PAIRS, SCHEMA_TYPED(const struct pair *, of, member), key,                   \
               SCHEMA_COUNTED(of, number), __VA_ARGS__)
#define ROW_REFS(of, key, member, number, kind, ...)                                               \
    SCHEMA_ROW(SCHEMA_REFS, SCHEMA_TYPED(const struct object_ref *, of, member), key,              \
               SCHEMA_COUNTED(of, number), .refers = (kind), __VA_ARGS__)
#define ROW_LIST(of, key, member, number, table, ...)                                              \
    SCHEMA_ROW(SCHEMA_LIST, SCHEMA_SIZED(sizeof(void *), of, member), key,                         \
               SCHEMA_COUNTED(of, number), .schema = &(table), __VA_ARGS__)
/* A field that weft takes and does not read. */
#define ROW_ANY(key, ...) SCHEMA_ROW(SCHEMA_ANY, 0, key, __VA_ARGS__)
/* A member of a oneof without a value of its own. */
#define ROW_CHOICE(key, ...) SCHEMA_ROW(SCHEMA_EMPTY, 0, key, .member = true, __VA_ARGS__)

#define SCHEMA_FIELDS(array) .fields = (array), .count = LENGTH(array)

#endif
