/* tests/lib/script.c - see script.h. */
#include "tests/lib/script.h"

#include <stdio.h>
#include <stdlib.h>

static void play(struct exchange *exchange, void *context)
{
    struct script *script = context;
    int index = exchange->number <= script->count ? exchange->number - 1 : script->count - 1;
    const struct exchange *answer = &script->answers[index];

    if (exchange->number <= 8)
        exchange_header(exchange, "Authorization", script->tokens[exchange->number - 1], 64);
    exchange_header(exchange, "Content-Type", script->last_type, sizeof script->last_type);
    exchange_header(exchange, "Accept", script->accept, sizeof script->accept);
    snprintf(script->last_path, sizeof script->last_path, "%s", exchange->path);
    snprintf(script->last_body, sizeof script->last_body, "%s", exchange->body);
    snprintf(script->last_method, sizeof script->last_method, "%s", exchange->method);
    exchange->action = answer->action;
    exchange->status = answer->status;
    exchange->type = answer->type;
    exchange->extra = answer->extra;
    exchange->text = answer->text;
    exchange->delay_ms = answer->delay_ms;
    if (exchange->number == 1 && script->new_token)
        workplace_write(&script->place, "token", script->new_token);
}

int script_setup(void **state)
{
    struct script *script = calloc(1, sizeof *script);

    workplace_open(&script->place);
    workplace_write(&script->place, "token", "old\n");
    script->server = server_start(play, script);
    *state = script;
    return 0;
}

int script_teardown(void **state)
{
    struct script *script = *state;

    server_stop(script->server);
    workplace_close(&script->place);
    free(script);
    return 0;
}

struct kube *script_kube(struct script *script, const char *credential)
{
    return workplace_kube(&script->place, server_port(script->server), credential);
}
