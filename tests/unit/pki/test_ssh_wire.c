/* tests/unit/pki/test_ssh_wire.c - the examples of RFC 4251, section 5, and lengths that lie. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/base64.h"
#include "pki/ssh_wire.h"

static void numbers_as_in_the_rfc(void **state)
{
    static const struct {
        unsigned char bytes[9];
        size_t len;
        const char *hex;
    } numbers[] = {
        { { 0 }, 0, "00000000" },
        { { 0, 0 }, 2, "00000000" },
        { { 0x09, 0xa3, 0x78, 0xf9, 0xb2, 0xe3, 0x32, 0xa7 }, 8, "0000000809a378f9b2e332a7" },
        { { 0x80 }, 1, "000000020080" },
        { { 0, 0, 0x7f }, 3, "000000017f" },
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(numbers); i++) {
        AUTO_TEXT out = { 0 };
        char hex[64];

        ssh_wire_add_number(&out, numbers[i].bytes, numbers[i].len);
        hex_encode(hex, out.bytes, out.len);
        assert_string_equal(hex, numbers[i].hex);
    }
}

static void what_was_written_is_read(void **state)
{
    AUTO_TEXT out = { 0 };
    struct ssh_wire wire;

    (void)state;
    ssh_wire_add_uint32(&out, 0x01020304);
    ssh_wire_add_text(&out, "testing");
    ssh_wire_add_string(&out, "", 0);
    wire = (struct ssh_wire){ (const unsigned char *)out.bytes, out.len, false };
    assert_int_equal(ssh_wire_uint32(&wire), 0x01020304);
    assert_true(ssh_wire_is(&wire, "testing"));
    assert_false(ssh_wire_done(&wire));
    assert_int_equal(ssh_wire_string(&wire).len, 0);
    assert_true(ssh_wire_done(&wire));
    assert_int_equal(ssh_wire_uint32(&wire), 0);
    assert_false(ssh_wire_done(&wire));
}

static void a_length_beyond_the_end_spoils_the_rest(void **state)
{
    static const unsigned char bytes[] = { 0xff, 0xff, 0xff, 0xff, 'a', 0, 0, 0, 0 };
    struct ssh_wire wire = { bytes, sizeof bytes, false };
    struct ssh_string string = ssh_wire_string(&wire);

    (void)state;
    assert_true(wire.bad && string.len == 0 && string.bytes);
    assert_int_equal(ssh_wire_string(&wire).len, 0);
    assert_false(ssh_wire_is(&wire, ""));
    assert_false(ssh_wire_done(&wire));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_as_in_the_rfc),
        cmocka_unit_test(what_was_written_is_read),
        cmocka_unit_test(a_length_beyond_the_end_spoils_the_rest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
