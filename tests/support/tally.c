/* SPDX-License-Identifier: MIT */
#include "support/tally.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static _Atomic size_t *sums; /* TALLY_COUNT of them; NULL: there is no memory to share */
static pid_t owner;

/* Prints the sums; not in children, whose part is in them. */
static void print_sums(void)
{
    if (getpid() != owner || sums[TALLY_SEARCHED] == 0)
        return;
    fprintf(stderr,
            "oracle: %zu bytes judged; canary: %zu bytes written or shown, %zu arguments, %zu "
            "environments (%zu more not readable), %zu files\n",
            sums[TALLY_JUDGED], sums[TALLY_SEARCHED], sums[TALLY_ARGUMENTS],
            sums[TALLY_ENVIRONMENTS], sums[TALLY_UNREADABLE], sums[TALLY_FILES]);
}

/* Before main: tests fork before they count. */
__attribute__((constructor)) static void open_sums(void)
{
    void *memory = mmap(NULL, TALLY_COUNT * sizeof *sums, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return;
    sums = memory;
    owner = getpid();
    atexit(print_sums);
}

void tally_add(enum tally which, size_t more)
{
    if (sums)
        atomic_fetch_add(&sums[which], more);
}
