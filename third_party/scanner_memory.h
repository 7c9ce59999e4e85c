/* Put in front of scanners that call calloc and free themselves: what they allocate is then tree-sitter's, as what the
   other scanners do. */
#include <stdlib.h>

#include "tree_sitter/alloc.h"

#define calloc(count, size) ts_calloc(count, size)
#define free(memory) ts_free(memory)
