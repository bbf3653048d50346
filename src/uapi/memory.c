/* SPDX-License-Identifier: MIT */
#include "uapi/memory.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/mem.h"

/* Memory for jansson. */
static void *allocate(size_t size)
{
    void *memory = malloc(size > 0 ? size : 1);
    if (!memory)
        die("out of memory");
    return memory;
}

void memory_guard_jansson(void)
{
    json_set_alloc_funcs(allocate, free);
}
