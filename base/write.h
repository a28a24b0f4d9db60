/* base/write.h - node trees to bytes; alone decides how our YAML and JSON look.  Same tree, same
 * bytes. */
#ifndef WEFT_BASE_WRITE_H
#define WEFT_BASE_WRITE_H

#include "base/node.h"

#endif
