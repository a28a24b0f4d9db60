/* translate/rule_size.c - how much of the rules an API server takes in one AuthorizationPolicy.
 * Pure.
 *
 * An API server that refuses the object would leave the Service as it is, open to everyone when it
 * had no policy before.  ALLOW rules are ORed, so an object with some of them admits no caller that
 * all of them would not. */
#include "translate/rule_size.h"

#include <string.h>

enum { VALUE_BYTES = 8 /* of indentation and punctuation */ };

size_t rule_size_of(const struct node *node)
{
    size_t bytes = VALUE_BYTES + node->len + (node->key ? strlen(node->key) : 0);

    for (const struct node *child = node->first; child; child = child->next)
        bytes += rule_size_of(child);
    return bytes;
}

static bool fits(const struct rule_size *size, const struct node *rule, size_t bytes_max)
{
    return size->rules < RULE_SIZE_ITEMS_MAX && rule_size_of(rule) <= bytes_max - size->bytes;
}

const struct node *rule_size_fit(struct rule_size *size, const struct node *rules, size_t bytes_max,
                                 struct arena *arena)
{
    const struct node *rule = rules->first;
    struct node *some;

    for (; rule && fits(size, rule, bytes_max); rule = rule->next) {
        size->rules++;
        size->bytes += rule_size_of(rule);
    }
    if (!rule)
        return rules;
    some = node_list(arena);
    for (const struct node *taken = rules->first; taken != rule; taken = taken->next)
        node_add(some, node_copy(arena, taken));
    return some;
}
