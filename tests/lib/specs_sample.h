/* tests/lib/specs_sample.h - documents to specs and back to text, for the tests of api/. */
#ifndef WEFT_TESTS_LIB_SPECS_SAMPLE_H
#define WEFT_TESTS_LIB_SPECS_SAMPLE_H

#include "api/specs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* A set of files that was read. */
struct sample {
    struct arena *arena;
    struct diags diags;
    struct specs specs;
    char *said; /* all diags, sorted, one a line */
};

struct sample_file {
    const char *name, *text;
};

void sample_read(struct sample *sample, const struct sample_file *files, size_t count);
/* One file "a.yaml". */
void sample_text(struct sample *sample, const char *yaml);
/* One object of a kind in "a.yaml": metadata {name: thing, namespace: gloo-mesh} (Settings are
 * called settings, or weft ignores them), the spec from line 5 on as given. */
void sample_spec(struct sample *sample, enum object_kind kind, const char *spec);
void sample_free(struct sample *sample);

struct sample_row {
    const char *sentence;
    const char *spec;
    const char *said; /* what sample.said must be */
};
/* Each row as sample_spec; the object must be refused exactly when there is an error among the
 * diags. */
void sample_rows(enum object_kind kind, const struct sample_row *rows, size_t count);

struct sample_document {
    const char *sentence;
    const char *yaml;    /* a whole file "a.yaml" */
    const char *said;    /* what sample.said must be */
    const char *outcome; /* "objects 1; refused VirtualMesh gloo-mesh/a; incomplete" */
};
void sample_documents(const struct sample_document *documents, size_t count);
/* What became of the objects, as in struct sample_document; in the arena. */
const char *sample_outcome(const struct sample *sample);

/* Fails with both sides and the sentence. */
void assert_text(const char *sentence, const char *got, const char *want);

#endif
