/* k8s-job/observe/tls_probe.c - reads the certificates that each istiod presents.  Must not decide
 * what they prove. */
#include "k8s-job/observe/tls_probe.h"
#include "base/http_all.h"

#include <string.h>

enum { IN_FLIGHT = 64, IN_FLIGHT_HOST = 4 };

/* "host:port" and nothing more: it becomes part of a URL. */
static bool is_address(const char *text)
{
    const char *colon = strrchr(text, ':');
    int64_t port;

    for (const char *p = text; *p; p++)
        if ((unsigned char)*p <= ' ' || (unsigned char)*p >= 0x7F || strchr("/\\@?#%", *p))
            return false;
    return colon && colon != text && parse_int(colon + 1, 1, 65535, &port)
           && (*text == '[' ? colon[-1] == ']' : strchr(text, ':') == colon);
}

/* Why no handshake can be made; NULL: it can. */
static const char *obstacle(const struct hello *hello, struct arena *arena)
{
    if (!is_address(hello->address))
        return arena_printf(
            arena, "\"%s\" is no address of an istiod: write host:port, such as 10.0.0.7:15012",
            hello->address);
    return text_empty(hello->roots_pem) ? "there is no root to verify istiod by" : NULL;
}

static void take_chain(struct hello *hello, const struct http_job *job, struct arena *arena)
{
    hello->known = job->err.kind == ERR_NONE;
    hello->why = hello->known ? "" : arena_text(arena, job->err.text);
    hello->chain = job->response.chain;
    hello->count = job->response.chain_count;
}

void tls_probe_all(struct http *http, struct hello *hellos, size_t count, struct arena *arena)
{
    struct http_job *jobs = ARENA_NEW(arena, struct http_job, count);
    struct http_peer *peers = ARENA_NEW(arena, struct http_peer, count);
    struct hello **asked = ARENA_NEW(arena, struct hello *, count);
    size_t used = 0;

    for (size_t i = 0; i < count; i++) {
        struct hello *hello = &hellos[i];

        hello->known = false;
        hello->chain = NULL;
        hello->count = 0;
        hello->why = obstacle(hello, arena);
        if (hello->why)
            continue;
        peers[used] = (struct http_peer){ .ca_pem = hello->roots_pem,
                                          .server_name = hello->server_name ? hello->server_name
                                                                            : HELLO_NAME };
        jobs[used].request = (struct http_request){
            .method = "GET",
            .url = arena_printf(arena, "https://%s/", hello->address),
            .peer = &peers[used],
            .hello = true,
        };
        asked[used++] = hello;
    }
    http_all(http, jobs, used, IN_FLIGHT, IN_FLIGHT_HOST, arena);
    for (size_t i = 0; i < used; i++)
        take_chain(asked[i], &jobs[i], arena);
}

bool tls_probe_shows(const struct hello *hello, const char *digest)
{
    for (size_t i = 0; hello->known && i < hello->count; i++)
        if (strcmp(hello->chain[i], digest) == 0)
            return true;
    return false;
}
