/* tests/unit/app/test_config.c - the configuration: what it gives, and every mistake with its
 * place. */
#include "app/config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define HEAD "apiVersion: weft.dev/v1alpha1\nkind: Config\n"
#define REST "specs: {url: git://h/s}\noutput: {url: git://h/o}\n"

#define PULL(url, keys)                                                                            \
    "specs: {url: git://h/s}\noutput: {url: \"" url "\", mode: pull-request, pullRequest: " keys   \
    "}\n"

static const char *write_config(const char *text)
{
    static char path[] = "/tmp/weft-config-XXXXXX";
    FILE *file;
    int fd;

    strcpy(path + sizeof path - 7, "XXXXXX");
    fd = mkstemp(path);
    assert_true(fd >= 0);
    file = fdopen(fd, "w");
    fputs(text, file);
    fclose(file);
    return path;
}

/* clang-format off */
static const struct {
    const char *name, *text, *want; /* want: a part of the first diag, NULL: no mistake */
} cases[] = {
    { "the least that works", HEAD REST, NULL },
    { "everything", HEAD
      "specs: {url: https://git.example.com/s, ref: main, path: a/b, auth: {username: u, passwordFile: p}}\n"
      "output: {url: ssh://git@h/o, branch: rendered, path: out, author: {name: weft, email: e@x}, granularity: service,\n"
      "  externalServices: true, importScope: callers, onDrift: overwrite, maxDeletedShare: 0.2, auth: {sshKeyFile: k, knownHostsFile: h}}\n"
      "state: {path: /s/state.db, keyFile: /k}\ncache: {path: /c}\ndelivery: {mode: sealed-secret}\n"
      "management: {kubeconfig: k, context: c, allowExec: true, allowInsecure: true, lease: false, events: false, gitops: true,\n"
      "  reportConfigMap: true}\npki: {keyType: ec-p256}\npodNamespace: mesh\n"
      "metrics: {file: m.prom, pushgateway: \"http://push:9091\"}\n"
      "clusters:\n- {name: b, sealingCertificate: b.pem, kubeconfig: k, context: c, istiod: \"[::1]:15012\", takeOver: true}\n"
      "- {name: a, inCluster: true}\n", NULL },
    { "an inventory elsewhere", HEAD REST "inventory: {url: git://h/i, branch: main, path: a, auth: {username: u}}\n", NULL },
    { "an inventory in a path", HEAD REST "inventory: {path: /a}\n", "inventory.path" },
    { "a path that no trailer holds", HEAD REST "inventory: {path: 'a  b'}\n", "inventory.path: must not have blanks" },
    { "credentials for the repository of the output", HEAD REST "inventory: {auth: {username: u}}\n", "inventory.auth: has no effect" },
    { "a password in its URL", HEAD REST "inventory: {url: \"https://u:p@h/i\"}\n", "inventory.url: must not hold a password" },
    { "two branches for it", HEAD REST "discovery: {branch: a}\ninventory: {branch: b}\n", "inventory.branch: is b" },
    { "an istiod without a port", HEAD REST "clusters:\n- {name: a, istiod: host}\n", "clusters[0].istiod: must be host:port" },
    { "a port that is none", HEAD REST "clusters:\n- {name: a, istiod: \"h:0\"}\n", "clusters[0].istiod" },
    { "a cluster reached in two ways", HEAD REST "clusters:\n- {name: a, kubeconfig: k, inCluster: true}\n", "clusters[0]" },
    { "a context of no kubeconfig", HEAD REST "clusters:\n- {name: a, context: c}\n", "clusters[0].context: is a context of a kubeconfig" },
    { "a Pushgateway without a scheme", HEAD REST "metrics: {pushgateway: \"push:9091\"}\n", "metrics.pushgateway: must be the base URL" },
    { "a key with a typo", HEAD REST "delivry: {mode: sealed-secret}\n", ":5:1: delivry: " },
    { "and its nearest name", HEAD REST "delivry: {mode: sealed-secret}\n", "did you mean delivery" },
    { "a wrong type", HEAD REST "clusters: {a: b}\n", ":5:11: clusters: " },
    { "no specs", HEAD "output: {url: git://h/o}\n", "specs.url: is required" },
    { "no output", HEAD "specs: {url: git://h/s}\n", "output.url: is required" },
    { "another version", "apiVersion: weft.dev/v2\nkind: Config\n" REST, ":1:13: apiVersion: must be weft.dev/v1alpha1" },
    { "another kind", "apiVersion: weft.dev/v1alpha1\nkind: Pod\n" REST, ":2:7: kind: must be Config" },
    { "two exclusive keys", HEAD REST "management: {kubeconfig: a, inCluster: true}\n", "management" },
    { "neither of them", HEAD REST "management: {}\n", "management: needs one of" },
    { "two ways to log in", HEAD "specs: {url: git://h/s, auth: {passwordFile: a, sshKeyFile: b}}\noutput: {url: git://h/o}\n", "specs.auth" },
    { "a password in a URL", HEAD "specs: {url: \"https://u:p@h/s\"}\noutput: {url: git://h/o}\n", "must not hold a password" },
    { "a path that leaves the repository", HEAD "specs: {url: git://h/s, path: ../x}\noutput: {url: git://h/o}\n", "specs.path: must be a folder inside" },
    { "a path from the root", HEAD "specs: {url: git://h/s, path: /x}\noutput: {url: git://h/o}\n", "specs.path" },
    { "a full ref as branch", HEAD "specs: {url: git://h/s}\noutput: {url: git://h/o, branch: refs/heads/x}\n", "output.branch" },
    { "pull requests of GitHub", HEAD PULL("https://github.com/a/b.git", "{tokenFile: t}"), NULL },
    { "pull requests of a Git daemon", HEAD PULL("git://h/o", "{tokenFile: t}"), "output.pullRequest.api" },
    { "pull requests without a token", HEAD PULL("https://github.com/a/b.git", "{draft: true}"), "output.pullRequest.tokenFile" },
    { "proposals to the branch itself", HEAD PULL("https://github.com/a/b.git", "{tokenFile: t, branch: rendered}"), "output.pullRequest.branch" },
    { "proposals to the branch of the specs", HEAD "specs: {url: https://h/a/b}\noutput: {url: https://h/a/b, mode: pull-request, pullRequest: {tokenFile: t, branch: main}}\n", "output.pullRequest.branch" },
    { "proposals and direct delivery", HEAD PULL("https://github.com/a/b.git", "{tokenFile: t}") "delivery: {mode: direct}\n", "output.mode" },
    { "proposals and one cluster with direct delivery", HEAD PULL("https://github.com/a/b.git", "{tokenFile: t}") "clusters:\n- {name: a, delivery: {mode: direct}}\n", "output.mode" },
    { "an API without a scheme", HEAD PULL("https://github.com/a/b.git", "{tokenFile: t, api: h}"), "output.pullRequest.api" },
    { "two labels in one", HEAD PULL("https://github.com/a/b.git", "{tokenFile: t, labels: [\"a,b\"]}"), "output.pullRequest.labels[0]" },
    { "windows and a freeze", HEAD REST "rotation: {windows: [{days: [mon, sun], from: \"22:00\", to: \"24:00\", clusters: [a]}]}\n"
      "freeze: [{from: 2026-12-20, to: 2026-12-20, reason: r, virtualMeshes: [a/b]}]\n", NULL },
    { "a day that is none", HEAD REST "rotation: {windows: [{days: [monday], from: \"22:00\", to: \"23:00\"}]}\n", "rotation.windows[0].days[0]" },
    { "a time that is none", HEAD REST "rotation: {windows: [{from: \"24:01\", to: \"23:00\"}]}\n", "rotation.windows[0].from" },
    { "minutes that are none", HEAD REST "rotation: {windows: [{from: \"08:00\", to: \"08:60\"}]}\n", "rotation.windows[0].to" },
    { "a window without an end", HEAD REST "rotation: {windows: [{from: \"08:00\"}]}\n", "rotation.windows[0].to" },
    { "a date that is none", HEAD REST "freeze: [{from: 2026-02-30, to: 2026-03-01}]\n", "freeze[0].from" },
    { "a freeze that ends first", HEAD REST "freeze: [{from: 2026-12-20, to: 2026-12-19}]\n", "freeze[0]" },
    { "a virtual mesh without a namespace", HEAD REST "freeze: [{from: 2026-12-20, to: 2026-12-21, virtualMeshes: [a]}]\n", "freeze[0].virtualMeshes[0]" },
    { "an author with a line break", HEAD "specs: {url: git://h/s}\noutput: {url: git://h/o, author: {name: \"a\\nparent 0\"}}\n", "output.author.name" },
    { "a share above one", HEAD "specs: {url: git://h/s}\noutput: {url: git://h/o, maxDeletedShare: 7}\n", "output.maxDeletedShare" },
    { "an unknown scope", HEAD "specs: {url: git://h/s}\noutput: {url: git://h/o, importScope: namespaces}\n", "output.importScope" },
    { "an unknown mode", HEAD REST "delivery: {mode: carrier-pigeon}\n", "delivery.mode" },
    { "an unknown key type", HEAD REST "pki: {keyType: DSA}\n", "pki.keyType" },
    { "a Vault, complete", HEAD REST "pki: {vault: [{server: \"https://v:8200\", serviceAccountFolder: /var/run/v}, {server: \"https://w\", appRole: {roleIdFile: r, secretIdFile: s}}]}\n", NULL },
    { "a Vault without its server", HEAD REST "pki: {vault: [{tokenFile: t}]}\n", "pki.vault[0].server: is required" },
    { "a Vault that is no URL", HEAD REST "pki: {vault: [{server: \"v:8200\"}]}\n", "pki.vault[0].server: must be a URL" },
    { "half of an AppRole", HEAD REST "pki: {vault: [{server: \"https://v\", appRole: {roleIdFile: r}}]}\n", "pki.vault[0]: appRole needs both" },
    { "two logins to a Vault", HEAD REST "pki: {vault: [{server: \"https://v\", tokenFile: t, appRole: {roleIdFile: r, secretIdFile: s}}]}\n", "pki.vault[0]: only one of" },
    { "a cluster twice", HEAD REST "clusters:\n- {name: a}\n- {name: a}\n", ":7:10: clusters[1].name: cluster a is listed twice" },
    { "a mode of delivery that there is not", HEAD REST "clusters:\n- {name: a, delivery: {mode: post}}\n", "clusters[0].delivery.mode" },
    { "a cluster without a name", HEAD REST "clusters:\n- {sealingCertificate: x}\n", "clusters[0].name: is required" },
    { "a key twice", HEAD REST "specs: {url: x}\n", "specs" },
    { "an output that is a path", HEAD "specs: {url: git://h/s}\noutput: {url: /srv/o.git}\n", ":4:15: output.url: cannot push safely to the path /srv/o.git" },
    { "an output by file://", HEAD "specs: {url: git://h/s}\noutput: {url: file:///srv/o.git}\n", "output.url: cannot push safely" },
    { "an output of no known scheme", HEAD "specs: {url: git://h/s}\noutput: {url: \"rsync://h/o\"}\n", ":4:15: output.url: repository URL: its scheme" },
    { "specs of no known scheme", HEAD "specs: {url: \"ftp://h/s\"}\noutput: {url: git://h/o}\n", ":3:14: specs.url: repository URL: its scheme" },
    { "one repository, one branch", HEAD "specs: {url: git://h/s, ref: x}\noutput: {url: git://h/s, branch: x}\n", ":4:34: output.branch: x is the branch of the specs" },
    { "one repository in two ways, one branch", HEAD "specs: {url: \"https://H/a/s.git\", ref: refs/heads/x}\noutput: {url: \"git@h:a/s\", branch: x}\n", "output.branch: x is the branch" },
    { "one repository, two branches", HEAD "specs: {url: git://h/s, ref: x}\noutput: {url: git://h/s}\n", NULL },
    { "one host, two ports", HEAD "specs: {url: \"git://h:1/s\", ref: x}\noutput: {url: \"git://h:2/s\", branch: x}\n", NULL },
    { "a home folder in a path", HEAD REST "state: {path: ~/weft/state.db}\n", ":5:15: state.path: \"~/weft/state.db\" is a path for a shell, and weft expands neither ~ nor variables; write /home/x/weft/state.db" },
    { "a variable in a path", HEAD REST "state: {keyFile: $HOME/k}\n", "state.keyFile: \"$HOME/k\" is a path for a shell, and weft expands neither ~ nor variables; write /home/x/k" },
    { "another variable", HEAD REST "cache: {path: \"${CACHE}/weft\"}\n", "cache.path: \"${CACHE}/weft\" is a path for a shell" },
    { "a home folder as specs", HEAD "specs: {url: ~/specs}\noutput: {url: git://h/o}\n", "specs.url: \"~/specs\" is a path for a shell" },
    { "a home folder of a cluster's file", HEAD REST "clusters:\n- {name: a, sealingCertificate: ~/a.pem}\n", "clusters[0].sealingCertificate: \"~/a.pem\" is" },
    { "a home folder of credentials", HEAD "specs: {url: git://h/s, auth: {passwordFile: ~/p}}\noutput: {url: git://h/o}\n", "specs.auth.passwordFile" },
    { "no YAML at all", "{", "" },
};
/* clang-format on */

static void config__mistakes_have_a_place_and_a_cure(void **state)
{
    (void)state;
    setenv("HOME", "/home/x", 1);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct arena *arena = arena_new();
        struct diags diags = { .arena = arena };
        struct text printed = { 0 };
        struct config config;
        struct err err;
        const char *path = write_config(cases[i].text);

        assert_int_equal(config_read(&config, path, arena, &diags, &err), 0);
        for (struct diag *diag = diags.first; diag; diag = diag->next) {
            diag_print(&printed, diag);
            text_addc(&printed, '\n');
        }
        if ((diags.errors > 0) != (cases[i].want != NULL)
            || (cases[i].want && !strstr(printed.bytes, cases[i].want)))
            fail_msg("%s: wanted \"%s\", got:\n%s", cases[i].name,
                     cases[i].want ? cases[i].want : "no mistake",
                     printed.bytes ? printed.bytes : "");
        unlink(path);
        text_free(&printed);
        arena_free(arena);
    }
}

static void config__paths_are_relative_to_the_file(void **state)
{
    struct arena *arena = arena_new();
    struct diags diags = { .arena = arena };
    struct config config;
    struct err err;
    const char *path =
        write_config(HEAD REST "state: {path: s/state.db, keyFile: /abs/key}\n"
                               "clusters:\n- {name: b, sealingCertificate: b.pem}\n- {name: a}\n");

    (void)state;
    assert_int_equal(config_read(&config, path, arena, &diags, &err), 0);
    assert_string_equal(config.state_path, "/tmp/s/state.db");
    assert_string_equal(config.state_key_file, "/abs/key");
    assert_string_equal(config.cache_path, "/tmp/s/cache");
    assert_string_equal(config_cluster(&config, "b")->recipient_file, "/tmp/b.pem");
    assert_string_equal(config.clusters[0].name, "a");
    assert_null(config_cluster(&config, "c"));
    unlink(path);
    arena_free(arena);
}

/* The one variable that a path may begin with. */
static void config__credentials_of_systemd(void **state)
{
    static const struct {
        const char *path, *folder, *key;
    } paths[] = {
        { "$CREDENTIALS_DIRECTORY/state.key", "/run/credentials/weft",
          "/run/credentials/weft/state.key" },
        { "$CREDENTIALS_DIRECTORY/state.key", NULL, "$CREDENTIALS_DIRECTORY/state.key" },
        { "$CREDENTIALS_DIRECTORY/state.key", "relative", "$CREDENTIALS_DIRECTORY/state.key" },
        { "$CREDENTIALS_DIRECTORY/../state.key", "/run/credentials/weft", NULL },
        { "$CREDENTIALS_DIRECTORY/..", "/run/credentials/weft", NULL },
        { "$CREDENTIALS_DIRECTORY/", "/run/credentials/weft", NULL },
        { "$CREDENTIALS_DIRECTORY", "/run/credentials/weft", NULL },
        { "$HOME/state.key", "/run/credentials/weft", NULL },
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(paths); i++) {
        struct arena *arena = arena_new();
        struct diags diags = { .arena = arena };
        struct config config;
        struct err err;
        const char *path =
            write_config(arena_printf(arena, HEAD REST "state: {keyFile: %s}\n", paths[i].path));

        print_message("%s\n", paths[i].path);
        if (paths[i].folder)
            setenv("CREDENTIALS_DIRECTORY", paths[i].folder, 1);
        assert_int_equal(config_read(&config, path, arena, &diags, &err), 0);
        unsetenv("CREDENTIALS_DIRECTORY");
        assert_int_equal(diags.errors, paths[i].key ? 0 : 1);
        if (paths[i].key)
            assert_string_equal(config.state_key_file, paths[i].key);
        unlink(path);
        arena_free(arena);
    }
}

static enum evidence_level receipt_of(const struct config *config, const char *cluster)
{
    return evidence_receipt_level(&config->evidence, cluster);
}

/* A cluster that names no mode, or that is not listed, has that of delivery.mode. */
static void config__each_cluster_has_its_mode_of_delivery(void **state)
{
    struct arena *arena = arena_new();
    struct diags diags = { .arena = arena };
    struct config config;
    struct err err;
    const char *path = write_config(HEAD REST "delivery: {mode: direct}\nclusters:\n- {name: a}\n"
                                              "- {name: b, delivery: {mode: sops}}\n"
                                              "- {name: c, delivery: {mode: direct}}\n"
                                              "- {name: d, delivery: {mode: sealed-secret}}\n");

    (void)state;
    assert_int_equal(config_read(&config, path, arena, &diags, &err), 0);
    assert_int_equal(diags.errors, 0);
    assert_string_equal(config_delivery(&config, "a")->name, "direct");
    assert_string_equal(config_delivery(&config, "b")->name, "sops");
    assert_string_equal(config_delivery(&config, "c")->name, "direct");
    assert_string_equal(config_delivery(&config, "d")->name, "sealed-secret");
    assert_string_equal(config_delivery(&config, "e")->name, "direct");
    assert_int_equal(receipt_of(&config, "a"), EVIDENCE_SYNCED);
    assert_int_equal(receipt_of(&config, "b"), EVIDENCE_NONE);
    assert_int_equal(receipt_of(&config, "c"), EVIDENCE_SYNCED);
    assert_int_equal(receipt_of(&config, "d"), EVIDENCE_NONE);
    assert_int_equal(receipt_of(&config, "e"), EVIDENCE_SYNCED);
    unlink(path);
    arena_free(arena);
}

static void config__a_missing_file_is_an_error_that_names_it(void **state)
{
    struct arena *arena = arena_new();
    struct diags diags = { .arena = arena };
    struct config config;
    struct err err;

    (void)state;
    assert_int_equal(config_read(&config, "/nonexistent/weft.yaml", arena, &diags, &err), -1);
    assert_non_null(strstr(err.text, "/nonexistent/weft.yaml"));
    arena_free(arena);
}

/* What is not given is what the rest of weft takes for usual, and as docs/configuration.md says. */
static void config__defaults(void **state)
{
    struct arena *arena = arena_new();
    struct diags diags = { .arena = arena };
    struct config config;
    struct err err;
    const char *path = write_config(HEAD REST "clusters:\n- {name: a}\n");

    (void)state;
    assert_int_equal(config_read(&config, path, arena, &diags, &err), 0);
    assert_string_equal(config.file, path);
    assert_memory_equal(&config.evidence, &evidence_policy_default, sizeof config.evidence);
    assert_string_equal(config.specs.ref, "main");
    assert_string_equal(config.specs.path, "");
    assert_string_equal(config.output.branch, "rendered");
    assert_string_equal(config.output.author_email, "weft@localhost");
    assert_true(config.output.max_deleted_share > 0.49 && config.output.max_deleted_share < 0.51);
    assert_int_equal(config.delivery, DELIVER_SEALED_SECRET);
    assert_int_equal(config.key_type, KEY_RSA);
    assert_string_equal(config.state_path, "/var/lib/weft/state.db");
    assert_string_equal(config.cache_path, "/var/lib/weft/cache");
    assert_string_equal(config.pod_namespace, "gloo-mesh");
    assert_true(config.management.lease && config.management.events && config.confined);
    assert_false(config.management.present || config.management.gitops || config.trust_clock);
    assert_null(config.specs.auth.username);
    assert_null(config.metrics.file);
    assert_null(config.clusters[0].istiod);
    assert_null(config.given_roots);
    unlink(path);
    arena_free(arena);
}

static const struct config *read_text(const char *text, struct arena *arena)
{
    struct config *config = ARENA_NEW(arena, struct config, 1);
    struct diags diags = { .arena = arena };
    struct err err;

    assert_int_equal(config_read(config, write_config(text), arena, &diags, &err), 0);
    assert_int_equal(diags.errors, 0);
    return config;
}

/* A password that is meant for one repository must not reach the server of another. */
static void config__the_inventory_has_its_own_credentials_where_it_has_its_own_url(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const struct config *config;

    (void)state;
    config = read_text(HEAD "specs: {url: git://h/s}\noutput: {url: git://h/o, auth: {username: "
                            "o}}\ndiscovery: {branch: facts}\n",
                       arena);
    assert_string_equal(config_inventory_url(config), "git://h/o");
    assert_string_equal(config_inventory_auth(config)->username, "o");
    assert_string_equal(config->discovery.branch, "facts");
    config = read_text(HEAD "specs: {url: git://h/s}\noutput: {url: git://h/o, auth: {username: "
                            "o}}\ninventory: {url: git://h/i, branch: main, path: p}\n",
                       arena);
    assert_string_equal(config_inventory_url(config), "git://h/i");
    assert_null(config_inventory_auth(config)->username);
    assert_string_equal(config->discovery.branch, "main");
    assert_string_equal(config->inventory.path, "p");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(config__mistakes_have_a_place_and_a_cure),
        cmocka_unit_test(config__paths_are_relative_to_the_file),
        cmocka_unit_test(config__defaults),
        cmocka_unit_test(config__the_inventory_has_its_own_credentials_where_it_has_its_own_url),
        cmocka_unit_test(config__credentials_of_systemd),
        cmocka_unit_test(config__each_cluster_has_its_mode_of_delivery),
        cmocka_unit_test(config__a_missing_file_is_an_error_that_names_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
