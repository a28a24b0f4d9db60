/* tests/unit/api/test_value.c - which values are taken into manifests.  The rows are those of
 * apimachinery's and Istio's own validation. */
#include "tests/lib/specs_sample.h"

#include "api/value.h"
#include <stdio.h>

struct row {
    const char *text;
    bool valid;
};

static void check_rows(const struct row *rows, size_t count, bool (*valid)(const char *text))
{
    for (size_t i = 0; i < count; i++)
        if (valid(rows[i].text) != rows[i].valid)
            fail_msg("'%s' should be %s", rows[i].text, rows[i].valid ? "taken" : "refused");
}

static void test_host_names(void **state)
{
    static const struct row rows[] = {
        { "gateway.example.com", true },
        { "localhost", true },
        { "A1.Example.COM", true },
        { "xn--bcher-kva.example", true },
        { "7.a", true },
        { "a123456789a123456789a123456789a123456789a123456789a123456789abc.b", true },
        { "", false },
        { ".", false },
        { "a.", false },
        { ".a", false },
        { "a..b", false },
        { "a_b.c", false },
        { "a b", false },
        { "-a.b", false },
        { "a-.b", false },
        { "a.7", false },
        { "10.0.0.256", false },
        { "a:1", false },
        { "https://a", false },
        { "a/b", false },
        { "*.a", false },
        { "a\n", false },
        { "b\xC3\xBC"
          "cher.example",
          false },
        { "a123456789a123456789a123456789a123456789a123456789a123456789abcd.b", false },
    };

    (void)state;
    check_rows(rows, LENGTH(rows), value_is_host_name);
}

static void test_host_length(void **state)
{
    char text[256];

    (void)state;
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = i % 50 == 49 ? '.' : 'a';
    text[253] = '\0';
    assert_true(value_is_host_name(text));
    text[253] = 'a';
    text[254] = '\0';
    assert_false(value_is_host_name(text));
}

static void test_labels(void **state)
{
    static const struct row keys[] = {
        { "app", true },
        { "App.kubernetes_io-x", true },
        { "app.kubernetes.io/name", true },
        { "a.io/b", true },
        { "a.io/-b", false },
        { "a123456789a123456789a123456789a123456789a123456789a123456789abc", true },
        { "", false },
        { "/a", false },
        { "a/", false },
        { "a/b/c", false },
        { "A.io/b", false },
        { "-a", false },
        { "a.", false },
        { "a*", false },
        { "a b", false },
        { "a123456789a123456789a123456789a123456789a123456789a123456789abcd", false },
    };
    static const struct row values[] = {
        { "", true },
        { "v1", true },
        { "V_1.x-y", true },
        { "*", false },
        { "a/b", false },
        { "a b", false },
        { "_a", false },
        { "a\n", false },
        { "a123456789a123456789a123456789a123456789a123456789a123456789abcd", false },
    };

    (void)state;
    check_rows(keys, LENGTH(keys), value_is_label_key);
    check_rows(values, LENGTH(values), value_is_label_value);
}

/* A gateway that is reached at address; true: nothing was said. */
static bool takes_address(const char *field, const char *address)
{
    struct sample sample;
    char spec[512];
    bool taken;

    snprintf(spec, sizeof spec,
             "  kubeService:\n"
             "    ref: {name: gw, namespace: edge, clusterName: a}\n"
             "    externalAddresses: [{%s: '%s'}]\n",
             field, address);
    sample_spec(&sample, KIND_DESTINATION, spec);
    taken = !*sample.said;
    sample_free(&sample);
    return taken;
}

static void test_addresses(void **state)
{
    static const struct row rows[] = {
        { "192.0.2.1", true },
        { "10.0.0.1", true },
        { "100.64.0.1", true },
        { "169.253.255.255", true },
        { "223.255.255.255", true },
        { "240.0.0.1", true },
        { "2001:db8::1", true },
        { "fd00::1", true },
        { "fe00::1", true },
        { "::ffff:192.0.2.1", true },
        { "::2", true },
        { "0.0.0.0", false },
        { "127.0.0.1", false },
        { "127.255.255.255", false },
        { "169.254.169.254", false },
        { "224.0.0.1", false },
        { "239.255.255.255", false },
        { "255.255.255.255", false },
        { "::", false },
        { "::1", false },
        { "fe80::1", false },
        { "febf::1", false },
        { "ff02::1", false },
        { "::ffff:127.0.0.1", false },
        { "::ffff:0.0.0.0", false },
        { "fe80::1%eth0", false },
        { "[2001:db8::1]", false },
        { "192.0.2.1:443", false },
        { "192.0.2.1/32", false },
        { "192.0.2.01", false },
        { "192.0.2", false },
        { "192.0.2.1 ", false },
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        if (takes_address("ip", rows[i].text) != rows[i].valid)
            fail_msg("ip %s should be %s", rows[i].text, rows[i].valid ? "taken" : "refused");
        if (takes_address("dnsName", rows[i].text) != rows[i].valid)
            fail_msg("dnsName %s should be %s", rows[i].text, rows[i].valid ? "taken" : "refused");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_host_names),
        cmocka_unit_test(test_host_length),
        cmocka_unit_test(test_labels),
        cmocka_unit_test(test_addresses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
