/* pki/key_batch.c - many private keys at once, on all processors.  Keys go from hand to hand as
 * libcrypto objects (their numbers lie in the secure heap); at most a few wait at a time.
 *
 * RSA keys take most of the time of a first pass, and making them shares nothing. Workers take
 * indices; the calling thread alone takes keys out and hands them on, so the ledger and the arena
 * have one user. Keys arrive in the order in which they are finished, under their index; what is
 * stored must not depend on that order. At most WAITING_MAX keys wait, because the secure heap is
 * small. When the taker fails, each worker stops after its present key, and keys that were not
 * taken are freed here: no key outlives the call. */
#include "pki/key_batch.h"

#include "base/memory.h"
#include "pki/openssl.h"
#include <assert.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>

enum { WAITING_MAX = 16, WORKERS_MAX = 64 };

struct made_key {
    size_t index;
    EVP_PKEY *key; /* NULL: why says so */
    struct err why;
};

struct keymaker {
    pthread_mutex_t lock;
    pthread_cond_t made, room; /* a key waits; there is room for another */
    const struct key_kind *kinds;
    size_t count, next; /* next: the first kind that no worker has taken */
    struct made_key waiting[WAITING_MAX];
    size_t waiting_count;
    bool stop;
};

static struct made_key make_one(const struct key_kind *kinds, size_t index)
{
    struct made_key made = { .index = index };

    if (key_make(&made.key, kinds[index], &made.why) < 0)
        made.key = NULL;
    return made;
}

/* The next index, or count when there is nothing left to do. */
static size_t next_index(struct keymaker *maker)
{
    size_t index;

    pthread_mutex_lock(&maker->lock);
    index = maker->stop || maker->next >= maker->count ? maker->count : maker->next++;
    pthread_mutex_unlock(&maker->lock);
    return index;
}

static void hand_over(struct keymaker *maker, struct made_key made)
{
    pthread_mutex_lock(&maker->lock);
    while (maker->waiting_count == WAITING_MAX && !maker->stop)
        pthread_cond_wait(&maker->room, &maker->lock);
    if (maker->stop) {
        EVP_PKEY_free(made.key);
    } else {
        maker->waiting[maker->waiting_count++] = made;
        pthread_cond_signal(&maker->made);
    }
    pthread_mutex_unlock(&maker->lock);
}

static void *worker_run(void *context)
{
    struct keymaker *maker = context;
    size_t index;

    while ((index = next_index(maker)) < maker->count)
        hand_over(maker, make_one(maker->kinds, index));
    return NULL;
}

static struct made_key wait_for_key(struct keymaker *maker)
{
    struct made_key made;

    pthread_mutex_lock(&maker->lock);
    while (maker->waiting_count == 0)
        pthread_cond_wait(&maker->made, &maker->lock);
    made = maker->waiting[--maker->waiting_count];
    pthread_cond_signal(&maker->room);
    pthread_mutex_unlock(&maker->lock);
    return made;
}

static int take(const struct key_taker *taker, struct made_key made, struct err *err)
{
    return taker->take(taker->context, made.index, made.key, &made.why, err);
}

static int make_here(const struct key_kind *kinds, size_t count, const struct key_taker *taker,
                     struct err *err)
{
    for (size_t i = 0; i < count; i++)
        if (take(taker, make_one(kinds, i), err) < 0)
            return -1;
    return 0;
}

static size_t processors(void)
{
    cpu_set_t set;

    if (sched_getaffinity(0, sizeof set, &set) < 0)
        return 1;
    return (size_t)CPU_COUNT(&set);
}

/* Threads pay only where a key takes longer than starting one. */
static size_t workers_for(const struct key_kind *kinds, size_t count)
{
    size_t slow = 0, most = processors();

    for (size_t i = 0; i < count; i++)
        slow += kinds[i].type == KEY_RSA;
    most = most > WORKERS_MAX ? WORKERS_MAX : most;
    return slow < 2 ? 0 : slow < most ? slow : most;
}

static void stop_workers(struct keymaker *maker, const pthread_t *threads, size_t count)
{
    pthread_mutex_lock(&maker->lock);
    maker->stop = true;
    pthread_cond_broadcast(&maker->room);
    pthread_mutex_unlock(&maker->lock);
    for (size_t i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
    for (size_t i = 0; i < maker->waiting_count; i++)
        EVP_PKEY_free(maker->waiting[i].key);
}

int key_batch_make(const struct key_kind *kinds, size_t count, const struct key_taker *taker,
                   struct err *err)
{
    struct keymaker maker = { .lock = PTHREAD_MUTEX_INITIALIZER,
                              .made = PTHREAD_COND_INITIALIZER,
                              .room = PTHREAD_COND_INITIALIZER,
                              .kinds = kinds,
                              .count = count };
    pthread_t threads[WORKERS_MAX];
    size_t wanted = workers_for(kinds, count), running = 0;
    int result = 0;

    while (running < wanted && pthread_create(&threads[running], NULL, worker_run, &maker) == 0)
        running++;
    if (running == 0)
        return make_here(kinds, count, taker, err);
    for (size_t i = 0; result == 0 && i < count; i++)
        result = take(taker, wait_for_key(&maker), err);
    assert(result < 0 || maker.waiting_count == 0); /* each key was handed on */
    stop_workers(&maker, threads, running);
    return result;
}
