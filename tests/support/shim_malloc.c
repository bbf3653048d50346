/* SPDX-License-Identifier: MIT */
/*
 * shim_malloc: the n-th allocation fails. See shim.h.
 *
 * strdup, vasprintf, getline, fopen and their like come here too: the C library takes its memory
 * through the same entry points. Also marks when a library runs that does not check what it gets:
 * libconfig (1.5) while it reads, ncurses (6.4) until it has the terminal, and while it draws.
 */
#include <errno.h>
#include <libconfig.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "support/shim.h"

#define ALLOCATION "allocation" /* all are one kind: memory is short for each of them */

void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void *realloc(void *old, size_t size);
int posix_memalign(void **memory, size_t alignment, size_t size);
void *aligned_alloc(size_t alignment, size_t size);
/* Of ncurses, whose headers would bring macros of the same names. */
int setupterm(const char *kind, int fd, int *result);
char *tigetstr(const char *name);
void *newterm(const char *kind, FILE *out, FILE *in);
int wrefresh(void *window);

/* What the C library has. dlsym itself may allocate: it takes no for an answer. */
static struct {
    void *(*malloc)(size_t);
    void *(*calloc)(size_t, size_t);
    void *(*realloc)(void *, size_t);
    int (*posix_memalign)(void **, size_t, size_t);
    void *(*aligned_alloc)(size_t, size_t);
    int state; /* 0: not looked for, 1: being looked for, 2: found */
} next;

/* Finds it. False while it is being found. */
static bool is_found(void)
{
    if (next.state == 0) {
        next.state = 1;
        *(void **)&next.malloc = shim_find_next("malloc");
        *(void **)&next.calloc = shim_find_next("calloc");
        *(void **)&next.realloc = shim_find_next("realloc");
        *(void **)&next.posix_memalign = shim_find_next("posix_memalign");
        *(void **)&next.aligned_alloc = shim_find_next("aligned_alloc");
        next.state = 2;
    }
    return next.state == 2;
}

/* May this one succeed? If not, errno says why. */
static bool may_succeed(void)
{
    if (is_found() && !shim_has_to_fail(ALLOCATION))
        return true;
    errno = ENOMEM;
    return false;
}

void *malloc(size_t size)
{
    return may_succeed() ? next.malloc(size) : NULL;
}

void *calloc(size_t count, size_t size)
{
    return may_succeed() ? next.calloc(count, size) : NULL;
}

void *realloc(void *old, size_t size)
{
    return may_succeed() ? next.realloc(old, size) : NULL;
}

int posix_memalign(void **memory, size_t alignment, size_t size)
{
    return may_succeed() ? next.posix_memalign(memory, alignment, size) : ENOMEM;
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return may_succeed() ? next.aligned_alloc(alignment, size) : NULL;
}

/* Marks which library runs now. Returns which did: libconfig comes here from its own inside too. */
static int mark(int library)
{
    struct shim_page *page = shim_page();
    int before = page ? page->in_library : SHIM_LIBRARY_NONE;
    if (page)
        page->in_library = library;
    return before;
}

int config_read_string(config_t *config, const char *text)
{
    static int (*read_string)(config_t *, const char *);
    if (!read_string)
        *(void **)&read_string = shim_find_next("config_read_string");
    int before = mark(SHIM_LIBRARY_CONFIG);
    int result = read_string(config, text);
    mark(before);
    return result;
}

void config_init(config_t *config)
{
    static void (*init)(config_t *);
    if (!init)
        *(void **)&init = shim_find_next("config_init");
    int before = mark(SHIM_LIBRARY_CONFIG);
    init(config);
    mark(before);
}

int setupterm(const char *kind, int fd, int *result)
{
    static int (*setup)(const char *, int, int *);
    if (!setup)
        *(void **)&setup = shim_find_next("setupterm");
    int before = mark(SHIM_LIBRARY_CURSES);
    int is_set = setup(kind, fd, result);
    mark(before);
    return is_set;
}

char *tigetstr(const char *name)
{
    static char *(*get)(const char *);
    if (!get)
        *(void **)&get = shim_find_next("tigetstr");
    int before = mark(SHIM_LIBRARY_CURSES);
    char *text = get(name);
    mark(before);
    return text;
}

void *newterm(const char *kind, FILE *out, FILE *in)
{
    static void *(*open)(const char *, FILE *, FILE *);
    if (!open)
        *(void **)&open = shim_find_next("newterm");
    int before = mark(SHIM_LIBRARY_CURSES);
    void *screen = open(kind, out, in);
    mark(before);
    return screen;
}

int wrefresh(void *window)
{
    static int (*refresh)(void *);
    if (!refresh)
        *(void **)&refresh = shim_find_next("wrefresh");
    int before = mark(SHIM_LIBRARY_CURSES);
    int result = refresh(window);
    mark(before);
    return result;
}
