/* base/compiler.h - the few language extensions that weft uses, named once (GCC and Clang). */
#ifndef WEFT_BASE_COMPILER_H
#define WEFT_BASE_COMPILER_H

/* The result says whether it worked, so it must be looked at. */
#define MUST_USE __attribute__((warn_unused_result))
/* A printf format at argument fmt, its values from argument first on (0: a va_list). */
#define PRINTF_LIKE(fmt, first) __attribute__((format(printf, fmt, first)))
/* The same pointer without const, for a library function that takes no const pointer but only
 * reads. */
#define UNCONST(p)                                                                                 \
    (((union {                                                                                     \
         const void *in;                                                                           \
         void *out;                                                                                \
     }){ .in = (p) })                                                                              \
         .out)
/* How many elements an array (never a pointer) has. */
#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* A resource that is released when its variable goes out of scope; it leaves a function only by
 * TAKE. A module that owns a library says AUTO_DEFINE(type, free_fn) once for each of its types. */
#define AUTO(free_fn) __attribute__((cleanup(auto_##free_fn)))
#define AUTO_DEFINE(type, free_fn)                                                                 \
    static inline void auto_##free_fn(type **p)                                                    \
    {                                                                                              \
        if (*p)                                                                                    \
            free_fn(*p);                                                                           \
    }
#define TAKE(p)                                                                                    \
    __extension__({                                                                                \
        __typeof__(p) taken_ = (p);                                                                \
        (p) = NULL;                                                                                \
        taken_;                                                                                    \
    })

#endif
