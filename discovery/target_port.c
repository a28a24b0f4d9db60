/* discovery/target_port.c - container ports that a Service names.  Pure.
 * A name is resolved in each pod by itself, so a number can replace it only when all ready
 * endpoints agree; EndpointSlices have the numbers, under the name of the Service's port.  The name
 * is kept in the annotation, by which the next read knows that the number it finds in the inventory
 * has the same name. */
#include "discovery/target_port.h"

#include "discovery/endpoint_set.h"
#include <stdlib.h>

/* 0: no endpoint says; SIZE_MAX: several numbers. */
static size_t agreed_number(const struct scan *scan, const struct fact_service *fact,
                            const struct service_port *port)
{
    size_t number = 0, count;
    const struct fact_slice *slices = facts_slices_in(scan->facts, fact->namespace, &count);

    for (size_t i = 0; i < count; i++) {
        const struct fact_slice *slice = &slices[i];

        if (!slice->address_count || !text_equal(slice->service, fact->name))
            continue;
        for (size_t k = 0; k < slice->port_count; k++) {
            if (!text_equal(slice->ports[k].name, port->name))
                continue;
            if (number && number != slice->ports[k].port)
                return SIZE_MAX;
            number = slice->ports[k].port;
        }
    }
    return number;
}

/* The number that the inventory has for the same name; 0: none. */
static uint32_t former_number(const struct destination *former, const struct service_port *port,
                              struct arena *arena)
{
    const char *names = former ? meta_annotation(&former->meta, ANNOTATION_TARGET_NAMES) : NULL;
    const char *wanted = arena_printf(arena, " %u=%s ", port->port, port->target_name);

    if (!names || !strstr(arena_printf(arena, " %s ", names), wanted))
        return 0;
    for (size_t i = 0; i < former->service->port_count; i++)
        if (former->service->ports[i].port == port->port)
            return former->service->ports[i].target_number;
    return 0;
}

/* Gives the port a number; false: it keeps its name. */
static bool resolve(struct service_port *port, const struct fact_service *fact,
                    const struct destination *former, const struct scan *scan)
{
    const bool read = facts_complete(scan->facts, FACT_ENDPOINT_SLICES);
    const size_t agreed = read ? agreed_number(scan, fact, port) : 0;
    const uint32_t number = agreed && agreed != SIZE_MAX ? (uint32_t)agreed
                            : agreed                     ? 0
                                                         : former_number(former, port, scan->arena);

    if (!number)
        remark_add(scan->findings, REMARK_TARGET_PORT, "Service",
                   scan_ref(fact->name, fact->namespace), (unsigned)port->port, port->target_name,
                   agreed == SIZE_MAX ? "is another number in some of its pods"
                   : read             ? "no ready pod has"
                                      : "could not be looked up in EndpointSlices");
    else {
        port->target_name = NULL;
        port->target_number = number;
    }
    return number != 0;
}

void target_port_resolve(struct destination *destination, struct kube_service *service,
                         const struct fact_service *fact, const struct destination *former,
                         const struct scan *scan)
{
    struct service_port *ports = ARENA_NEW(scan->arena, struct service_port, fact->port_count);
    AUTO_TEXT names = { 0 };
    bool open = false;

    if (fact->port_count)
        memcpy(ports, fact->ports, fact->port_count * sizeof *ports);
    for (size_t i = 0; i < fact->port_count; i++) {
        const char *name = ports[i].target_name;

        if (name && resolve(&ports[i], fact, former, scan))
            text_addf(&names, "%s%u=%s", names.len ? " " : "", ports[i].port, name);
        else if (name)
            open = true;
    }
    service->ports = ports;
    service->port_count = fact->port_count;
    if (names.len)
        inventory_annotate(&destination->meta, ANNOTATION_TARGET_NAMES,
                           arena_text(scan->arena, names.bytes), scan->arena);
    if (open)
        endpoint_set_add(service, fact, former ? former->service : NULL, scan);
}
