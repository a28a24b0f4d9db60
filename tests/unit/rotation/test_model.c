/* tests/unit/rotation/test_model.c - explores the state machine of rotations: three clusters, three
 * roots, every interleaving of passes, syncs, hours, changes of the spec, approvals, rollbacks,
 * crashes, reverts, joins, leaves, clock jumps, and clusters that came with a root of their own up
 * to a depth.  In every state all workloads that may be alive accept each other (docs/rotation.md).
 * The world here is the truth; the state machine sees only what evidence tells it. */
#include "base/sanitizer.h"
#include "rotation/ca.h"
#include "tests/lib/trust_fixture.h"

#include "base/text.h"
#include "rotation/rotation.h"
#include "rotation/transition.h"
#include <stdlib.h>
#include <string.h>

#ifndef MODEL_MUTANT
#define MODEL_MUTANT 0
#endif

enum { CLUSTERS = 3, ROOTS = 3, CAS = 4, OLD_MAX = 6, RETIRED_MAX = 4 };

/* The last CA is an intermediate one below R1. */
static const char *const roots[CAS] = { "R1", "R2", "R3", "I1" };
static const char *const anchors[CAS] = { "R1", "R2", "R3", "R1" };
static const char own[] = "R0"; /* that some came with */
static const char *const digests[CAS] = { "d1", "d2", "d3", "d4" };
static const char *const keys[CLUSTERS] = { "a", "b", "c" };

/* A quantum of time: two make the longest life of a leaf, one the longest sync that timers count
 * on. */
#define QUANTUM INT64_C(43200)

struct config {
    const char *sentence;
    bool observed; /* evidence from clusters; else time alone decides, and clusters keep the
                      allowance */
    bool manual;
    bool canary;
    unsigned foreign; /* bits: these clusters came with one root of their own */
    unsigned deeper;  /* than the others: a start has fewer ways to go on */
    int specs, reverts, leaves, jumps, rollbacks,
        crashes;      /* how often each may happen on one way */
    bool wide;        /* also keys that are lost, roots that end, pauses, retries, and the like */
    bool one_wish;    /* all roots are generated with the same options */
    bool windows;     /* steps go out in every other quantum */
    bool pulls;       /* nothing is published before a person merges it */
    int losses;       /* how often an older Secret may be restored by hand */
    bool unsafe;      /* and what breaks traffic on purpose: strategy NONE, emergencies, force */
    int from;         /* quanta of an undisturbed rotation before the exploration starts */
    int ready;        /* quanta since clusters with a root of their own were made ready */
    int believed_ttl; /* seconds; the longest leaf life by weft's configuration: wrong on purpose in
                         a mutation */
};

struct cluster {
    bool member, loaded;
    bool foreign;          /* came with a root of its own */
    const char *ca;        /* of the intermediate that weft issued last; "" */
    struct material holds; /* loaded now */
    struct material old[OLD_MAX];
    int64_t until[OLD_MAX]; /* when the last leaf issued with it dies */
    size_t old_count;
    struct material branch, before; /* on the output branch, and one commit earlier */
    bool on_branch, was_on_branch;
    bool behind;    /* has not seen the branch's last change */
    bool unseen;    /* no pass has seen the older Secret that it got by hand: what comes and goes
                       between two passes is seen by none */
    int64_t pushed; /* when that change came */
};

struct world {
    int64_t now, offset; /* true time; what the local clock adds */
    int spec;            /* root that the spec asks for */
    bool reverted, approved, rollback;
    int specs, reverts, leaves, jumps, rollbacks, crashes, losses;
    bool proposed, held;   /* a pass has proposed what the record asks for; or holds it back */
    enum target_kind kind; /* CA: spec is what it asks for */
    bool keyless[CAS], given, ended; /* the deployed root was given, nears its end */
    bool single_root, late_back, none;
    bool asked[REQUEST_START_COMPROMISED + 1]; /* requests that the next pass sees */
    bool missing_canary, no_canary;
    struct rotation saved; /* a backup of the record */
    struct member saved_members[CLUSTERS];
    bool has_saved;
    int branch_step;
    struct rotation_retired retired[RETIRED_MAX];
    struct cluster clusters[CLUSTERS];
    struct rotation record;
    struct member members[CLUSTERS];
};

struct search {
    const struct config *config;
    struct evidence_policy policy;
    struct arena *arena;
    uint64_t
        *seen; /* hash table of states: high bits of the hash, low byte the depth that was left */
    size_t seen_mask, states, passes;
    bool violated;
    const char *way[64];
    struct world last; /* the state that was violated */
    unsigned way_len;
};

/* How often each transition was taken, in all searches of this program. */
static size_t hits[ROTATION_ROWS];

/* --- the truth --- */

/* Who came with another root than the other never talked to it before weft's own leaves were there.
 */
static bool strangers(const struct cluster *a, const struct cluster *b, const struct material *p,
                      const struct material *q)
{
    return a->foreign != b->foreign && (text_equal(p->signer, own) || text_equal(q->signer, own));
}

static bool alive_pairs_fit(const struct cluster *a, const struct cluster *b, int64_t now)
{
    for (size_t i = 0; i <= a->old_count; i++)
        for (size_t k = 0; k <= b->old_count; k++) {
            const struct material *p = i < a->old_count ? &a->old[i] : &a->holds;
            const struct material *q = k < b->old_count ? &b->old[k] : &b->holds;

            if ((i < a->old_count && a->until[i] <= now)
                || (k < b->old_count && b->until[k] <= now))
                continue;
            if (!strangers(a, b, p, q) && !material_fits(p, q))
                return false;
        }
    return true;
}

static bool all_accept_all(const struct world *w)
{
    for (size_t i = 0; i < CLUSTERS; i++)
        for (size_t k = i; k < CLUSTERS; k++)
            if (w->clusters[i].loaded && w->clusters[k].loaded
                && !alive_pairs_fit(&w->clusters[i], &w->clusters[k], w->now))
                return false;
    return true;
}

static void print_material(const char *what, const struct material *m, int64_t hours)
{
    print_message("    %s: signed by %s, trusts", what, m->signer);
    for (size_t i = 0; i < m->bundle.count; i++)
        print_message(" %s", m->bundle.roots[i]);
    print_message(", for %d h\n", (int)hours);
}

static void print_world(const struct world *w)
{
    print_message("  %s, step %d%s, from %s to %s, spec %s\n",
                  enums_name(&rotation_states, (int)rotation_shown(&w->record)),
                  (int)w->record.at.phase, w->record.at.direction == DIRECTION_BACK ? " back" : "",
                  w->record.old, w->record.new, roots[w->spec]);
    for (size_t c = 0; c < CLUSTERS; c++) {
        const struct cluster *cluster = &w->clusters[c];

        for (size_t i = 0; i < cluster->old_count; i++)
            print_material(keys[c], &cluster->old[i], (cluster->until[i] - w->now) / 3600);
        if (cluster->loaded)
            print_material(keys[c], &cluster->holds, 0);
    }
}

static void forget_dead(struct world *w)
{
    for (size_t c = 0; c < CLUSTERS; c++) {
        struct cluster *cluster = &w->clusters[c];
        size_t kept = 0;

        for (size_t i = 0; i < cluster->old_count; i++)
            if (cluster->until[i] > w->now) {
                cluster->old[kept] = cluster->old[i];
                cluster->until[kept++] = cluster->until[i];
            }
        cluster->old_count = kept;
    }
}

/* istiod works with it from now on; leaves from before live on. */
static void hold(struct world *w, struct cluster *cluster, const struct material *next)
{
    if (cluster->loaded && !material_equal(&cluster->holds, next)) {
        size_t at = 0;

        while (at < cluster->old_count && !material_equal(&cluster->old[at], &cluster->holds))
            at++;
        assert_true(at < OLD_MAX);
        cluster->old[at] = cluster->holds;
        cluster->until[at] = w->now + 2 * QUANTUM;
        if (at == cluster->old_count)
            cluster->old_count++;
    }
    cluster->holds = *next;
    cluster->loaded = true;
}

static void load(struct world *w, struct cluster *cluster)
{
    hold(w, cluster, &cluster->branch);
    cluster->behind = false;
}

/* The self-signed root at the end of the deployed CA. */
static const char *deployed_root(const struct world *w)
{
    for (size_t i = 0; i < CAS; i++)
        if (text_equal(roots[i], w->record.deployed))
            return anchors[i];
    return "";
}

/* Its operator trusts the deployed root, too. */
static bool prepare(struct world *w, struct cluster *cluster)
{
    struct material ready = { own, bundle_of(own) };

    if (!cluster->member || !cluster->foreign || !text_empty(cluster->ca)
        || bundle_has(&cluster->holds.bundle, deployed_root(w)))
        return false;
    bundle_append(&ready.bundle, deployed_root(w));
    hold(w, cluster, &ready);
    return true;
}

/* --- what weft sees and does --- */

static const struct member *member_of(const struct world *w, size_t c)
{
    for (size_t i = 0; i < w->record.member_count; i++)
        if (text_equal(w->record.members[i].mesh, keys[c]))
            return &w->record.members[i];
    return NULL;
}

static bool holds(const struct cluster *cluster, const struct material *wanted)
{
    return wanted && cluster->loaded && material_equal(wanted, &cluster->holds);
}

static struct evidence evidence_of(const struct search *s, const struct world *w, size_t c)
{
    const struct cluster *cluster = &w->clusters[c];
    const struct member *member = member_of(w, c);

    if (!s->config->observed)
        return (struct evidence){ .mesh = keys[c], .single_root = w->single_root };
    return (struct evidence){
        .mesh = keys[c],
        .foreign_root = cluster->foreign && text_empty(cluster->ca) ? own : NULL,
        .foreign_pem = "PEM",
        .foreign_ready = bundle_has(&cluster->holds.bundle, deployed_root(w)),
        .single_root = w->single_root,
        .since = w->now,
        .best = EVIDENCE_LOADED,
        .level =
            holds(cluster, member ? member_wanted(member) : NULL) ? EVIDENCE_LOADED : EVIDENCE_NONE,
    };
}

/* Of what is published while something newer waits. */
static struct evidence former_of(const struct search *s, const struct world *w, size_t c)
{
    const struct member *member = member_of(w, c);

    if (!s->config->observed || !member || member->former == 0 || member->held_count < 2)
        return (struct evidence){ .mesh = keys[c] };
    return (struct evidence){
        .mesh = keys[c],
        .best = EVIDENCE_LOADED,
        .level = holds(&w->clusters[c], &member->held[member->held_count - 2]) ? EVIDENCE_LOADED
                                                                               : EVIDENCE_NONE,
    };
}

static struct rotation_ca ca_of(const struct world *w, size_t i)
{
    const int64_t now = w->now + w->offset;
    struct rotation_ca ca = { roots[i], anchors[i], roots[i], 0, NOW + 3650 * DAY, 0, true, false };

    ca.key = !w->keyless[i];
    ca.generated = !w->given;
    if (w->ended && text_equal(roots[i], w->record.deployed)) {
        ca.not_before = now - 900 * DAY;
        ca.not_after = now + 92 * DAY; /* no step can wait any more */
    }
    return ca;
}

static const struct calendar_window morning = { .from = 0, .to = QUANTUM };
static const struct calendar mornings = { .windows = &morning, .window_count = 1 };

static const char *canary_of(const struct search *s, const struct world *w)
{
    if (!s->config->canary || w->no_canary)
        return NULL;
    return w->missing_canary ? "elsewhere" : keys[1];
}

static const char *digest_of(const struct search *s, const struct world *w)
{
    if (s->config->one_wish)
        return "d";
    return w->kind == TARGET_CA ? digests[w->spec] : "other";
}

static void look(struct rotation_plan *plan, const struct search *s, const struct world *w)
{
    struct evidence_policy policy = s->policy;
    struct rotation_member_input meshes[CLUSTERS];
    struct rotation_ca cas[CAS];
    struct rotation_facts facts = {
        .virtual_mesh = "ns/vm",
        .strategy = w->none ? STRATEGY_NONE : STRATEGY_MULTI_ROOT,
        .verification = s->config->manual ? VERIFY_MANUAL : VERIFY_NONE,
        .target = { w->kind, w->kind == TARGET_CA ? roots[w->spec] : "", "", digest_of(s, w) },
        .trust = digests[w->spec],
        .intermediate_ttl = 90 * DAY,
        .cas = cas,
        .ca_count = s->config->wide ? CAS : ROOTS,
        .meshes = meshes,
        .canary = canary_of(s, w),
        .branch_step = w->branch_step,
        .reverted = w->reverted,
        .time = { .local = w->now + w->offset, .second = w->now },
        .policy = &policy,
    };

    policy.rollback_on_deadline = w->late_back;
    policy.calendar = s->config->windows ? &mornings : NULL;
    for (size_t i = 0; i < CAS; i++)
        cas[i] = ca_of(w, i);
    for (size_t c = 0; c < CLUSTERS; c++)
        if (w->clusters[c].member)
            meshes[facts.mesh_count++] = (struct rotation_member_input){
                .mesh = keys[c],
                .cluster = keys[c],
                .evidence = evidence_of(s, w, c),
                .former = former_of(s, w, c),
                .ca = w->clusters[c].ca,
                .life = { NOW - DAY, NOW + 3000 * DAY, 0.1 },
            };
    rotation_next(plan, &w->record, &facts, s->arena);
    for (size_t i = 0; i < transition_count; i++)
        hits[i] += plan->taken[i];
}

static void persist(struct world *w, const struct rotation_plan *plan)
{
    for (size_t i = 0; i < plan->issue_count; i++)
        for (size_t c = 0; c < CLUSTERS; c++)
            if (text_equal(plan->issues[i].mesh, keys[c]))
                w->clusters[c].ca = plan->issues[i].ca;
    w->record = plan->next;
    for (size_t i = 0; i < plan->next.member_count; i++)
        w->members[i] = plan->next.members[i];
    for (size_t i = 0; i < plan->next.retired_count && i < RETIRED_MAX; i++)
        w->retired[i] = plan->next.retired[i];
    if (w->record.retired_count > RETIRED_MAX)
        w->record.retired_count = RETIRED_MAX;
    w->record.request_count = w->record.condition_count = 0;
    w->record.id =
        "r"; /* texts for people: the arena drops them, and nothing here depends on them */
    w->record.pending = text_empty(plan->next.pending) ? "" : "queued";
    w->record.force = w->record.announce = "";
}

static void push(struct world *w)
{
    for (size_t c = 0; c < CLUSTERS; c++) {
        struct cluster *cluster = &w->clusters[c];
        struct material wanted;
        struct rotation_ca cas[CAS];
        const char *ca;

        for (size_t i = 0; i < CAS; i++)
            cas[i] = (struct rotation_ca){ .id = roots[i], .anchor = anchors[i] };
        if (!cluster->member || text_empty(cluster->ca)
            || !rotation_wanted(&wanted, &ca, &w->record, cas, CAS, keys[c]))
            continue;
        if (cluster->on_branch && material_equal(&wanted, &cluster->branch))
            continue;
        cluster->before = cluster->branch;
        cluster->was_on_branch = cluster->on_branch;
        cluster->branch = wanted;
        cluster->on_branch = true;
        cluster->behind = true;
        cluster->pushed = w->now;
    }
    w->reverted = false;
}

enum crash { NO_CRASH, CRASH_BEFORE_PUSH, CRASH_AFTER_PUSH };

static void pass(struct search *s, struct world *w, enum crash crash)
{
    struct rotation_plan plan;
    struct rotation_request commands[REQUEST_START_COMPROMISED + 1];

    arena_reset(s->arena);
    w->record.members = w->members;
    w->record.retired = w->retired;
    w->record.requests = commands;
    w->record.request_count = 0;
    w->asked[REQUEST_APPROVE] |= w->approved;
    w->asked[REQUEST_ROLLBACK] |= w->rollback;
    for (int kind = REQUEST_APPROVE; kind <= REQUEST_START_COMPROMISED; kind++)
        if (w->asked[kind])
            commands[w->record.request_count++] =
                (struct rotation_request){ (enum rotation_request_kind)kind,
                                           "",
                                           (int)w->record.at.phase,
                                           s->config->unsafe,
                                           "test",
                                           w->now + w->offset };
    memset(w->asked, 0, sizeof w->asked);
    look(&plan, s, w);
    s->passes++;
    persist(w, &plan);
    w->approved = w->rollback = false;
    w->branch_step = 0;
    for (size_t c = 0; c < CLUSTERS; c++)
        w->clusters[c].unseen = false;
    w->held = plan.check == STEP_CLOSED;
    w->proposed = crash == NO_CRASH;
    if (s->config->pulls)
        w->reverted = false; /* this pass has seen it */
    if (s->config->pulls || crash == CRASH_BEFORE_PUSH)
        return;
    push(w);
    if (crash == NO_CRASH) {
        w->record.members = w->members;
        rotation_published(&w->record, w->now + w->offset, NULL);
    }
}

/* A person merges what the last pass proposed; in an unsafe search also what it holds back. */
static bool merge(const struct search *s, struct world *w)
{
    if (!s->config->pulls || ((w->held || !w->proposed) && !s->config->unsafe))
        return false;
    push(w);
    w->record.members = w->members;
    rotation_published(&w->record, w->now + w->offset, NULL);
    w->proposed = false;
    return true;
}

static void pass_and_merge(struct search *s, struct world *w)
{
    pass(s, w, NO_CRASH);
    if (!w->held)
        merge(s, w);
}

/* --- events --- */

static bool may_tick(const struct search *s, const struct world *w)
{
    if (s->config->observed)
        return true;
    for (size_t c = 0; c < CLUSTERS; c++)
        if (w->clusters[c].member && w->clusters[c].behind
            && w->now + QUANTUM > w->clusters[c].pushed + QUANTUM)
            return false;
    return true;
}

static void revert(struct world *w)
{
    for (size_t c = 0; c < CLUSTERS; c++) {
        struct cluster *cluster = &w->clusters[c];

        if (!cluster->was_on_branch || material_equal(&cluster->branch, &cluster->before))
            continue;
        cluster->branch = cluster->before;
        cluster->behind = true;
        cluster->pushed = w->now;
        w->reverted = true;
        w->proposed = false; /* what was proposed on top of it conflicts */
    }
}

enum {
    TICK,
    SYNC,
    PASS = SYNC + CLUSTERS,
    CRASH_1,
    CRASH_2,
    SPEC,
    APPROVE = SPEC + ROOTS,
    ROLLBACK,
    REVERT,
    LEAVE,
    JOIN,
    JUMP_ON,
    JUMP_BACK,
    PREPARE,
    EVENTS = PREPARE + CLUSTERS,
    /* of a wide search */
    KEY = EVENTS,
    KIND = KEY + CAS,
    GIVEN = KIND + TARGET_BAD + 1,
    END,
    SINGLE_ROOT,
    LATE_BACK,
    NO_CANARY,
    MISSING_CANARY,
    PAUSE,
    RESUME,
    RETRY,
    BACKUP,
    RESTORE,
    SPEC_CA,
    WIDE_EVENTS,
    /* of an unsafe one */
    NONE = WIDE_EVENTS,
    EMERGENCY,
    UNSAFE_EVENTS,
    /* with pull requests */
    MERGE = UNSAFE_EVENTS,
    LOSE,
    PULL_EVENTS = LOSE + CLUSTERS
};

static bool toggle(bool *what)
{
    *what = !*what;
    return true;
}

/* The branch holds what the record says.  A backup is older by one phase in which no
 * certificate was signed: weft can find that out. */
static bool restore(struct world *w)
{
    const struct position at = w->saved.at;

    if (!w->has_saved || w->reverted || !w->record.published
        || !text_equal(w->saved.new, w->record.new) || at.direction != DIRECTION_FORWARD
        || at.phase != PHASE_REISSUED || w->record.at.direction != DIRECTION_FORWARD
        || w->record.at.phase != PHASE_NEW || w->record.member_count != w->saved.member_count
        || !rotation_running(&w->record))
        return false;
    w->branch_step = (int)w->record.at.phase;
    w->record = w->saved;
    memcpy(w->members, w->saved_members, sizeof w->members);
    w->record.members = w->members;
    w->record.retired_count = 0;
    w->reverted = true;
    return true;
}

static bool happen_wide(struct world *w, int event)
{
    if (event < KIND)
        return toggle(&w->keyless[event - KEY]);
    if (event < GIVEN) {
        w->kind = (enum target_kind)(event - KIND);
        return true;
    }
    switch (event) {
    case GIVEN:
        return toggle(&w->given);
    case END:
        return toggle(&w->ended);
    case SINGLE_ROOT:
        return toggle(&w->single_root);
    case LATE_BACK:
        return toggle(&w->late_back);
    case NO_CANARY:
        return toggle(&w->no_canary);
    case MISSING_CANARY:
        return toggle(&w->missing_canary);
    case PAUSE:
        return w->asked[REQUEST_PAUSE] = true;
    case RESUME:
        return w->asked[REQUEST_RESUME] = true;
    case RETRY:
        return w->asked[REQUEST_RETRY] = true;
    case BACKUP:
        w->saved = w->record;
        memcpy(w->saved_members, w->members, sizeof w->members);
        return w->has_saved = true;
    case RESTORE:
        return restore(w);
    case SPEC_CA:
        w->spec = CAS - 1;
        return true;
    case NONE:
        return toggle(&w->none);
    default:
        return w->asked[REQUEST_START_COMPROMISED] = true;
    }
}

/* An older Secret is restored by hand.  Where that alone breaks traffic it is no matter of weft's.
 */
static bool lose(const struct search *s, struct world *w, struct cluster *cluster)
{
    struct world after;

    if (!cluster->member || !cluster->loaded || !cluster->was_on_branch || cluster->behind
        || material_equal(&cluster->before, &cluster->holds) || w->losses++ >= s->config->losses)
        return false;
    after = *w;
    hold(&after, &after.clusters[cluster - w->clusters], &cluster->before);
    if (!s->config->unsafe && !all_accept_all(&after))
        return false;
    hold(w, cluster, &cluster->before);
    cluster->behind = cluster->unseen = true;
    w->proposed = false; /* what no pass has looked at since is not merged */
    return true;
}

/* The world after an event; false: it cannot happen now. */
static bool happen(struct search *s, struct world *w, int event)
{
    struct cluster *last = &w->clusters[CLUSTERS - 1];

    if (event == MERGE)
        return merge(s, w);
    if (event >= LOSE)
        return lose(s, w, &w->clusters[event - LOSE]);
    if (event >= EVENTS)
        return happen_wide(w, event);
    if (event == TICK) {
        if (!may_tick(s, w))
            return false;
        w->now += QUANTUM;
        forget_dead(w);
    } else if (event >= SYNC && event < PASS) {
        struct cluster *cluster = &w->clusters[event - SYNC];

        if (!cluster->member || !cluster->on_branch || !cluster->behind || cluster->unseen)
            return false;
        load(w, cluster);
    } else if (event == PASS) {
        pass(s, w, NO_CRASH);
    } else if (event == CRASH_1 || event == CRASH_2) {
        if (w->crashes++ >= s->config->crashes || (event == CRASH_2 && s->config->pulls))
            return false;
        pass(s, w, event == CRASH_1 ? CRASH_BEFORE_PUSH : CRASH_AFTER_PUSH);
    } else if (event >= SPEC && event < APPROVE) {
        if (w->spec == event - SPEC || w->specs++ >= s->config->specs)
            return false;
        w->spec = event - SPEC;
    } else if (event == APPROVE) {
        if (!s->config->manual || w->approved || rotation_shown(&w->record) != ROTATION_VERIFYING)
            return false;
        w->approved = true;
    } else if (event == ROLLBACK) {
        if (w->rollback || w->rollbacks++ >= s->config->rollbacks)
            return false;
        w->rollback = true;
    } else if (event == REVERT) {
        if (w->reverted || w->reverts++ >= s->config->reverts)
            return false;
        revert(w);
    } else if (event == LEAVE) {
        if (!last->member || w->leaves++ >= s->config->leaves)
            return false;
        *last = (struct cluster){ .ca = "" };
    } else if (event == JOIN) {
        if (last->member)
            return false;
        *last = (struct cluster){ .ca = "", .member = true };
    } else if (event >= PREPARE) {
        return prepare(w, &w->clusters[event - PREPARE]);
    } else {
        if (w->jumps++ >= s->config->jumps)
            return false;
        w->offset += event == JUMP_ON ? 20 * 3600 : -20 * 3600;
    }
    return true;
}

static const char *event_words(int event)
{
    static const char *const words[PULL_EVENTS] = {
        [TICK] = "12 hours",
        [SYNC] = "a syncs",
        [SYNC + 1] = "b syncs",
        [SYNC + 2] = "c syncs",
        [PASS] = "pass",
        [CRASH_1] = "pass, killed before its push",
        [CRASH_2] = "pass, killed after its push",
        [SPEC] = "spec: R1",
        [SPEC + 1] = "spec: R2",
        [SPEC + 2] = "spec: R3",
        [APPROVE] = "approval",
        [ROLLBACK] = "rollback asked for",
        [REVERT] = "branch reverted",
        [LEAVE] = "c leaves",
        [JOIN] = "c joins",
        [JUMP_ON] = "clock 20 h on",
        [JUMP_BACK] = "clock 20 h back",
        [PREPARE] = "a trusts our root, too",
        [PREPARE + 1] = "b trusts our root, too",
        [PREPARE + 2] = "c trusts our root, too",
        [KEY] = "key of R1 lost or found",
        [KEY + 1] = "key of R2 lost or found",
        [KEY + 2] = "key of R3 lost or found",
        [KEY + 3] = "key of I1 lost or found",
        [KIND] = "spec: a CA",
        [KIND + 1] = "spec: a root to be made",
        [KIND + 2] = "spec: a root that cannot be used",
        [GIVEN] = "roots are given, or generated",
        [END] = "the deployed root nears its end, or not",
        [SINGLE_ROOT] = "istiods without multi-root, or with",
        [LATE_BACK] = "late members turn a rotation back, or not",
        [NO_CANARY] = "no canary, or one",
        [MISSING_CANARY] = "the canary is no member, or is",
        [PAUSE] = "pause asked for",
        [RESUME] = "resume asked for",
        [RETRY] = "retry asked for",
        [BACKUP] = "backup of the state",
        [RESTORE] = "backup restored",
        [SPEC_CA] = "spec: I1, below R1",
        [NONE] = "strategy NONE, or not",
        [EMERGENCY] = "emergency",
        [MERGE] = "the proposal is merged",
        [LOSE] = "a gets an older Secret by hand",
        [LOSE + 1] = "b gets an older Secret by hand",
        [LOSE + 2] = "c gets an older Secret by hand",
    };

    return words[event];
}

/* --- states --- */

struct hash {
    uint64_t value;
};

static void add(struct hash *h, uint64_t value)
{
    h->value = (h->value ^ value) * UINT64_C(0x9E3779B97F4A7C15);
    h->value ^= h->value >> 29;
}

static void add_text(struct hash *h, const char *text)
{
    for (; text && *text; text++)
        add(h, (unsigned char)*text);
    add(h, 256);
}

static void add_material(struct hash *h, const struct material *m)
{
    add_text(h, m->signer);
    for (size_t i = 0; i < m->bundle.count; i++)
        add_text(h, m->bundle.roots[i]);
    add(h, 300 + m->bundle.count);
}

/* How long ago, as far as it can matter. */
static void add_age(struct hash *h, int64_t then, int64_t now)
{
    int64_t age = now - then, most = 5 * QUANTUM;

    add(h, then == 0 ? 1 : (uint64_t)(age > most ? most : age) + 2);
}

static void add_cluster(struct hash *h, const struct search *s, const struct cluster *c,
                        int64_t now)
{
    add(h, (uint64_t)(c->member | c->loaded << 1 | c->on_branch << 2 | c->was_on_branch << 3
                      | c->behind << 4 | c->foreign << 5 | c->unseen << 6));
    add_text(h, c->ca);
    if (c->loaded)
        add_material(h, &c->holds);
    for (size_t i = 0; i < c->old_count; i++) {
        add_material(h, &c->old[i]);
        add(h, (uint64_t)(c->until[i] - now));
    }
    if (c->on_branch)
        add_material(h, &c->branch);
    if (c->was_on_branch)
        add_material(h, &c->before);
    if (c->behind && !s->config->observed)
        add(h, (uint64_t)(now - c->pushed));
}

static void add_record(struct hash *h, const struct rotation *r)
{
    add(h, (uint64_t)r->at.direction << 16 | (uint64_t)r->at.phase << 8 | (uint64_t)r->at.progress
               | (uint64_t)r->published << 4 | (uint64_t)r->failed << 5);
    for (size_t i = 0; i < PHASES; i++)
        add(h, (uint64_t)(r->approval[i].approved | r->approval[i].forced << 1));
    add_text(h, r->deployed);
    add_text(h, r->old);
    add_text(h, r->new);
    add_text(h, r->digest);
    add_text(h, r->rejected);
    for (size_t i = 0; i < r->bundle.count; i++)
        add_text(h, r->bundle.roots[i]);
    for (size_t i = 0; i < r->member_count; i++) {
        const struct member *m = &r->members[i];

        add_text(h, m->mesh);
        for (size_t k = 0; k < m->held_count; k++)
            add_material(h, &m->held[k]);
        add(h, m->dead_count);
        add_age(h, m->committed, r->clock.gate);
        add_age(h, m->proven, r->clock.gate);
        add_age(h, m->former > 0 ? m->former : 0, r->clock.gate);
        add(h, m->former == FORMER_LOST);
        add(h, (uint64_t)(m->turned | m->assumed << 1));
    }
}

static uint64_t hash_of(const struct search *s, struct world *w)
{
    struct hash h = { 0x1234567 };

    w->record.members = w->members;
    for (size_t c = 0; c < CLUSTERS; c++)
        add_cluster(&h, s, &w->clusters[c], w->now);
    add_record(&h, &w->record);
    add(&h, (uint64_t)(w->now - w->record.clock.second));
    add(&h, (uint64_t)(w->now + w->offset - w->record.clock.local));
    add(&h, (uint64_t)(w->spec | w->reverted << 4 | w->approved << 5 | w->rollback << 6
                       | w->record.clock.agreed << 7));
    add(&h, (uint64_t)(w->specs | w->reverts << 4 | w->leaves << 8 | w->jumps << 12
                       | w->rollbacks << 16 | w->crashes << 20 | w->losses << 24));
    if (s->config->pulls)
        add(&h, (uint64_t)(w->proposed | w->held << 1));
    return h.value;
}

/* False: it was seen with at least as much depth left. */
static bool is_new(struct search *s, uint64_t hash, unsigned left)
{
    uint64_t mark = hash & ~UINT64_C(0xFF);
    size_t at = (size_t)(hash >> 20) & s->seen_mask;

    while (s->seen[at] != 0 && (s->seen[at] & ~UINT64_C(0xFF)) != mark)
        at = (at + 1) & s->seen_mask;
    if (s->seen[at] != 0 && (s->seen[at] & 0xFF) >= left)
        return false;
    if (s->seen[at] == 0 && ++s->states > s->seen_mask / 4 * 3)
        fail_msg("more states than the table holds");
    s->seen[at] = mark | left;
    return true;
}

static void explore(struct search *s, const struct world *w, unsigned left)
{
    const int events = s->config->pulls ? PULL_EVENTS : EVENTS;

    for (int event = 0; left > 0 && !s->violated && event < events; event++) {
        struct world next = *w;

        next.record.members = next.members;
        if ((event >= EVENTS && event < MERGE) || !happen(s, &next, event))
            continue;
        next.record.members = next.members;
        s->way[s->way_len++] = event_words(event);
        if (!all_accept_all(&next)) {
            s->violated = true;
            s->last = next;
            return;
        }
        if (is_new(s, hash_of(s, &next), left - 1))
            explore(s, &next, left - 1);
        if (s->violated)
            return;
        s->way_len--;
    }
}

/* All clusters at rest under R1, but those that came with a root of their own. */
static struct world beginning(struct search *s)
{
    struct world w = { .now = NOW, .record = rotation_none() };

    for (int kind = TARGET_BAD; s->config->wide && kind >= TARGET_CA; kind--) {
        w.kind = (enum target_kind)kind; /* nothing is issued for the first ones */
        w.keyless[0] = kind == TARGET_CA;
        for (size_t c = 0; c < CLUSTERS; c++)
            w.clusters[c] = (struct cluster){ .member = true, .ca = "" };
        pass_and_merge(s, &w);
        assert_string_equal(w.record.deployed, "");
    }
    w.keyless[0] = false;
    for (size_t c = 0; c < CLUSTERS; c++) {
        w.clusters[c] = (struct cluster){ .member = true, .ca = "" };
        w.clusters[c].foreign = w.clusters[c].loaded = (s->config->foreign & 1u << c) != 0;
        if (w.clusters[c].foreign)
            w.clusters[c].holds = (struct material){ own, bundle_of(own) };
    }
    pass_and_merge(s, &w);
    for (size_t c = 0; c < CLUSTERS; c++)
        if (w.clusters[c].behind)
            load(&w, &w.clusters[c]);
    assert_string_equal(w.record.deployed, "R1");
    return w;
}

/* So many quanta after the operators of clusters with a root of their own have made them ready. */
static void made_ready(struct search *s, struct world *w, int quanta)
{
    for (int i = 0; i < quanta; i++) {
        for (size_t c = 0; c < CLUSTERS; c++)
            prepare(w, &w->clusters[c]);
        pass_and_merge(s, w);
        w->now += QUANTUM;
        forget_dead(w);
        assert_true(all_accept_all(w));
    }
}

/* So many quanta of a rotation to R2 in which nothing goes wrong. */
static void undisturbed(struct search *s, struct world *w, int quanta)
{
    for (int i = 0; i < quanta; i++) {
        w->spec = 1;
        w->approved = s->config->manual && rotation_shown(&w->record) == ROTATION_VERIFYING;
        pass_and_merge(s, w);
        for (size_t c = 0; c < CLUSTERS; c++)
            if (w->clusters[c].behind)
                load(w, &w->clusters[c]);
        w->now += QUANTUM;
        forget_dead(w);
        assert_true(all_accept_all(w));
    }
}

static struct search search_of(const struct config *config)
{
    struct search s = { .config = config, .policy = evidence_policy_default, .arena = arena_new() };

    s.policy.leaf_ttl = config->believed_ttl ? config->believed_ttl : 2 * QUANTUM;
    s.policy.sync_allowance = QUANTUM;
    if (config->wide) {
        s.policy.fail_after = 2 * QUANTUM;
        s.policy.retention = 2 * QUANTUM;
    }
    s.seen_mask = (1u << 24) - 1;
    s.seen = calloc(s.seen_mask + 1, sizeof *s.seen);
    return s;
}

/* Returns whether the invariant was violated. */
static bool run(const struct config *config, unsigned depth)
{
    struct search s = search_of(config);
    struct world w = beginning(&s);

    made_ready(&s, &w, config->ready);
    undisturbed(&s, &w, config->from);
    explore(&s, &w, depth);
    print_message("%s: %zu states, %zu passes, depth %u%s\n", config->sentence, s.states, s.passes,
                  depth, s.violated ? ": VIOLATED by" : "");
    for (unsigned i = 0; s.violated && i < s.way_len; i++)
        print_message("  %s\n", s.way[i]);
    if (s.violated)
        print_world(&s.last);
    free(s.seen);
    arena_free(s.arena);
    return s.violated;
}

/* --- long ways --- */

static uint64_t random_next(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static bool all_at_rest(const struct world *w)
{
    const struct material rest = { deployed_root(w), bundle_of(deployed_root(w)) };

    for (size_t c = 0; c < CLUSTERS; c++)
        if (w->clusters[c].member && !material_equal(&w->clusters[c].holds, &rest))
            return false;
    return w->record.member_count == 0;
}

/* Nothing happens any more but passes, syncs, time, and operators who do what they are asked to:
 * every rotation must come to its end, and every cluster to our root alone. */
static void set_right(struct search *s, struct world *w)
{
    if (!s->config->wide)
        return;
    memset(w->keyless, 0, sizeof w->keyless);
    w->kind = TARGET_CA;
    w->given = w->ended = w->single_root = w->late_back = w->none = false;
    w->missing_canary = w->no_canary = false;
    w->asked[REQUEST_RESUME] = true; /* also where the way back had stopped */
}

static bool comes_to_rest(struct search *s, struct world *w)
{
    for (int i = 0; i < 60; i++) {
        set_right(s, w);
        for (size_t c = 0; c < CLUSTERS; c++)
            prepare(w, &w->clusters[c]);
        w->approved = s->config->manual && rotation_shown(&w->record) == ROTATION_VERIFYING;
        pass_and_merge(s, w);
        for (size_t c = 0; c < CLUSTERS; c++)
            if (w->clusters[c].member && w->clusters[c].behind)
                load(w, &w->clusters[c]);
        w->now += QUANTUM;
        forget_dead(w);
        if (!s->violated && !s->config->unsafe && !all_accept_all(w)) {
            print_message("at rest, after %d passes:\n", i);
            print_world(w);
            s->violated = true;
        }
    }
    return rotation_shown(&w->record) == ROTATION_NOT_ROTATING && all_at_rest(w)
           && (text_equal(w->record.deployed, roots[w->spec])
               || text_equal(w->record.rejected, digest_of(s, w)));
}

/* The last events of a walk. */
static void print_trail(const struct search *s, const struct world *w, size_t events)
{
    size_t from = events > LENGTH(s->way) ? events - LENGTH(s->way) : 0;

    for (size_t i = from; i < events; i++)
        print_message("  %s\n", s->way[i % LENGTH(s->way)]);
    print_world(w);
}

/* What is rare in life is rare here, too, or no rotation would ever get anywhere. */
static int event_at_random(const struct config *config, uint64_t *seed)
{
    const int events = config->unsafe ? UNSAFE_EVENTS : WIDE_EVENTS;

    if (config->pulls && random_next(seed) % 4 == 0)
        return random_next(seed) % 3 ? MERGE : LOSE + (int)(random_next(seed) % CLUSTERS);
    if (config->wide && random_next(seed) % 6 == 0)
        return EVENTS + (int)(random_next(seed) % (uint64_t)(events - EVENTS));
    return (int)(random_next(seed) % EVENTS);
}

/* Returns whether the invariant was violated; for a mutant also whether it got stuck. */
static bool walk(const struct config *config, size_t walks, unsigned steps)
{
    struct search s = search_of(config);
    uint64_t seed = 20261123;
    size_t events = 0, stuck = 0;

    for (size_t i = 0; i < walks && !s.violated; i++) {
        struct world w = beginning(&s);

        undisturbed(&s, &w, config->from);
        for (unsigned k = 0; k < steps && !s.violated; k++) {
            const int event = event_at_random(config, &seed);
            struct world next = w;

            next.record.members = next.members;
            if (!happen(&s, &next, event))
                continue;
            w = next;
            w.record.members = w.members;
            s.way[events++ % LENGTH(s.way)] = event_words(event);
            s.violated = !config->unsafe && !all_accept_all(&w);
            if (s.violated)
                print_trail(&s, &w, events);
        }
        w.offset = 0; /* the clock is set right */
        if (!s.violated && !comes_to_rest(&s, &w)) {
            print_trail(&s, &w, events);
            if (stuck++ == 0)
                print_world(&w);
        }
    }
    print_message("%s: %zu walks, %zu events, %zu passes, %zu stuck%s\n", config->sentence, walks,
                  events, s.passes, stuck, s.violated ? ", VIOLATED" : "");
    free(s.seen);
    arena_free(s.arena);
    if (MODEL_MUTANT)
        return s.violated || stuck > 0;
    if (!s.violated)
        assert_int_equal(stuck, 0);
    return s.violated;
}

/* clang-format off */
static const struct config configs[] = {
    { .sentence = "evidence, from rest", .observed = true, .deeper = 2, .specs = 3, .reverts = 1, .leaves = 1, .jumps = 1, .rollbacks = 1, .crashes = 1 },
    { .sentence = "evidence, from step 1", .observed = true, .specs = 3, .reverts = 1, .leaves = 1, .jumps = 1, .rollbacks = 1, .crashes = 1, .from = 2 },
    { .sentence = "evidence, from step 2", .observed = true, .specs = 3, .reverts = 1, .leaves = 1, .jumps = 1, .rollbacks = 1, .crashes = 1, .from = 6 },
    { .sentence = "evidence, from step 3", .observed = true, .specs = 3, .reverts = 1, .leaves = 1, .jumps = 1, .rollbacks = 1, .crashes = 1, .from = 11 },
    { .sentence = "evidence, roots of their own", .observed = true, .foreign = 6, .deeper = 1, .specs = 2, .reverts = 1, .leaves = 1, .jumps = 1, .rollbacks = 1, .crashes = 1 },
    { .sentence = "evidence, ready for our root", .observed = true, .foreign = 6, .deeper = 1, .specs = 1, .reverts = 1, .leaves = 1, .jumps = 1, .crashes = 1, .ready = 4 },
    { .sentence = "time alone, from rest", .deeper = 2, .specs = 3, .reverts = 1, .leaves = 1, .jumps = 1, .rollbacks = 1, .crashes = 1 },
    { .sentence = "time alone, from step 1", .specs = 3, .reverts = 1, .leaves = 1, .jumps = 1, .rollbacks = 1, .crashes = 1, .from = 2 },
    { .sentence = "time alone, from step 2", .specs = 3, .reverts = 1, .leaves = 1, .jumps = 1, .rollbacks = 1, .crashes = 1, .from = 7 },
    { .sentence = "time alone, from step 3", .specs = 3, .reverts = 1, .leaves = 1, .jumps = 1, .rollbacks = 1, .crashes = 1, .from = 13 },
    { .sentence = "pull requests, step 1 waits", .observed = true, .pulls = true, .losses = 2, .specs = 2, .reverts = 1, .leaves = 1, .rollbacks = 1, .from = 2 },
    { .sentence = "pull requests, step 2 waits", .observed = true, .pulls = true, .losses = 2, .specs = 2, .reverts = 1, .leaves = 1, .rollbacks = 1, .from = 6 },
    { .sentence = "pull requests, step 3 waits", .observed = true, .pulls = true, .losses = 2, .specs = 2, .reverts = 1, .leaves = 1, .rollbacks = 1, .from = 10 },
};
/* clang-format on */

#if SANITIZED
enum { DEPTH = 4, WALKS = 100 };
#else
enum { DEPTH = 7, WALKS = 2000 };
#endif
enum { MUTANT_WALKS = 2000 };

/* WEFT_MODEL_DEPTH looks further; each level costs about three times the one before. */
static unsigned depth_wanted(void)
{
    const char *text = getenv("WEFT_MODEL_DEPTH");
    int64_t depth = DEPTH;

    if (text)
        assert_true(parse_int(text, 1, 20, &depth));
    return (unsigned)depth;
}

static void test_explore(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(configs); i++)
        assert_false(run(&configs[i], depth_wanted() + configs[i].deeper));
}

/* clang-format off */
static const struct config long_ways[] = {
    { .sentence = "evidence", .observed = true, .specs = 6, .reverts = 2, .leaves = 3, .jumps = 2, .rollbacks = 2, .crashes = 4 },
    { .sentence = "evidence, approvals, canary", .observed = true, .manual = true, .canary = true, .specs = 6, .reverts = 2, .leaves = 3, .jumps = 2, .rollbacks = 2, .crashes = 4 },
    { .sentence = "evidence, roots of their own", .observed = true, .foreign = 3, .specs = 1, .reverts = 1, .leaves = 2, .jumps = 1, .crashes = 3 },
    { .sentence = "time alone", .specs = 6, .reverts = 2, .leaves = 3, .jumps = 2, .rollbacks = 2, .crashes = 4 },
    { .sentence = "evidence, everything that is safe", .observed = true, .canary = true, .wide = true, .foreign = 6, .specs = 9, .reverts = 3, .leaves = 3, .jumps = 2, .rollbacks = 3, .crashes = 6 },
    { .sentence = "time alone, everything that is safe", .canary = true, .wide = true, .specs = 9, .reverts = 3, .leaves = 3, .jumps = 2, .rollbacks = 3, .crashes = 6 },
    { .sentence = "evidence, also what breaks traffic on purpose", .observed = true, .manual = true, .wide = true, .unsafe = true, .specs = 9, .reverts = 3, .leaves = 3, .jumps = 2, .rollbacks = 3, .crashes = 6 },
    { .sentence = "evidence, windows", .observed = true, .canary = true, .wide = true, .windows = true, .specs = 9, .reverts = 1, .leaves = 1, .rollbacks = 1, .crashes = 2 },
    { .sentence = "evidence, long rotations", .observed = true, .wide = true, .one_wish = true, .specs = 12, .rollbacks = 5 },
    { .sentence = "evidence, from step 2", .observed = true, .wide = true, .specs = 12, .rollbacks = 5, .from = 7 },
    { .sentence = "evidence, approvals, from step 3", .observed = true, .manual = true, .wide = true, .specs = 12, .rollbacks = 5, .from = 11 },
    { .sentence = "evidence, from step 3, backups", .observed = true, .wide = true, .specs = 12, .reverts = 2, .leaves = 2, .crashes = 4, .rollbacks = 5, .from = 10 },
    { .sentence = "pull requests", .observed = true, .pulls = true, .losses = 4, .specs = 6, .reverts = 2, .leaves = 3, .jumps = 2, .rollbacks = 2, .crashes = 4 },
    { .sentence = "pull requests, approvals, canary", .observed = true, .pulls = true, .losses = 4, .manual = true, .canary = true, .specs = 6, .reverts = 2, .leaves = 3, .jumps = 2, .rollbacks = 2, .crashes = 4 },
    { .sentence = "pull requests, time alone", .pulls = true, .specs = 6, .reverts = 2, .leaves = 3, .jumps = 2, .rollbacks = 2, .crashes = 4 },
    { .sentence = "pull requests, windows, everything that is safe", .observed = true, .pulls = true, .losses = 4, .canary = true, .wide = true, .windows = true, .specs = 9, .reverts = 3, .leaves = 3, .jumps = 2, .rollbacks = 3, .crashes = 6 },
    { .sentence = "pull requests, merged although they are held back", .observed = true, .pulls = true, .losses = 6, .wide = true, .unsafe = true, .specs = 9, .reverts = 3, .leaves = 3, .jumps = 2, .rollbacks = 3, .crashes = 6 },
    { .sentence = "time alone, approvals", .manual = true, .specs = 6, .reverts = 2, .leaves = 3, .jumps = 2, .rollbacks = 2, .crashes = 4 },
};
/* clang-format on */

static void test_walk(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(long_ways); i++)
        assert_false(walk(&long_ways[i], WALKS, 400));
}

/* A row that no search ever takes is not needed, or not proved by any search. */
static void test_every_transition_is_taken(void **state)
{
    size_t missing = 0;

    (void)state;
    if (SANITIZED) { /* the rarest of them take more walks than a sanitizer has time for */
        print_message("SKIP: run it with build/dev\n");
        skip();
    }
    for (size_t i = 0; i < transition_count; i++) {
        print_message("%9zu %s\n", hits[i], transitions[i].name);
        missing += hits[i] == 0;
    }
    assert_int_equal(missing, 0);
}

/* This program is also linked with a deliberately broken part of the state machine: then the search
 * must find what it breaks. */
static void test_mutant(void **state)
{
    bool found = false;

    (void)state;
    for (size_t i = 0; i < LENGTH(long_ways) && !found; i++)
        found = !long_ways[i].wide && walk(&long_ways[i], WALKS, 400);
    /* Sanitizers are slow, but here the first find ends it. */
    for (size_t i = LENGTH(long_ways); i > 0 && !found; i--)
        found = !long_ways[i - 1].wide && walk(&long_ways[i - 1], MUTANT_WALKS, 400);
    for (size_t i = 0; i < LENGTH(configs) && !found; i++)
        found = run(&configs[i], 6 + configs[i].deeper);
    assert_true(found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_walk),
        cmocka_unit_test(test_explore),
        cmocka_unit_test(test_every_transition_is_taken),
    };
    const struct CMUnitTest mutant[] = { cmocka_unit_test(test_mutant) };

    return MODEL_MUTANT ? cmocka_run_group_tests_name("rotation/model, broken on purpose", mutant,
                                                      NULL, NULL)
                        : cmocka_run_group_tests_name("rotation/model", tests, NULL, NULL);
}
