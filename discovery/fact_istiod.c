/* discovery/fact_istiod.c - what the Deployment of istiod says of it.  Pure.
 * The image serves the version alone, for mirrors rename it: its tag, and where it is named by
 * digest the labels that Istio's charts set.  Of the environment only the variables named here are
 * looked at. */
#include "discovery/fact_istiod.h"
#include "base/names.h"

#include "discovery/fact_webhook.h"

/* The path of an image without its tag and digest ends in "pilot". */
static bool is_pilot(const char *image)
{
    const char *digest = strchr(image, '@');
    size_t len = digest ? (size_t)(digest - image) : strlen(image);

    for (size_t i = len; i > 0 && image[i - 1] != '/'; i--)
        if (image[i - 1] == ':')
            len = i - 1;
    return len >= 5 && !strncmp(image + len - 5, "pilot", 5);
}

/* "discovery", as all charts call it, else the first one with the image of pilot. */
static const struct node *find_container(const struct node *item)
{
    const struct node *list = read_at(item, "spec", "template", "spec", "containers", NULL);
    const struct node *pilot = NULL;

    if (!list || list->kind != NODE_LIST)
        return NULL;
    for (const struct node *node = list->first; node; node = node->next) {
        const char *image = node_get(node, "image", NULL);

        if (text_equal(node_get(node, "name", NULL), "discovery"))
            return node;
        if (!pilot && image && is_pilot(image))
            pilot = node;
    }
    return pilot;
}

/* The tag of an image; "" when it has none or is named by digest. */
static const char *image_tag(const struct reader *reader, const char *image)
{
    const char *slash = image ? strrchr(image, '/') : NULL;
    const char *colon = image ? strchr(slash ? slash : image, ':') : NULL;

    return colon && !strchr(image, '@') ? read_copy(reader, colon + 1) : "";
}

static const char *read_version(const struct reader *reader, const struct node *item,
                                const struct node *container)
{
    const char *tag = image_tag(reader, node_get(container, "image", NULL));
    const struct node *labels = read_at(item, "spec", "template", "metadata", "labels", NULL);

    if (*tag)
        return tag;
    tag = read_text(reader, labels, "app.kubernetes.io/version");
    return *tag ? tag
                : read_text(reader, read_at(item, "metadata", "labels", NULL),
                            "operator.istio.io/version");
}

/* "--domain", "x" or "--domain=x". */
static const char *read_domain(const struct reader *reader, const struct node *container)
{
    const struct node *args = node_find(container, "args");

    if (!args || args->kind != NODE_LIST)
        return "";
    for (const struct node *node = args->first; node; node = node->next) {
        const char *text = node_text(node);

        if (text_equal(text, "--domain") && node->next)
            return read_copy(reader, node_text(node->next));
        if (text && text_starts(text, "--domain="))
            return read_copy(reader, text + strlen("--domain="));
    }
    return "";
}

/* What is no DNS name would make an inventory that the specs refuse. The argument may hold a
 * variable of the pod, which only the kubelet expands. */
static const char *usable_domain(const char *domain)
{
    return names_is_dns_subdomain(domain) ? domain : "";
}

static const char *read_env(const struct reader *reader, const struct node *container,
                            const char *name)
{
    const struct node *list = node_find(container, "env");

    if (!list || list->kind != NODE_LIST)
        return "";
    for (const struct node *node = list->first; node; node = node->next)
        if (text_equal(node_get(node, "name", NULL), name))
            return read_text(reader, node, "value");
    return "";
}

const struct fact_istiod *fact_istiod_read(const struct reader *reader, const struct node *item)
{
    const struct node *labels = read_at(item, "metadata", "labels", NULL);
    const bool app = text_equal(node_get(labels, "app", NULL), "istiod");
    const struct node *container;
    struct fact_istiod *istiod;

    if (!app && !text_equal(node_get(labels, "istio", NULL), "pilot"))
        return NULL;
    container = find_container(item);
    istiod = ARENA_NEW(reader->arena, struct fact_istiod, 1);
    *istiod = (struct fact_istiod){
        .labelled_app = app,
        .revision = read_text(reader, labels, REVISION_LABEL),
        .version = read_version(reader, item, container),
        .domain = usable_domain(read_domain(reader, container)),
        .cluster_id = read_env(reader, container, "CLUSTER_ID"),
        .shared_mesh_config = *read_env(reader, container, "SHARED_MESH_CONFIG") != '\0',
        .ready = read_number(node_find(item, "status"), "readyReplicas", INT32_MAX) > 0,
    };
    if (text_empty(istiod->revision))
        istiod->revision = REVISION_DEFAULT;
    return istiod;
}
