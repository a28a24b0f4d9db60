/* base/parse.h - the limits of what is parsed (parse_yaml.h, parse_json.h): they protect against
 * hostile input. */
#ifndef WEFT_BASE_PARSE_H
#define WEFT_BASE_PARSE_H

enum {
    PARSE_BYTES_MAX = 8 * 1024 * 1024, /* of one file; a larger one is one diag */
    PARSE_DEPTH_MAX = 64,
    PARSE_NODES_MAX = 2000000, /* values of one file, aliases expanded */
    PARSE_ALIASED_MAX =
        200000 /* of these, those that aliases made: ends an alias bomb while it is small */
};

#endif
