/* tests/fuzz/fuzz_exec_plugin.c - any bytes as what an exec plugin prints: refused with a reason
 * that quotes none of them, or a whole credential, which is the same when it is printed again. */
#include "base/clock.h"
#include "base/node.h"
#include "base/write_json.h"
#include "k8s-job/client/credential.h"
#include "k8s-job/client/exec_plugin.h"
#include "tests/fuzz/expect.h"
#include <string.h>

static const char version[] = "client.authentication.k8s.io/v1";

/* What the plugin printed may be a secret.  A reason that quoted it would differ from input to
 * input, so more reasons than there are checks show that one does. */
static void check_refusal(const struct err *err)
{
    enum { REASONS_MAX = 8 };
    static char known[REASONS_MAX][sizeof err->text];
    static size_t count;
    size_t i = 0;

    EXPECT(err->kind == ERR_INPUT && *err->text);
    while (i < count && strcmp(known[i], err->text) != 0)
        i++;
    if (i < count)
        return;
    EXPECT(count < REASONS_MAX);
    memcpy(known[count++], err->text, sizeof err->text);
}

static const char *print(const struct plugin_answer *answer, struct arena *arena)
{
    struct node *root = node_map(arena), *status;
    AUTO_TEXT out = { 0 };

    node_set_text(arena, root, "apiVersion", version);
    node_set_text(arena, root, "kind", "ExecCredential");
    status = node_set(root, "status", node_map(arena));
    node_set_text(arena, status, "token", answer->token);
    node_set_text(arena, status, "clientCertificateData", answer->cert_pem);
    node_set_text(arena, status, "clientKeyData", answer->key_pem);
    if (answer->expires)
        node_set_text(arena, status, "expirationTimestamp", clock_text(answer->expires, arena));
    write_json(&out, root, false);
    return arena_text(arena, out.bytes);
}

static bool same(const char *a, const char *b) { return text_equal(a, b) || (!a && !b); }

static void check_credential(const struct plugin_answer *answer, struct arena *arena)
{
    const char *text;
    struct plugin_answer again;
    struct err err;

    EXPECT(answer->token || answer->cert_pem);
    EXPECT(!answer->cert_pem == !answer->key_pem);
    EXPECT(!answer->token || *answer->token);
    if (answer->expires < 0) /* a year before 0 has no text of this form */
        return;
    text = print(answer, arena);
    EXPECT(exec_plugin_decode(&again, text, strlen(text), version, arena, &err) == 0);
    EXPECT(same(answer->token, again.token) && same(answer->cert_pem, again.cert_pem)
           && same(answer->key_pem, again.key_pem) && answer->expires == again.expires);
}

/* Whatever is left of a token can be a header. */
static void check_token(const char *text, struct arena *arena)
{
    char *token = arena_text(arena, text);

    if (!credential_clean_token(token))
        return;
    EXPECT(*token);
    for (const char *c = token; *c; c++)
        EXPECT(*c > ' ' && *c <= '~');
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct plugin_answer answer;
    struct err err = { 0 };

    check_token(arena_bytes(arena, bytes, len), arena);
    if (exec_plugin_decode(&answer, (const char *)bytes, len, version, arena, &err) < 0) {
        check_refusal(&err);
        return 0;
    }
    check_credential(&answer, arena);
    if (answer.token)
        check_token(answer.token, arena);
    return 0;
}
