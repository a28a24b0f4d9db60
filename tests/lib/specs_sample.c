/* tests/lib/specs_sample.c - documents to specs and back to text, for the tests of api/. */
#include "tests/lib/specs_sample.h"

#include "api/kinds.h"
#include <string.h>

void sample_read(struct sample *sample, const struct sample_file *files, size_t count)
{
    struct specs_reader *reader;
    AUTO_TEXT said = { 0 };

    *sample = (struct sample){ .arena = arena_new() };
    sample->diags.arena = sample->arena;
    reader = specs_begin(sample->arena, &sample->diags, NULL);
    for (size_t i = 0; i < count; i++)
        specs_add(reader, files[i].name, files[i].text, strlen(files[i].text));
    specs_end(&sample->specs, reader);
    diags_sort(&sample->diags);
    for (const struct diag *diag = sample->diags.first; diag; diag = diag->next) {
        diag_print(&said, diag);
        text_addc(&said, '\n');
    }
    sample->said = arena_bytes(sample->arena, said.bytes, said.len);
}

void sample_text(struct sample *sample, const char *yaml)
{
    sample_read(sample, &(struct sample_file){ "a.yaml", yaml }, 1);
}

void sample_spec(struct sample *sample, enum object_kind kind, const char *spec)
{
    AUTO_TEXT yaml = { 0 };

    text_addf(&yaml,
              "apiVersion: %s\nkind: %s\nmetadata: {name: %s, namespace: gloo-mesh}\nspec:\n%s",
              kind_rows[kind].api_version, object_kind_name(kind),
              kind == KIND_SETTINGS ? "settings" : "thing", spec);
    sample_text(sample, yaml.bytes);
}

static size_t count_objects(const struct specs *specs)
{
    return specs->virtual_mesh_count + specs->access_policy_count + specs->mesh_count
           + specs->workload_count + specs->destination_count + specs->cluster_count
           + specs->settings.present;
}

void sample_rows(enum object_kind kind, const struct sample_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct sample sample;
        bool bad;

        sample_spec(&sample, kind, rows[i].spec);
        assert_text(rows[i].sentence, sample.said, rows[i].said);
        bad = sample.diags.errors > 0;
        if (sample.specs.refused_count != bad || count_objects(&sample.specs) != !bad)
            fail_msg("%s: %zu objects, %zu refused", rows[i].sentence, count_objects(&sample.specs),
                     sample.specs.refused_count);
        if (bad) {
            assert_int_equal(sample.specs.refused->kind, kind);
            assert_string_equal(sample.specs.refused->ref.namespace, "gloo-mesh");
        }
        assert_false(sample.specs.incomplete); /* it is known which object was meant */
        sample_free(&sample);
    }
}

const char *sample_outcome(const struct sample *sample)
{
    AUTO_TEXT text = { 0 };

    text_addf(&text, "objects %zu", count_objects(&sample->specs));
    for (const struct refused *refused = sample->specs.refused; refused; refused = refused->next)
        text_addf(&text, "; refused %s %s/%s", object_kind_name(refused->kind),
                  refused->ref.namespace, refused->ref.name);
    if (sample->specs.incomplete)
        text_adds(&text, "; incomplete");
    return arena_text(sample->arena, text.bytes);
}

void sample_documents(const struct sample_document *documents, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct sample sample;

        sample_text(&sample, documents[i].yaml);
        assert_text(documents[i].sentence, sample.said, documents[i].said);
        assert_text(documents[i].sentence, sample_outcome(&sample), documents[i].outcome);
        sample_free(&sample);
    }
}

void sample_free(struct sample *sample) { arena_free(sample->arena); }

void assert_text(const char *sentence, const char *got, const char *want)
{
    if (strcmp(got, want) != 0)
        fail_msg("%s\n--- got:\n%s\n--- want:\n%s", sentence, got, want);
}
