/* discovery/label_selector.c - what a metav1.LabelSelector matches.  Pure.
 * In: the key is there with one of the values.  NotIn: the key is absent, or has another value.
 * All parts must hold.  A part that cannot be read makes the whole match nothing: an unknown
 * operator must not widen what is selected. */
#include "discovery/label_selector.h"

static const char *const operator_names[] = {
    [LABEL_IN] = "In",
    [LABEL_NOT_IN] = "NotIn",
    [LABEL_EXISTS] = "Exists",
    [LABEL_DOES_NOT_EXIST] = "DoesNotExist",
};
static const struct enum_table operators = ENUM_TABLE(operator_names);

static bool read_requirement(struct label_requirement *out, const struct reader *reader,
                             const struct node *node)
{
    const char *name = node_get(node, "operator", NULL);
    int op = name ? enums_find(&operators, name) : -1;

    out->key = read_text(reader, node, "key");
    out->values = read_texts(reader, node_find(node, "values"), &out->value_count);
    if (op < 0 || text_empty(out->key))
        return false;
    out->op = (enum label_operator)op;
    return true;
}

struct label_selector label_selector_read(const struct reader *reader, const struct node *node)
{
    const struct node *labels = read_at(node, "matchLabels", NULL);
    const struct node *list = read_at(node, "matchExpressions", NULL);
    const size_t count = list && list->kind == NODE_LIST ? list->count : 0;
    struct label_requirement *requirements =
        ARENA_NEW(reader->arena, struct label_requirement, count);
    struct label_selector selector = { .requirements = requirements };

    selector.labels = read_labels(reader, labels, &selector.label_count);
    selector.broken = labels && labels->kind != NODE_NULL && labels->count != selector.label_count;
    for (const struct node *item = count ? list->first : NULL; item; item = item->next)
        if (!read_requirement(&requirements[selector.requirement_count++], reader, item))
            selector.broken = true;
    return selector;
}

static bool has_value(const struct label_requirement *requirement, const char *value)
{
    return text_listed(requirement->values, requirement->value_count, value);
}

static bool requirement_holds(const struct label_requirement *requirement, const char *value)
{
    switch (requirement->op) {
    case LABEL_IN:
        return value && has_value(requirement, value);
    case LABEL_NOT_IN:
        return !value || !has_value(requirement, value);
    case LABEL_EXISTS:
        return value != NULL;
    case LABEL_DOES_NOT_EXIST:
        return value == NULL;
    }
    return false;
}

bool label_selector_matches(const struct label_selector *selector, const struct pair *labels,
                            size_t count)
{
    if (selector->broken)
        return false;
    for (size_t i = 0; i < selector->label_count; i++)
        if (!text_equal(read_pair(labels, count, selector->labels[i].key),
                        selector->labels[i].value))
            return false;
    for (size_t i = 0; i < selector->requirement_count; i++)
        if (!requirement_holds(&selector->requirements[i],
                               read_pair(labels, count, selector->requirements[i].key)))
            return false;
    return true;
}
