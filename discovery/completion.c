/* discovery/completion.c - fields that an object of the specs leaves to what was found.  Pure.
 *
 * With the annotation merge a written object keeps its own fields and takes the rest from the
 * cluster. After decoding a field that was left out and one that was written with its default are
 * the same, so a default that was written out is completed, too: an operator who wants exactly the
 * default has to write the object without merge. Lists are taken as a whole or not at all; two
 * half lists of ports would be a third Service that exists nowhere. */
#include "discovery/completion.h"

#include "api/meta.h"
#include <string.h>

static void complete_text(const char **own, const char *found, const char *usual)
{
    if (text_empty(*own) || text_equal(*own, usual))
        *own = found;
}

static void complete_annotations(struct meta *own, const struct meta *found, struct arena *arena)
{
    struct pair *pairs = NULL;
    size_t count = 0;

    for (size_t i = 0; i < own->annotation_count; i++)
        *ARENA_PUSH(arena, pairs, count) = own->annotations[i];
    for (size_t i = 0; i < found->annotation_count; i++)
        if (!meta_annotation(own, found->annotations[i].key))
            *ARENA_PUSH(arena, pairs, count) = found->annotations[i];
    own->annotations = pairs;
    own->annotation_count = count;
}

void completion_cluster(struct kubernetes_cluster *own, const struct kubernetes_cluster *found,
                        struct arena *arena)
{
    complete_text(&own->secret_name, found->secret_name, "");
    complete_text(&own->domain, found->domain, CLUSTER_DOMAIN_DEFAULT);
    complete_annotations(&own->meta, &found->meta, arena);
}

void completion_mesh(struct mesh *own, const struct mesh *found, struct arena *arena)
{
    complete_text(&own->version, found->version, "");
    complete_text(&own->region, found->region, "");
    complete_text(&own->trust_domain, found->trust_domain, "");
    complete_text(&own->service_account, found->service_account, "");
    own->smart_dns |= found->smart_dns;
    if (!own->pod_label_count) {
        own->pod_labels = found->pod_labels;
        own->pod_label_count = found->pod_label_count;
    }
    complete_annotations(&own->meta, &found->meta, arena);
}

static void complete_service(struct kube_service *own, const struct kube_service *found)
{
    if (!own->selector_count) {
        own->selector = found->selector;
        own->selector_count = found->selector_count;
    }
    if (!own->label_count) {
        own->labels = found->labels;
        own->label_count = found->label_count;
    }
    if (!own->port_count) {
        own->ports = found->ports;
        own->port_count = found->port_count;
    }
    if (!own->subset_count) {
        own->subsets = found->subsets;
        own->subset_count = found->subset_count;
    }
    if (!own->address_count) {
        own->addresses = found->addresses;
        own->address_count = found->address_count;
    }
    if (own->type == SERVICE_CLUSTER_IP)
        own->type = found->type;
    complete_text(&own->region, found->region, "");
}

void completion_destination(struct destination *own, const struct destination *found,
                            struct arena *arena)
{
    struct kube_service *service = ARENA_NEW(arena, struct kube_service, 1);

    *service = *own->service;
    complete_service(service, found->service);
    own->service = service;
    if (!own->has_mesh) {
        own->has_mesh = found->has_mesh;
        own->mesh = found->mesh;
    }
    complete_annotations(&own->meta, &found->meta, arena);
}

void completion_workload(struct workload *own, const struct workload *found, struct arena *arena)
{
    complete_text(&own->service_account, found->service_account, "default");
    if (!own->pod_label_count) {
        own->pod_labels = found->pod_labels;
        own->pod_label_count = found->pod_label_count;
    }
    if (text_empty(own->mesh.name))
        own->mesh = found->mesh;
    complete_annotations(&own->meta, &found->meta, arena);
}
