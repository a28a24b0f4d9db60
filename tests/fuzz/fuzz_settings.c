/* tests/fuzz/fuzz_settings.c - any bytes as weft.yaml: a configuration that can be used, or a
 * reason why it cannot. */
#include "app/config.h"
#include "tests/fuzz/expect.h"
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

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

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    int fd = memfd_create("settings", MFD_CLOEXEC);
    const char *path = arena_printf(arena, "/proc/self/fd/%d", fd);

    if (fd < 0 || write(fd, bytes, len) != (ssize_t)len)
        abort();
    read_config(path, arena);
    close(fd);
    return 0;
}
