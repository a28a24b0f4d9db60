/* k8s-job/access/sealing_fetch.c - GET /v1/cert.pem of a Service.  The path is that of kubeseal.
 *
 * The request goes through the API server's proxy to Services, so weft needs no network path into
 * the cluster, and the server that answers for the cluster is authenticated. The certificate is
 * public, but it has to be the right cluster's: the holder of its key can read every intermediate
 * that is sealed with it. */
#include "k8s-job/access/sealing_fetch.h"
#include "base/http_url.h"
#include "base/text.h"

int sealing_fetch(const char **pem, struct kube *kube, const char *namespace, const char *service,
                  const char *port, struct arena *arena, struct err *err)
{
    const struct kube_request request = {
        .method = "GET",
        .path = arena_printf(arena, "/api/v1/namespaces/%s/services/http:%s:%s/proxy/v1/cert.pem",
                             http_url_escape(namespace, arena), http_url_escape(service, arena),
                             http_url_escape(port, arena)),
        .plain = true,
    };
    struct kube_answer answer;

    if (kube_do(kube, &answer, &request, arena, err) < 0)
        return -1;
    if (answer.status != 200)
        return kube_answer_failure(err, &answer, "fetch the sealing certificate");
    if (text_empty(answer.text))
        return err_set(err, ERR_KUBE, 0, "the sealed-secrets controller answered with nothing");
    *pem = answer.text;
    return 0;
}
