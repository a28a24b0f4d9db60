/* app/command_rows.c - a row for each command: its name, its help, what it takes, its function.  A
 * new command is a file in app/commands and a row here.
 *
 * Parsing, usage, help, completion and the test of the manual all read the row, so an option that
 * is missing here is refused, and one that is listed is documented. `exclusive` names sets of
 * which at most one option may be given; `reads_disk` lets config_check_disk look for folders
 * before anything is done. */
#include "app/command_rows.h"
#include "app/commands/agent.h"
#include "app/commands/at.h"
#include "app/commands/cluster.h"
#include "app/commands/completion.h"
#include "app/commands/custody.h"
#include "app/commands/discover.h"
#include "app/commands/evidence.h"
#include "app/commands/explain.h"
#include "app/commands/graph.h"
#include "app/commands/help.h"
#include "app/commands/init.h"
#include "app/commands/keygen.h"
#include "app/commands/log.h"
#include "app/commands/plan.h"
#include "app/commands/render.h"
#include "app/commands/report.h"
#include "app/commands/review.h"
#include "app/commands/rotation.h"
#include "app/commands/run.h"
#include "app/commands/state.h"
#include "app/commands/status.h"
#include "app/commands/trust.h"
#include "app/commands/validate.h"
#include "app/commands/verify.h"
#include "app/commands/versions.h"

#define PASSES "Specs to manifests"
#define LOOKS "What is deployed"
#define SETUP "Setup"

/* clang-format off */
static const struct command rows[] = {
    { .name = "run", .group = PASSES, .operands = "", .run = run_main, .reads_disk = true,
      .summary = "one whole pass: fetch, translate, issue, commit, report",
      .options = TAKES(CONFIG) | TAKES(REPORT) | TAKES(METRICS_FILE) | TAKES(NOW) | TAKES(DRY_RUN) | TAKES(ALLOW_DELETIONS)
               | TAKES(OVERWRITE_DRIFT) | TAKES(ACCEPT_REFUSED) | TAKES(INVENTORY) | TAKES(ALLOW_REMOVALS)
               | TAKES(REPLACE_CLUSTER) | TAKES(PLAN),
      .exclusive = { TAKES(PLAN) | TAKES(DRY_RUN), TAKES(PLAN) | TAKES(INVENTORY) },
      .text = "Fetches the specs, renders the manifests of every cluster, issues the certificates that are due,\n"
              "commits what changed to the output branch and reports the status. When nothing changed, it\n"
              "commits nothing. A pass can be killed at any point; the next one recovers. With --plan it first\n"
              "compares what it would do with a plan of weft plan --out, and does nothing unless both are equal." },
    { .name = "plan", .group = PASSES, .operands = "", .run = plan_main, .reads_disk = true, .shows_plan = true,
      .summary = "what the next pass would do; changes nothing", .formats = "table json markdown",
      .options = TAKES(CONFIG) | TAKES(FORMAT) | TAKES(DIFF) | TAKES(REPORT) | TAKES(NOW) | TAKES(ALLOW_DELETIONS)
               | TAKES(OVERWRITE_DRIFT) | TAKES(INVENTORY) | TAKES(ALLOW_REMOVALS) | TAKES(REPLACE_CLUSTER)
               | TAKES(BASE) | TAKES(HEAD) | TAKES(REF) | TAKES(SPECS) | TAKES(OUT) | TAKES(DETAILED_EXITCODE),
      .exclusive = { TAKES(REF) | TAKES(SPECS) | TAKES(BASE), TAKES(REF) | TAKES(SPECS) | TAKES(HEAD),
                     TAKES(OUT) | TAKES(SPECS) | TAKES(BASE), TAKES(OUT) | TAKES(HEAD) },
      .text = "Shows what the next pass would mean for traffic, policies and trust, the files that it would add,\n"
              "change and remove, by cluster and kind, and the certificates and rotation steps that are due. With\n"
              "--ref or --specs it does so for the specs of another branch, tag or commit, or of a folder. With\n"
              "--base or --head it compares two commits of the specs instead, and needs neither state nor output\n"
              "branch. Exit status 0: nothing to do; 4: changes ahead; with --detailed-exitcode 3: specs are\n"
              "refused; 5: changes that need attention; 4: other changes." },
    { .name = "render", .group = PASSES, .operands = "", .run = render_main,
      .summary = "a folder of specs to a folder of manifests",
      .options = TAKES(CONFIG) | TAKES(SPECS) | TAKES(OUTPUT) | TAKES(INVENTORY), .required = TAKES(SPECS) | TAKES(OUTPUT),
      .text = "Translates without Git, state or keys, and leaves certificates out. The same input gives the same\n"
              "bytes as a pass. Only with -c does it read a configuration: output.granularity,\n"
              "output.externalServices, output.importScope and podNamespace apply then. With --inventory it\n"
              "renders specs and inventory together, of a folder, or with -c of the repository of the inventory." },
    { .name = "validate", .group = PASSES, .operands = "", .run = validate_main, .reads_disk = true,
      .summary = "every mistake in the specs, with its place",
      .formats = "text json sarif github junit",
      .options = TAKES(CONFIG) | TAKES(SPECS) | TAKES(INVENTORY) | TAKES(FORMAT), .exclusive = { TAKES(CONFIG) | TAKES(SPECS) },
      .text = "Prints each mistake as file:line:column: field: what is wrong and how to fix it. Without --specs\n"
              "it reads the repository of the configuration, and with discovery.enabled the last inventory beside\n"
              "it, without asking a cluster. For CI systems: -o sarif for code scanning, -o github for annotations of\n"
              "GitHub and Gitea Actions, -o junit for GitLab and Jenkins. Exit status 3: there are mistakes." },
    { .name = "review", .group = PASSES, .operands = "", .run = review_main, .reads_disk = true,
      .summary = "a change of the specs for its reviewers, in a pipeline of a pull request", .formats = "markdown json",
      .options = TAKES(CONFIG) | TAKES(SPECS) | TAKES(BASE_SPECS) | TAKES(BASE) | TAKES(HEAD) | TAKES(INVENTORY) | TAKES(FORMAT)
               | TAKES(OUTPUT) | TAKES(DETAILED_EXITCODE) | TAKES(POST) | TAKES(TOKEN_FILE),
      .exclusive = { TAKES(SPECS) | TAKES(BASE), TAKES(SPECS) | TAKES(HEAD), TAKES(BASE_SPECS) | TAKES(BASE),
                     TAKES(BASE_SPECS) | TAKES(HEAD) },
      .text = "Validates the specs, compares what they mean for traffic, policies and trust with the specs before\n"
              "the change, and renders both sides: one document for reviewers. The two sides are folders (--specs and\n"
              "--base-specs; no configuration, network or key is needed), or commits of the repository of the\n"
              "configuration (--base and --head). --output also writes review.md, review.json, findings.sarif and\n"
              "findings.junit.xml. --post tells GitHub, GitLab, Gitea or Forgejo. Exit status 3: specs are refused;\n"
              "with --detailed-exitcode 5: changes that need attention; 4: other changes." },
    { .name = "explain", .group = PASSES, .operands = "CALLER SERVICE", .run = explain_main, .reads_disk = true,
      .summary = "why a workload can or cannot call a Service", .formats = "table json",
      .options = TAKES(CONFIG) | TAKES(SPECS) | TAKES(INVENTORY) | TAKES(FORMAT),
      .text = "CALLER is CLUSTER/NAMESPACE/SERVICEACCOUNT or the name of a Workload, SERVICE is NAMESPACE/NAME or\n"
              "CLUSTER/NAMESPACE/NAME. Shows each link of the way with the object and the line that decides it:\n"
              "virtual mesh, federation, name, gateway, trust, policy. It reads the specs, and the last inventory\n"
              "with discovery.enabled, not what is deployed. Exit status 3: the caller cannot call it, or that is not certain." },
    { .name = "graph", .group = PASSES, .operands = "", .run = graph_main, .reads_disk = true,
      .summary = "clusters, gateways, federated Services and policies, drawn", .formats = "mermaid dot svg",
      .options = TAKES(CONFIG) | TAKES(SPECS) | TAKES(INVENTORY) | TAKES(FORMAT),
      .text = "Draws what the specs say: clusters with their gateways and federated Services, virtual meshes, which\n"
              "mesh imports Services from which, and which policy selects which Service. What is refused is red, a\n"
              "Service without an AccessPolicy grey. A large fleet is drawn as a summary: a node for each cluster,\n"
              "with counts. It reads the specs, and the last inventory with discovery.enabled, not what is deployed." },
    { .name = "discover", .group = PASSES, .operands = "[CLUSTER...]", .run = discover_main,
      .summary = "what clusters consist of, as objects for the specs", .formats = "table json yaml",
      .options = TAKES(CONFIG) | TAKES(FROM) | TAKES(OUTPUT) | TAKES(EXPLAIN) | TAKES(DIFF) | TAKES(SPECS) | TAKES(INVENTORY)
               | TAKES(FORMAT) | TAKES(NOW), .exclusive = { TAKES(SPECS) | TAKES(INVENTORY) | TAKES(EXPLAIN) },
      .text = "Finds meshes, workloads, Services and east-west gateways in the clusters of the configuration that\n"
              "have kubeconfig or inCluster, or in those that are named, and writes them as objects that validate\n"
              "and render take. It reads lists alone, and changes nothing. With --from it reads files instead,\n"
              "and a configuration only with -c. --diff compares what it finds with the last inventory, with that of\n"
              "--inventory, or with the objects in --specs, of which those that are equal may be deleted.\n"
              "Exit status 4: --diff shows differences; 3: a cluster could not be read, or removals are held;\n"
              "1: no cluster could be read." },
    { .name = "report", .group = LOOKS, .operands = "", .run = report_main, .reads_disk = true,
      .summary = "specs, trust and history as one page of HTML",
      .options = TAKES(CONFIG) | TAKES(SPECS) | TAKES(INVENTORY) | TAKES(HTML) | TAKES(NOW),
      .text = "Writes one file that a browser shows without any other: what waits for a person, the topology, who may\n"
              "call whom, certificates and rotations, the last commits of the output branch, findings. It reads the\n"
              "specs, and with a configuration the last inventory (discovery.enabled) and the output branch; no state,\n"
              "no key, no cluster." },
    { .name = "status", .group = LOOKS, .operands = "[NAMESPACE/NAME]", .run = status_main,
      .summary = "each virtual mesh as the last pass left it", .formats = "table json yaml",
      .options = TAKES(CONFIG) | TAKES(NAMESPACE) | TAKES(FORMAT) | TAKES(NOW) | TAKES(WATCH) | TAKES(EXIT_CODE),
      .text = "Reads only the state: virtual meshes, rotation steps, roots and intermediates with their expiry.\n"
              "The first line says whether you have to do something. Exit status 1: the last pass failed." },
    { .name = "evidence", .group = LOOKS, .operands = "[NAMESPACE/NAME]", .run = evidence_main, .reads_disk = true, .shows_evidence = true,
      .summary = "what each cluster has loaded, and what each gate waits for", .formats = "table json",
      .options = TAKES(CONFIG) | TAKES(NAMESPACE) | TAKES(WORKLOADS) | TAKES(FORMAT) | TAKES(NOW),
      .text = "Queries Argo CD or Flux, the clusters and their istiods, as far as the configuration names them,\n"
              "for the certificates that each cluster has loaded. Changes nothing. With --workloads it lists the pods\n"
              "with a proxy of Istio, too, for which weft needs a right of its own (weft cluster check --for workloads)." },
    { .name = "log", .group = LOOKS, .operands = "[NAMESPACE/NAME]", .run = log_main, .reads_disk = true,
      .summary = "what happened: the commits of the output branch", .formats = "table json",
      .options = TAKES(CONFIG) | TAKES(NAMESPACE) | TAKES(CLUSTER) | TAKES(SERIAL) | TAKES(STEP) | TAKES(REQUEST) | TAKES(SINCE)
               | TAKES(UNTIL) | TAKES(PROOF) | TAKES(FORMAT) | TAKES(NOW),
      .text = "Fetches the output branch and prints its commits, newest first, with what they changed and the requests\n"
              "of operators that they carry out. JSON has all trailers, the clusters, and the certificates that each\n"
              "commit issued. Commits of others are marked. Several options narrow together. With --proof it prints, as\n"
              "JSON, a proof that the certificate log of the branch has a certificate (RFC 9162), and nothing else." },
    { .name = "at", .group = LOOKS, .operands = "TIME", .run = at_main, .reads_disk = true,
      .summary = "the fleet as it was at a time", .formats = "table json",
      .options = TAKES(CONFIG) | TAKES(FORMAT) | TAKES(NOW),
      .text = "Fetches the output branch and shows the commit that was its tip at TIME: clusters, virtual meshes with\n"
              "rotation and step, roots and intermediates with serial and validity then. TIME is RFC 3339, a day or\n"
              "minute in UTC (2026-11-23, \"2026-11-23 11:00\"), now, yesterday, or \"2 days ago\"." },
    { .name = "verify", .group = LOOKS, .operands = "[RANGE]", .run = verify_main, .reads_disk = true,
      .summary = "proves the commits of the output branch, and renders them again", .formats = "table json",
      .options = TAKES(CONFIG) | TAKES(ALLOWED_SIGNERS) | TAKES(FORMAT) | TAKES(NOW),
      .text = "Walks the output branch, or RANGE of it (A..B, A.., ..B, or one commit): signatures, trailers, the\n"
              "chain that binds each commit to the previous one, counters, files that the wrong writer changed,\n"
              "serials, and the certificate log. It renders the manifests of each commit again from its specs and inventory and names the\n"
              "first byte that differs. Exit status 0: everything is proven; 3: something is wrong; 4: nothing is\n"
              "wrong, and something could not be checked." },
    { .name = "trust", .group = LOOKS, .operands = "VERB [NAMESPACE/NAME]", .run = trust_main,
      .summary = "roots and intermediates, read and verified; roots in escrow", .formats = "table json",
      .options = TAKES(CONFIG),
      .text = "Shows the certificates of the state, and keeps copies of root keys that outlive it.",
      .verbs = { { "inspect", "roots, intermediates, fingerprints, expiry; verifies each chain",
                   TAKES(NAMESPACE) | TAKES(FORMAT) | TAKES(NOW), 0, NULL },
                 { "root", "the public bundle of a virtual mesh as PEM", TAKES(NAMESPACE) | TAKES(FORMAT) | TAKES(NOW), 0, NULL },
                 { "escrow", "writes root keys to files that only the age recipients can open",
                   TAKES(NAMESPACE) | TAKES(RECIPIENT) | TAKES(OUTPUT), 0, NULL },
                 { "restore", "takes a root out of its escrow file back into a state that lost it", TAKES(IDENTITY),
                   TAKES(IDENTITY), "FILE" } } },
    { .name = "state", .group = LOOKS, .operands = "VERB", .run = state_main,
      .summary = "whether the state is what weft wrote; another key for it", .formats = "table json",
      .options = TAKES(CONFIG),
      .text = "Exit status 0: all is well; 1: something is damaged, or could not be checked.",
      .verbs = { { "check", "verifies file, MACs, certificates and output branch; changes nothing", TAKES(FORMAT), 0, NULL },
                 { "accept", "takes over a state of an earlier version that a pass refused, as it is", 0, 0, NULL },
                 { "rekey", "seals every key and row of the state under another state key", TAKES(NEW_KEY),
                   TAKES(NEW_KEY), NULL } } },
    { .name = "custody", .group = LOOKS, .operands = "", .run = custody_main,
      .summary = "each key: where it lies, who can read it, until when, what a leak costs", .formats = "table json",
      .options = TAKES(CONFIG) | TAKES(FORMAT) | TAKES(NOW),
      .text = "Lists every key that this configuration makes or uses, from the configuration, the state and the\n"
              "modes of files. Opens no private key and prints none. Exit status 3: a file of a key can be read by\n"
              "other users." },
    { .name = "rotation", .group = LOOKS, .operands = "VERB NAMESPACE/NAME", .run = rotation_main,
      .summary = "plan, start and control the rotation of a root", .formats = "table json",
      .options = TAKES(CONFIG) | TAKES(NAMESPACE) | TAKES(NOW),
      .text = "Requests are kept in the state; the next pass acts on them.",
      .verbs = { { .name = "plan", .summary = "the timeline: dates, what each step waits for, worst case", .options = TAKES(FORMAT) },
                 { .name = "approve", .summary = "the step works: continue when its gate opens", .options = TAKES(STEP) | TAKES(REASON) | TAKES(FORCE) },
                 { .name = "rollback", .summary = "return to the former root", .options = TAKES(REASON) },
                 { .name = "retry", .summary = "try again what failed or was rolled back", .options = TAKES(REASON) },
                 { .name = "hold", .summary = "stop at the present step, until resume", .options = TAKES(REASON) },
                 { .name = "resume", .summary = "continue after hold", .options = TAKES(REASON) },
                 { .name = "start", .summary = "with --compromised: away from a root that may be in wrong hands",
                   .options = TAKES(REASON) | TAKES(COMPROMISED) | TAKES(ACCEPT_DOWNTIME) } } },
    { .name = "init", .group = SETUP, .operands = "[DIR]", .run = init_main,
      .summary = "a folder to start from",
      .options = TAKES(FROM) | TAKES(NOW),
      .text = "Writes weft.yaml, a state key, a first VirtualMesh, .gitignore and README.md to DIR (the working folder\n"
              "when not given), as far as they are missing: it overwrites nothing. The VirtualMesh lists the meshes\n"
              "that it finds with --from, or in the clusters of a weft.yaml that is there already." },
    { .name = "cluster", .group = SETUP, .operands = "VERB [CLUSTER...]", .run = cluster_main,
      .summary = "add clusters, and check what weft may do there", .formats = "table json",
      .options = TAKES(CONFIG),
      .text = "Adds a cluster with the least rights that the features in use need, and checks clusters of the\n"
              "configuration: rights, credentials, Istio, gateways. Only add --apply changes anything.",
      .verbs = { { .name = "add", .summary = "account and rights for CLUSTER, and its entry for weft.yaml",
                   .options = TAKES(KUBECONFIG) | TAKES(CONTEXT) | TAKES(FOR) | TAKES(APPLY) | TAKES(OUTPUT) | TAKES(NOW) },
                 { .name = "check", .summary = "rights that are granted, missing or not needed, and problems with the credential or Istio", .options = TAKES(FOR) | TAKES(FORMAT) | TAKES(NOW) },
                 { .name = "list", .summary = "the clusters of the configuration, and the credential of each", .options = TAKES(FORMAT) | TAKES(NOW) } } },
    { .name = "agent", .group = SETUP, .operands = "CLUSTER [ISTIO-NAMESPACE]", .run = agent_main,
      .summary = "in a cluster: make and keep the key of its intermediate (delivery.mode csr)",
      .options = TAKES(KUBECONFIG) | TAKES(CONTEXT) | TAKES(TAKE_OVER) | TAKES(NOW),
      .text = "One run of the agent that delivery mode csr needs, as a CronJob in CLUSTER. It makes a key, asks weft\n"
              "for a certificate with the ConfigMap weft-request, and puts key and certificate into the Secret\n"
              "cacerts of ISTIO-NAMESPACE (istio-system) once what weft issued verifies with the key. Its own objects\n"
              "are in the namespace of its pod, or of the context. In a pod it works with the account of the pod,\n"
              "unless --kubeconfig, --context or KUBECONFIG is given. The key never leaves the cluster. Exit status 3:\n"
              "something was issued that the agent does not take; it says why here and in its request." },
    { .name = "keygen", .group = SETUP, .operands = "FILE", .run = keygen_main,
      .summary = "make a new state key",
      .text = "Writes 32 random bytes to FILE (mode 0600), under which private keys are sealed in the state.\n"
              "Keep a copy apart from the state: without it the roots in the state can never sign again." },
    { .name = "completion", .group = SETUP, .operands = "SHELL", .run = completion_main,
      .summary = "completions for a shell",
      .text = "Prints a script that completes commands, verbs, options and their values:\n"
              "    source <(weft completion bash)\n"
              "    weft completion zsh >\"${fpath[1]}/_weft\"\n"
              "    weft completion fish >~/.config/fish/completions/weft.fish",
      .verbs = { { .name = "bash", .summary = "for bash, with or without bash-completion", .options = 0 },
                 { .name = "zsh", .summary = "for zsh", .options = 0 },
                 { .name = "fish", .summary = "for fish", .options = 0 } } },
    { .name = "version", .group = SETUP, .operands = "", .run = versions_main,
      .summary = "the version of weft and of its libraries",
      .text = "Prints the version of weft and of the libraries that it was built with." },
    { .name = "help", .group = SETUP, .operands = "[COMMAND|ID] [VERB]", .run = help_main,
      .summary = "how to use weft, a command, or a verb of one; what a message means",
      .text = "Without COMMAND lists the commands; \"weft help COMMAND\" is \"weft COMMAND --help\". With the ID of a\n"
              "message, such as W30, prints what it means, what to do, and where the documents have more." },
    { .name = NULL },
};
/* clang-format on */

const struct command *command_rows(void) { return rows; }
