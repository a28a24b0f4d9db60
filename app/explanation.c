/* app/explanation.c - messages by their id.  The rows are made at build time, by
 * app/explanation.awk, out of the documents and the catalogues: they cannot differ from these. */
#include "app/explanation.h"
#include "base/compiler.h"
#include "base/suggest.h"
#include <string.h>
#include <strings.h>

static const struct explanation rows[] = {
#include "explanation_rows.h"
};

const struct explanation *explanation_rows(size_t *count)
{
    *count = LENGTH(rows);
    return rows;
}

const struct explanation *explanation_find(const char *id)
{
    for (size_t i = 0; i < LENGTH(rows); i++)
        if (strcasecmp(rows[i].id, id) == 0)
            return &rows[i];
    return NULL;
}

bool explanation_is_id(const char *text)
{
    const bool letter = (*text >= 'A' && *text <= 'Z') || (*text >= 'a' && *text <= 'z');

    return letter && text[1] && !text[1 + strspn(text + 1, "0123456789")];
}

/* Of the same letter first: the number is what people misread. */
const char *explanation_near(const char *id)
{
    const char *names[LENGTH(rows)];
    const char upper[] = { (char)(*id & ~0x20), '\0' };
    AUTO_TEXT wanted = { 0 };
    size_t count = 0;

    for (size_t i = 0; i < LENGTH(rows); i++)
        if (*rows[i].id == *upper)
            names[count++] = rows[i].id;
    for (size_t i = 0; !count && i < LENGTH(rows); i++)
        names[count++] = rows[i].id;
    text_addf(&wanted, "%s%s", upper, id + 1);
    return suggest_nearest(wanted.bytes, names, count);
}

/* Each line of texts behind the first has the indent of it. */
static void print_texts(struct text *out, const char *texts)
{
    while (*texts) {
        const size_t len = strcspn(texts, "\n");

        text_addf(out, "  %.*s\n", (int)len, texts);
        texts += len + (texts[len] == '\n');
    }
}

void explanation_print(struct text *out, const struct explanation *explanation)
{
    text_addf(out, "%s: %s\n\n", explanation->id, explanation->meaning);
    if (*explanation->remedy)
        text_addf(out, "What to do: %s\n\n", explanation->remedy);
    if (*explanation->texts) {
        text_adds(out, "Its text:\n");
        print_texts(out, explanation->texts);
        text_adds(out, "\n");
    }
    text_addf(out, "See %s.\n", explanation->page);
}
