/* app/commands/review_files.c - writes the files of a review.
 *
 * Names are part of the interface: the pipelines of ci/templates name them. A review that fails
 * halfway leaves the files that it has written; the exit status says that it failed. */
#include "app/commands/review_files.h"
#include "base/files.h"

struct writing {
    const struct review *review;
    const struct validation *validation;
    struct arena *arena;
};

static void add_markdown(struct text *out, const struct writing *w)
{
    review_markdown(out, w->review, 0, w->arena);
}

static void add_json(struct text *out, const struct writing *w)
{
    review_json(out, w->review, w->arena);
}

static void add_sarif(struct text *out, const struct writing *w)
{
    validate_report_sarif(out, w->validation);
}

static void add_junit(struct text *out, const struct writing *w)
{
    validate_report_junit(out, w->validation);
}

static const struct {
    const char *name;
    void (*add)(struct text *out, const struct writing *w);
} files[] = {
    { "review.md", add_markdown },
    { "review.json", add_json },
    { "findings.sarif", add_sarif },
    { "findings.junit.xml", add_junit },
};

int review_files_write(const char *folder, const struct review *review,
                       const struct validation *validation, struct arena *arena, struct err *err)
{
    const struct writing w = { review, validation, arena };

    if (file_make_folders(folder, 0755, err) < 0)
        return err_wrap(err, "make the folder of the review (--output)");
    for (size_t i = 0; i < LENGTH(files); i++) {
        AUTO_TEXT out = { 0 };

        files[i].add(&out, &w);
        if (file_write(arena_printf(arena, "%s/%s", folder, files[i].name), out.bytes, out.len,
                       0644, err)
            < 0)
            return -1;
    }
    return 0;
}
