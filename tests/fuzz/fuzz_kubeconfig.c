/* tests/fuzz/fuzz_kubeconfig.c - any bytes as a kubeconfig: refused with a reason, or a target that
 * says where the server is and how weft proves who it is. */
#include "k8s-job/client/exec_plugin.h"
#include "k8s-job/client/kubeconfig.h"
#include "tests/fuzz/expect.h"
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void check_exec(const struct target *target, struct arena *arena)
{
    if (!target->exec)
        return;
    EXPECT(target->exec->command && *target->exec->command && target->exec->api_version);
    EXPECT(exec_plugin_request(target->exec, target, arena));
}

static void read_kubeconfig(const char *path, struct arena *arena)
{
    struct target target;
    struct err err = { .text = "" };

    if (kubeconfig_target(&target, path, NULL, arena, &err) < 0) {
        EXPECT(*err.text);
        return;
    }
    EXPECT(target.server && *target.server && target.label);
    EXPECT(!target.cert_pem == !target.key_pem);
    check_exec(&target, arena);
    for (const char **header = target.headers; header && *header; header++)
        EXPECT(!strpbrk(*header, "\r\n")); /* no second header */
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    int fd = memfd_create("kubeconfig", MFD_CLOEXEC);
    const char *path = arena_printf(arena, "/proc/self/fd/%d", fd);

    if (fd < 0 || write(fd, bytes, len) != (ssize_t)len)
        abort();
    read_kubeconfig(path, arena);
    close(fd);
    return 0;
}
