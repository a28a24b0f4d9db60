/* translate/virtual_ip.c - a virtual IP for each federated Service.  Decides who has which, renders
 * nothing.
 *
 * Clients keep the address of a Service in their DNS caches and proxies, so a Service that has one
 * must keep it, whichever Services come, go or are retained beside it. Hence the order. Addresses
 * that the records note are given back first. Those that Services of retained virtual meshes have
 * are reserved, because their files stay as they are. Then each remaining Service takes its first
 * candidate, a hash of its cluster, namespace and name, which needs no memory; where two have the
 * same one, the Service that the output branch shows with it keeps it. Only who is left walks on
 * through the candidates.
 *
 * Each address belongs to one Service in the end, and the result depends on the specs and the tip
 * alone. The record notes what differs from the first candidate: most fleets note nothing, and a
 * lost record moves no Service but those that once collided. */
#include "translate/virtual_ip.h"

#include "translate/previous.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

#define FNV_OFFSET 2166136261U
#define FNV_PRIME 16777619U

/* FNV-1: multiply, then xor. */
static uint32_t fnv_add(uint32_t hash, const char *text)
{
    for (; *text; text++)
        hash = hash * FNV_PRIME ^ (unsigned char)*text;
    return hash;
}

uint32_t virtual_ip_candidate(struct cluster_ref service, unsigned attempt)
{
    uint32_t hash = FNV_OFFSET;
    char mark[16] = "";

    if (attempt)
        snprintf(mark, sizeof mark, "#%u", attempt);
    hash = fnv_add(hash, service.name);
    hash = fnv_add(hash, service.namespace);
    hash = fnv_add(hash, service.cluster);
    hash = fnv_add(hash, "kube-service");
    hash = fnv_add(hash, mark);
    /* The least significant byte of the hash is the first of the address. */
    return __builtin_bswap32(hash) | 0xF0000000U;
}

bool virtual_ip_usable(uint32_t address)
{
    return address != 0xF0000000U && address != 0xFFFFFFFFU && address >> 16 != 0xF0F0U;
}

const char *virtual_ip_text(uint32_t address, struct arena *arena)
{
    return arena_printf(arena, "%u.%u.%u.%u", address >> 24, address >> 16 & 255,
                        address >> 8 & 255, address & 255);
}

/* RFC 4193, with "weft" as global ID, so that it is most unlikely to be a network of anyone else.
 * Istio's own addresses are in 2001:2::/48. */
#define IPV6_NETWORK "fd00:7765:6674::"

const char *virtual_ip_ipv6(const char *address, struct arena *arena)
{
    unsigned bytes[4] = { 0 };
    size_t parts = 1;

    for (const char *at = address; *at; at++) {
        parts += *at == '.';
        assert(parts <= LENGTH(bytes));
        if (*at != '.')
            bytes[parts - 1] = 10 * bytes[parts - 1] + (unsigned)(*at - '0');
    }
    assert(parts == LENGTH(bytes));
    return arena_printf(arena, IPV6_NETWORK "%x:%x", bytes[0] << 8 | bytes[1],
                        bytes[2] << 8 | bytes[3]);
}

/* Who has which address so far. */
struct book {
    struct resolved *resolved;
    const struct tree_reader *before;
    struct arena *arena;
    struct map *by_address; /* text -> struct export, or reserved */
    struct export reserved; /* the place of Services of VirtualMeshes that are retained */
};

static const char *first_candidate(struct cluster_ref service, struct arena *arena)
{
    return virtual_ip_text(virtual_ip_candidate(service, 0), arena);
}

/* Addresses that are noted are given back first, so that no Service moves. */
static void take_noted(struct book *book)
{
    struct map *noted = map_new(book->arena);

    for (size_t i = 0; i < book->resolved->virtual_mesh_count; i++) {
        const struct resolved_virtual_mesh *virtual_mesh = &book->resolved->virtual_meshes[i];

        for (size_t k = 0; virtual_mesh->record && k < virtual_mesh->record->address_count; k++) {
            const struct pair *pair = &virtual_mesh->record->addresses[k];

            map_put(noted, pair->key, arena_text(book->arena, pair->value));
            if (virtual_mesh->plan->retained)
                map_put(book->by_address, pair->value, &book->reserved);
        }
    }
    for (size_t i = 0; i < book->resolved->export_count; i++) {
        struct export *export = &book->resolved->exports[i];
        const char *address = map_find(noted, export->host);

        if (!address || map_find(book->by_address, address))
            continue;
        export->address = address;
        map_put(book->by_address, address, export);
    }
}

/* Services of retained VirtualMeshes are known by the addresses in their previous files, most of
 * them by their first candidate. */
static void reserve_retained(struct book *book)
{
    for (size_t i = 0; i < book->resolved->specs->destination_count; i++) {
        const struct resolved_mesh *home = book->resolved->destination_meshes[i];
        const char *address;

        if (!home || !home->virtual_mesh || !home->virtual_mesh->plan->retained)
            continue;
        address = first_candidate(book->resolved->specs->destinations[i].service->ref, book->arena);
        if (!map_find(book->by_address, address))
            map_put(book->by_address, address, &book->reserved);
    }
}

/* Gives the first candidate to all that can have it; where two want it, the one that had it before.
 */
static int take_first(struct book *book, struct export *export, struct err *err)
{
    const struct cluster_ref service = export->destination->service->ref;
    const char *address = first_candidate(service, book->arena);
    struct export *holder = map_find(book->by_address, address);
    bool had = false;

    if (!virtual_ip_usable(virtual_ip_candidate(service, 0)))
        return 0;
    if (holder
        && previous_has_address(&had, book->before, export, address,
                                virtual_ip_ipv6(address, book->arena), book->arena, err)
               < 0)
        return -1;
    if (holder && !had)
        return 0;
    if (holder)
        holder->address = NULL;
    export->address = address;
    map_put(book->by_address, address, export);
    return 0;
}

static void take_next(struct book *book, struct export *export)
{
    for (unsigned attempt = 1; !export->address; attempt++) {
        uint32_t candidate = virtual_ip_candidate(export->destination->service->ref, attempt);
        const char *address = virtual_ip_text(candidate, book->arena);

        if (!virtual_ip_usable(candidate) || map_find(book->by_address, address))
            continue;
        export->address = address;
        map_put(book->by_address, address, export);
    }
}

/* What the record has to note. */
static void note(const struct book *book)
{
    struct resolved *resolved = book->resolved;
    struct arena *arena = book->arena;

    for (size_t i = 0; i < resolved->export_count; i++) {
        const struct export *export = &resolved->exports[i];
        struct resolved_virtual_mesh *virtual_mesh = export->home->virtual_mesh;

        assert(map_find(book->by_address, export->address) == export); /* and so of no other */
        if (!strcmp(export->address, first_candidate(export->destination->service->ref, arena)))
            continue;
        *ARENA_PUSH(arena, virtual_mesh->addresses, virtual_mesh->plan->address_count) =
            (struct pair){ export->host, export->address };
        virtual_mesh->plan->addresses = virtual_mesh->addresses;
    }
}

int virtual_ip_assign(struct resolved *resolved, const struct tree_reader *before,
                      struct arena *arena, struct err *err)
{
    struct book book = { resolved, before, arena, map_new(arena), { 0 } };

    take_noted(&book);
    reserve_retained(&book);
    for (size_t i = 0; i < resolved->export_count; i++)
        if (!resolved->exports[i].address && take_first(&book, &resolved->exports[i], err) < 0)
            return -1;
    for (size_t i = 0; i < resolved->export_count; i++)
        if (!resolved->exports[i].address)
            take_next(&book, &resolved->exports[i]);
    note(&book);
    return 0;
}
