/* ci/effects.c - prints effects; finds none.
 *
 * The sentences are those of translate/effect.h, so plan and review say the same, and JSON has the
 * kind beside the sentence. At most effect.other_count callers are named; the total is always
 * there, since "and 40 more" is often the point. */
#include "ci/effects.h"

static const char *others_text(const struct effect *effect, struct arena *arena)
{
    AUTO_TEXT out = { 0 };

    text_adds(&out, "");
    for (size_t i = 0; i < effect->other_count; i++)
        text_addf(&out, "%s%s", i ? ", " : "", effect->others[i]);
    if (effect->other_total > effect->other_count)
        text_addf(&out, " and %zu more", effect->other_total - effect->other_count);
    return arena_text(arena, out.bytes);
}

struct table effects_table(const struct effects *effects, struct arena *arena)
{
    static const char *const header[] = { "ATTENTION", "OBJECT", "EFFECT", "DETAILS" };
    struct table table = table_new(arena, LENGTH(header), header);

    for (size_t i = 0; i < effects->count; i++) {
        const struct effect *effect = &effects->items[i];

        table_cell(&table, effect_needs_attention(effect->kind) ? "yes" : "no");
        table_cellf(&table, "%s %s", effect->object_kind, effect->object);
        table_cell(&table, effect_verb(effect->kind));
        table_cell(&table, others_text(effect, arena));
    }
    return table;
}

static struct node *effect_node(const struct effect *effect, struct arena *arena)
{
    struct node *node = node_map(arena), *others;

    node_set_text(arena, node, "effect", enums_name(&effect_kinds, (int)effect->kind));
    node_set_bool(arena, node, "attention", effect_needs_attention(effect->kind));
    node_set_text(arena, node, "kind", effect->object_kind);
    node_set_text(arena, node, "object", effect->object);
    node_set_text(arena, node, "text", effect_verb(effect->kind));
    others = node_set(node, "others", node_list(arena));
    for (size_t i = 0; i < effect->other_count; i++)
        node_add(others, node_string(arena, effect->others[i]));
    node_set_int(arena, node, "total", (int64_t)effect->other_total);
    return node;
}

struct node *effects_node(const struct effects *effects, struct arena *arena)
{
    struct node *list = node_list(arena);

    for (size_t i = 0; i < effects->count; i++)
        node_add(list, effect_node(&effects->items[i], arena));
    return list;
}

void effects_headline(struct text *out, const struct plan_effects *effects)
{
    if (effects->missing)
        text_addf(out, "What this means for traffic is not shown: %s.\n", effects->missing);
    else if (!effects->found.count)
        text_adds(out, "Traffic, policies and trust stay as they are.\n");
    else if (text_empty(effects->since))
        text_adds(out, "What this means:\n");
    else
        text_addf(out, "What this means, compared with the specs at %.12s:\n", effects->since);
    if (effects->found.cut)
        text_adds(out, "There are too many callers to compare the access to every Service.\n");
}
