/* tests/lib/real.h - a real API server in tests: WEFT_TEST_KUBECONFIG names a kubeconfig with all
 * rights. Without it every test is skipped. */
#ifndef WEFT_TESTS_LIB_REAL_H
#define WEFT_TESTS_LIB_REAL_H

#include "tests/lib/workplace.h"

struct real {
    struct workplace place;
    struct kube *kube;
    const char *namespace; /* of its own, so that runs do not meet */
};

int real_setup(void **state);
int real_teardown(void **state);

#define NEED_REAL(real)                                                                            \
    struct real *real = *state;                                                                    \
    if (!real)                                                                                     \
    skip()

/* One request that must be answered. */
struct kube_answer ask(struct real *real, const char *method, const char *path, const char *type,
                       const char *body);
/* POST that must create. */
void make(struct real *real, const char *path, const char *body);
/* fmt with each NS replaced by the namespace, and VALUE by value. */
const char *format(struct real *real, const char *fmt, const char *value);

/* Tests of the other files. */
void cacerts_are_written_straight(void **state);
void another_owner_of_cacerts_is_not_fought(void **state);
void rights_on_one_secret_suffice(void **state);
void an_empty_secret_spares_the_right_to_create(void **state);
void a_real_exchange_leaves_no_key(void **state);
void a_status_without_crd_goes_to_a_map(void **state);

#endif
