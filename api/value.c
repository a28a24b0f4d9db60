/* api/value.c - the rules of the API server and of Istio's webhook for texts in manifests.  Must
 * not know any kind, nor where a value goes.
 *
 * The rules are those of the API server and of Istio's webhook: a manifest that either refuses
 * stops a whole GitOps sync, and with it every correction in the same commit. Addresses are
 * compared as bytes of one family, with IPv4 mapped into IPv6, so that an address cannot pass as
 * ordinary in its other spelling. */
#include "api/value.h"
#include "base/names.h"

#include <arpa/inet.h>

/* How much of a wrong value a diag repeats. */
#define SHOWN "%.80s"
enum { HOST_MAX = 253, LABEL_MAX = 63 };

/* Length of the DNS label that text begins with, letters of any case (Istio's dns1123LabelFmt); 0:
 * it begins with none. */
static size_t host_label(const char *text)
{
    size_t len = 0;

    while (is_alnum(text[len]) || text[len] == '-')
        len++;
    return len && len <= LABEL_MAX && text[0] != '-' && text[len - 1] != '-' ? len : 0;
}

static bool is_number(const char *text)
{
    return *text && strspn(text, "0123456789") == strlen(text);
}

bool value_is_host_name(const char *text)
{
    size_t len;

    if (strlen(text) > HOST_MAX)
        return false;
    while ((len = host_label(text)) > 0) {
        if (!text[len])
            return !is_number(text);
        if (text[len] != '.')
            return false;
        text += len + 1;
    }
    return false;
}

/* Both families as one: an IPv4 address in the form ::ffff:0:0/96 (RFC 4291, 2.5.5.2), as an
 * address that is mapped so is judged as what it is. */
static bool parse_address(unsigned char out[16], const char *text)
{
    static const unsigned char mapped[12] = { [10] = 0xFF, [11] = 0xFF };

    memcpy(out, mapped, sizeof mapped);
    return inet_pton(AF_INET, text, out + sizeof mapped) == 1
           || inet_pton(AF_INET6, text, out) == 1;
}

bool value_is_ip_address(const char *text)
{
    unsigned char address[16];

    return parse_address(address, text);
}

/* Addresses that other hosts cannot connect to (RFC 6890, RFC 4291), by their first bits. */
static const struct {
    unsigned char first[16];
    int bits;
    const char *kind;
} special_addresses[] = {
    { { [10] = 0xFF, [11] = 0xFF }, 128, "unspecified" },
    { { [10] = 0xFF, [11] = 0xFF, [12] = 127 }, 104, "a loopback address" },
    { { [10] = 0xFF, [11] = 0xFF, [12] = 169, [13] = 254 }, 112, "a link-local address" },
    { { [10] = 0xFF, [11] = 0xFF, [12] = 224 }, 100, "a multicast address" },
    { { [10] = 0xFF, [11] = 0xFF, [12] = 255, [13] = 255, [14] = 255, [15] = 255 },
      128,
      "the broadcast address" },
    { { 0 }, 128, "unspecified" },
    { { [15] = 1 }, 128, "a loopback address" },
    { { 0xFE, 0x80 }, 10, "a link-local address" },
    { { 0xFF }, 8, "a multicast address" },
};

static bool begins_with(const unsigned char *address, const unsigned char *first, int bits)
{
    const int bytes = bits / 8, rest = bits % 8;

    return !memcmp(address, first, (size_t)bytes)
           && (!rest || (address[bytes] ^ first[bytes]) >> (8 - rest) == 0);
}

/* NULL: an ordinary one. */
static const char *special_kind(const unsigned char *address)
{
    for (size_t i = 0; i < LENGTH(special_addresses); i++)
        if (begins_with(address, special_addresses[i].first, special_addresses[i].bits))
            return special_addresses[i].kind;
    return NULL;
}

bool value_is_reachable(const char *text)
{
    unsigned char address[16];

    return parse_address(address, text) ? !special_kind(address) : value_is_host_name(text);
}

static void check_ordinary(const struct at *at, const char *text, const unsigned char *address)
{
    const char *kind = special_kind(address);

    if (kind)
        at_error(at,
                 "must be an address that other hosts can connect to, and " SHOWN
                 " is %s; write the address that they use, or remove the entry",
                 text, kind);
}

void value_check_ip(const struct at *at, const char *text)
{
    unsigned char address[16];

    if (!*text)
        return;
    if (parse_address(address, text))
        check_ordinary(at, text, address);
    else
        at_error(at, "must be an IPv4 or IPv6 address; got '" SHOWN "'", text);
}

/* The length behind the '/', in the decimal form without zeros before it that netip.ParsePrefix
 * takes. */
static bool is_prefix_len(const char *text, bool ipv4)
{
    int64_t len;

    return parse_int(text, 0, ipv4 ? 32 : 128, &len) && is_number(text)
           && (text[0] != '0' || !text[1]);
}

void value_check_network(const struct at *at, const char *text)
{
    const char *slash = strchr(text, '/');
    const char *base;

    if (!slash) {
        value_check_ip(at, text);
        return;
    }
    base = arena_bytes(at->with->arena, text, (size_t)(slash - text));
    if (!value_is_ip_address(base) || !is_prefix_len(slash + 1, !strchr(base, ':')))
        at_error(at, "must be an IP address or a network such as 10.0.0.0/8; got '" SHOWN "'",
                 text);
}

/* What people most often write in place of a host name, and what to do about it. */
static const char *host_remedy(const char *text)
{
    const char *colon = strrchr(text, ':'), *dot = strrchr(text, '.');

    if (strstr(text, "://"))
        return "write the host alone, without a scheme such as https://";
    if (text[0] == '[')
        return "write an IPv6 address without brackets and port";
    if (colon && is_number(colon + 1))
        return "write the host alone: its port comes from the ports of the Service";
    if (strchr(text, '/'))
        return "write the host alone, without a path";
    if (dot && !dot[1])
        return "leave out the dot at its end";
    if (strchr(text, '_'))
        return "'_' cannot be in the name of a host";
    if (text[strcspn(text, " \t\r\n")])
        return "it cannot hold blanks";
    if (strchr(text, '*'))
        return "'*' can only be its first label";
    if (is_number(dot ? dot + 1 : text))
        return "its last label must not be a number";
    return "labels of at most 63 letters, digits and '-' are joined by dots, 253 bytes together";
}

static void refuse_host(const struct at *at, const char *what, const char *text)
{
    at_error(at, "must be %s: %s; got '" SHOWN "'", what, host_remedy(text), text);
}

void value_check_host(const struct at *at, const char *text)
{
    if (*text && !value_is_host_name(text))
        refuse_host(at, "a host name such as gateway.example.com", text);
}

static const char *behind_wildcard(const char *text)
{
    return text_starts(text, "*.") ? text + 2 : text;
}

void value_check_wildcard_host(const struct at *at, const char *text)
{
    if (*text && !value_is_host_name(behind_wildcard(text)))
        refuse_host(at, "a host name such as www.example.com or *.example.com", text);
}

void value_check_address(const struct at *at, const char *text)
{
    unsigned char address[16];

    if (!*text)
        return;
    if (parse_address(address, text))
        check_ordinary(at, text, address);
    else if (!value_is_host_name(behind_wildcard(text)))
        refuse_host(at, "a host name or an IP address", text);
}

void value_check_port_name(const struct at *at, const char *text)
{
    if (*text && text[host_label(text)])
        at_error(at,
                 "must be a DNS label: letters, digits and '-', beginning and ending with a letter "
                 "or digit, at most 63 of them (RFC 1123); got '" SHOWN "'",
                 text);
}

const char *value_port_name(const struct service_port *port)
{
    return text_empty(port->name) ? port->protocol : port->name;
}

/* Notes that the text is used by ports[i]; false, and a diag, when an earlier port has it. */
static bool take(struct map *taken, const struct at *list, size_t i, const char *text,
                 const char *what)
{
    struct arena *arena = list->with->arena;
    const size_t *before = map_find(taken, text);
    struct at item = at_item(list, i);
    size_t *index;

    if (before) {
        at_error(&item, "has the %s of ports[%zu], %.63s; give each port its own", what, *before,
                 text);
        return false;
    }
    index = ARENA_NEW(arena, size_t, 1);
    *index = i;
    map_put(taken, text, index);
    return true;
}

void value_check_ports(const struct at *list, const struct service_port *ports, size_t count)
{
    struct arena *arena = list->with->arena;
    struct map *names, *numbers;

    if (count < 2)
        return;
    names = map_new(arena);
    numbers = map_new(arena);
    for (size_t i = 0; i < count; i++) {
        if (!ports[i].port || text_equal(ports[i].protocol, "UDP")
            || text_equal(ports[i].protocol, "SCTP"))
            continue;
        if (take(numbers, list, i, arena_printf(arena, "%u", ports[i].port), "number"))
            take(names, list, i, value_port_name(&ports[i]), "name");
    }
}

/* Letters, digits, '-', '_' and '.', at most 63, the first and the last one a letter or digit. */
static bool is_label_name(const char *text)
{
    size_t len = 0;

    while (is_alnum(text[len]) || (text[len] && strchr("-_.", text[len])))
        len++;
    return len && len <= LABEL_MAX && !text[len] && is_alnum(text[0]) && is_alnum(text[len - 1]);
}

bool value_is_label_value(const char *text) { return !*text || is_label_name(text); }

bool value_is_label_key(const char *text)
{
    const char *slash = strchr(text, '/');
    char prefix[HOST_MAX + 1];

    if (!slash)
        return is_label_name(text);
    if ((size_t)(slash - text) >= sizeof prefix)
        return false;
    memcpy(prefix, text, (size_t)(slash - text));
    prefix[slash - text] = '\0';
    return names_is_dns_subdomain(prefix) && is_label_name(slash + 1);
}

void value_check_label_value(const struct at *at, const char *text)
{
    if (!value_is_label_value(text))
        at_error(
            at,
            "must be at most 63 letters, digits, '-', '_' and '.', beginning and ending with a "
            "letter or digit, as the values of labels are; got '" SHOWN "'",
            text);
}

void value_check_labels(const struct at *at, const struct pair *labels, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct at member;

        if (value_is_label_key(labels[i].key) && value_is_label_value(labels[i].value))
            continue;
        member = at_key(at, labels[i].key);
        if (value_is_label_key(labels[i].key))
            value_check_label_value(&member, labels[i].value);
        else
            at_error(&member,
                     "is no key of a label: a name of at most 63 letters, digits, '-', '_' and "
                     "'.', and before it, if anything, a DNS name and '/'");
    }
}
