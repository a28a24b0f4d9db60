/* tests/unit/api/test_object_place.c - where objects of clusters are, in words. */
#include "api/object_place.h"

#include "tests/lib/check.h"

static void places_of_found_objects_are_words(void **state)
{
    static const char *const names[][2] = { { "w-shop-east-deployment", "Deployment" },
                                            { "w-shop-east-daemonset", "DaemonSet" },
                                            { "w-shop-east-statefulset", "StatefulSet" },
                                            { "w", "workload" } };
    AUTO(arena_free) struct arena *arena = arena_new();
    const struct kube_service service = { .ref = { "a", "shop", "east" } };
    const struct destination destination = { .meta.place = OBJECT_PLACE_FOUND,
                                             .service = &service };

    (void)state;
    assert_string_equal(object_place_of_destination(&destination, arena).file,
                        "cluster east: Service shop/a");
    for (size_t i = 0; i < LENGTH(names); i++) {
        const struct workload workload = { .meta = { .name = names[i][0],
                                                     .place = OBJECT_PLACE_FOUND },
                                           .controller = { "w", "shop", "east" } };
        const struct place place = object_place_of_workload(&workload, arena);

        assert_true(place_is_object(place));
        assert_string_equal(place.file,
                            arena_printf(arena, "cluster east: %s shop/w", names[i][1]));
    }
}

static void places_in_files_stay(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const struct destination destination = { .meta.place = { "a.yaml", 3, 1 } };
    const struct workload workload = { .meta.place = { "b.yaml", 4, 1 } };

    (void)state;
    assert_string_equal(object_place_of_destination(&destination, arena).file, "a.yaml");
    assert_int_equal(object_place_of_workload(&workload, arena).line, 4);
    assert_int_equal(arena_used(arena), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_of_found_objects_are_words),
        cmocka_unit_test(places_in_files_stay),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
