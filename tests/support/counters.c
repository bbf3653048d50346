/* SPDX-License-Identifier: MIT */
#include "support/counters.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static _Atomic size_t *sums; /* COUNTER_COUNT of them; NULL: there is no memory to share */
static pid_t owner;

/* Prints the sums; not in children, whose part is in them. */
static void print_sums(void)
{
    if (getpid() != owner || sums[COUNTER_SEARCHED] == 0)
        return;
    fprintf(stderr,
            "oracle: %zu bytes judged; canary: %zu bytes written or shown, %zu arguments, %zu "
            "environments (%zu more not readable), %zu files\n",
            sums[COUNTER_JUDGED], sums[COUNTER_SEARCHED], sums[COUNTER_ARGUMENTS],
            sums[COUNTER_ENVIRONMENTS], sums[COUNTER_UNREADABLE], sums[COUNTER_FILES]);
}

/* Before main: tests fork before they count. */
__attribute__((constructor)) static void open_sums(void)
{
    void *memory = mmap(NULL, COUNTER_COUNT * sizeof *sums, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return;
    sums = memory;
    owner = getpid();
    atexit(print_sums);
}

void counters_add(enum counter which, size_t more)
{
    if (sums)
        atomic_fetch_add(&sums[which], more);
}
