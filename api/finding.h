/* api/finding.h - what a user should know about the specs and what becomes of them: one list, which
 * every output shows.  docs/operations.md */
#ifndef WEFT_API_FINDING_H
#define WEFT_API_FINDING_H

#include "api/status.h"

enum severity { SEVERITY_ERROR, SEVERITY_WARNING };
extern const struct enum_table severities; /* "error", "warning" */

struct finding {
    enum severity severity;
    const char *id;   /* of the message catalogue, "W3"; "": of none */
    const char *kind; /* of the object that it is about; "": a file, or the specs as a whole */
    struct object_ref ref;
    const char *target_kind; /* "Mesh", "Destination": the part of it; "": the whole */
    struct object_ref target;
    struct place place; /* file NULL: not known */
    const char *field;  /* "spec.meshes[2]"; "": not known */
    const char *text;   /* one line, what to do included */
    const char *remedy; /* the part of the text that says what to do; "": no such part is known */
    enum approval_state state; /* what becomes of the object by it; APPROVAL_PENDING: nothing */
};

/* Start with { .arena = arena }. */
struct findings {
    struct arena *arena;
    struct finding *items;
    size_t count;
    size_t errors, warnings;
};

/* Texts are not copied. */
void findings_add(struct findings *findings, struct finding finding);
/* A finding without a text about the whole VirtualMesh object; it changes no state. */
struct finding finding_of_virtual_mesh(struct object_ref virtual_mesh, enum severity severity);
/* Adds about with a formatted text.  source is the text of the arguments (#__VA_ARGS__): a format
 * that is a constant of a message catalogue gives the finding its id, as messages_add does. */
void findings_format(struct findings *findings, struct finding about, const char *source,
                     const char *fmt, ...) PRINTF_LIKE(4, 5);
/* The same, with the source taken from the arguments. */
#define findings_add_as(findings, about, ...)                                                      \
    findings_format(findings, about, #__VA_ARGS__, __VA_ARGS__)
/* Adds about with the first message: its text, id and remedy. */
void findings_add_message(struct findings *findings, struct finding about,
                          const struct messages *message);
/* "file:line:column: Kind namespace/name, mesh namespace/name: warning: text (W3)", without
 * newline.
 */
void finding_print(struct text *out, const struct finding *finding);
/* The text with its field before it: "spec.meshes[2]: there is no ...", for outputs that show the
 * place and the object on their own.  In the arena, or the text itself. */
const char *finding_text(const struct finding *finding, struct arena *arena);
/* Those of one severity as they are printed, what differs only in its target once: "... (and 3 more
 * destinations)".  At most max lines, then one that counts the rest. */
const char **findings_lines(size_t *count, const struct findings *findings, enum severity severity,
                            size_t max);
/* How many lines findings_lines makes of each severity. */
struct findings_totals {
    size_t errors, warnings;
    size_t remedies; /* of the warnings, those that say what to do */
};
struct findings_totals findings_total(const struct findings *findings);
/* A list for JSON and YAML outputs, errors first: severity, id, kind, namespace, name, target,
 * file, line, column, field, message, remedy; what is not known is left out.  In place of file and
 * line an object of a cluster has source: inventory, and object. */
struct node *findings_node(const struct findings *findings, struct arena *arena);
/* The inverse, for what was remembered; unknown members are skipped. */
void findings_read(struct findings *out, const struct node *list);

#endif
