/* SPDX-License-Identifier: MIT */
#include "support/shim.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct shim_page *page;

/* Maps the page before the program's main, if it is the one meant and not what starts it (a shell,
 * valgrind). Nothing here goes through an entry point of ours, and the programs that this one
 * starts are to be left alone. */
__attribute__((constructor)) static void open_page(void)
{
    if (strcmp(program_invocation_short_name, SHIM_PROGRAM) != 0)
        return;
    const char *path = getenv(SHIM_VARIABLE);
    long fd = path ? syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC) : -1;
    if (fd >= 0) {
        void *memory = mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED, (int)fd, 0);
        syscall(SYS_close, fd);
        page = memory == MAP_FAILED ? NULL : memory;
    }
    unsetenv(SHIM_VARIABLE);
    unsetenv("LD_PRELOAD");
}

struct shim_page *shim_page(void)
{
    return page;
}

bool shim_has_to_fail(const char *name)
{
    if (!page || !__atomic_load_n(&page->is_armed, __ATOMIC_ACQUIRE))
        return false;
    long count = __atomic_add_fetch(&page->count, 1, __ATOMIC_RELAXED);
    if (page->fail_at == 0 || count < page->fail_at)
        return false;
    if (count > page->fail_at && (!page->is_for_good || strcmp(name, page->name) != 0))
        return false;
    if (__atomic_fetch_add(&page->fired, 1, __ATOMIC_RELAXED) == 0) {
        strncpy(page->name, name, SHIM_NAME_MAX - 1);
        page->was_library = page->in_library;
    }
    return true;
}

void *shim_find_next(const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    if (!found)
        abort();
    return found;
}
