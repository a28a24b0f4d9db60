/* k8s-job/client/pem.c - reads PEM members.  Looks at the first line only: OpenSSL judges the rest.
 */
#include "k8s-job/client/pem.h"
#include "base/base64.h"

#include "k8s-job/client/target.h"

#include "base/files.h"
#include "k8s-job/client/kubeconfig_text.h"

#include <string.h>

enum { PEM_MAX = 4 * 1024 * 1024 };

const char *pem_relative_path(const char *path, const char *folder, struct arena *arena)
{
    return path[0] == '/' ? path : arena_printf(arena, "%s/%s", folder, path);
}

static int check(const char *pem, const char *key, struct err *err)
{
    if (!strstr(pem, "-----BEGIN "))
        return err_set(err, ERR_INPUT, 0, "%s is not PEM (no \"-----BEGIN\" in it)", key);
    return 0;
}

/* The decoded key is wiped from the buffer; the copy in the arena goes when kube_close shreds it.
 */
static int from_base64(const char **out, const char *data, const char *key, struct arena *arena,
                       struct err *err)
{
    AUTO_TEXT pem = { 0 };

    if (!base64_decode(&pem, data, strlen(data)))
        return err_set(err, ERR_INPUT, 0, "%s-data is not base64", key);
    *out = arena_bytes(arena, pem.bytes ? pem.bytes : "", pem.len);
    explicit_bzero(pem.bytes ? pem.bytes : (char[1]){ 0 }, pem.len);
    return check(*out, key, err);
}

/* The inline member wins over the file, as in client-go. */
int pem_member(const char **out, const struct node *map, const char *key, const char *folder,
               struct arena *arena, struct err *err)
{
    const char *data = kubeconfig_text(map, arena_printf(arena, "%s-data", key));
    const char *path = kubeconfig_text(map, key);
    char *bytes;
    size_t len;

    *out = NULL;
    if (!text_empty(data))
        return from_base64(out, data, key, arena, err);
    if (text_empty(path))
        return 0;
    if (file_read(&bytes, &len, pem_relative_path(path, folder, arena), PEM_MAX, arena, err) < 0)
        return err_wrap(err, "%s", key);
    *out = bytes;
    return check(bytes, key, err);
}
