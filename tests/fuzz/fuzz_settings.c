/* tests/fuzz/fuzz_settings.c - any bytes as weft.yaml and as a kubeconfig: no crash, and what
 * cannot be used is told. */
#include "app/config.h"
#include "k8s-job/client/kubeconfig.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

#define EXPECT(what) ((what) ? (void)0 : (fprintf(stderr, "not so: %s\n", #what), abort()))

static void read_config(const char *path, struct arena *arena)
{
    struct diags diags = { .arena = arena };
    struct config config;
    struct err err = { .text = "" };

    if (config_read(&config, path, arena, &diags, &err) < 0) {
        EXPECT(*err.text);
        return;
    }
    if (diags.errors)
        return;
    EXPECT(config.specs.url && config.output.url && config.state_path);
    for (size_t i = 1; i < config.cluster_count; i++)
        EXPECT(strcmp(config.clusters[i - 1].name, config.clusters[i].name) < 0);
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
    for (const char **header = target.headers; header && *header; header++)
        EXPECT(!strpbrk(*header, "\r\n")); /* no second header */
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    int fd = memfd_create("settings", MFD_CLOEXEC);
    const char *path = arena_printf(arena, "/proc/self/fd/%d", fd);

    if (fd < 0 || write(fd, bytes, len) != (ssize_t)len)
        abort();
    read_config(path, arena);
    read_kubeconfig(path, arena);
    close(fd);
    return 0;
}
