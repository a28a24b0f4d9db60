/* k8s-job/client/page.c - one page of a list, whose items go to a call one by one.  Must not judge
 * them. */
#include "k8s-job/client/page.h"

#include "base/parse_items.h"
#include "k8s-job/client/list_cut.h"

static void take_item(void *context, const struct node *item)
{
    struct kube_call *call = context;

    call->item(call, item);
}

const struct node *page_read(struct kube_call *call, struct http_response *response, size_t *values,
                             struct arena *arena)
{
    const struct parse_items how = {
        .each = take_item, .context = call, .is_cut = list_cut_has, .values_max = *values
    };
    const struct node *head;
    struct err ignored;

    return parse_items(&head, values, response->body, response->body_len, &how, arena, &ignored) < 0
               ? NULL
               : head;
}
