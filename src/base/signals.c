/* SPDX-License-Identifier: MIT */
#include "base/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

#define CRASH_STACK_BYTES 65536

static int signal_pipe[2] = {-1, -1};
static void (*crash_restore)(void);

/* A stack that ran over cannot take the handler's frame too. */
static char crash_stack[CRASH_STACK_BYTES];

static const int caught[] = {SIGHUP,  SIGINT, SIGTERM, SIGQUIT,   SIGALRM, SIGXCPU, SIGVTALRM,
                             SIGPROF, SIGIO,  SIGPWR,  SIGSTKFLT, SIGUSR1, SIGUSR2};
/* They end a program unless told not to; outside of signals_open .. signals_close the last two,
 * too. */
static const int ignored[] = {SIGPIPE, SIGXFSZ, SIGUSR1, SIGUSR2};
static const int fatal[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS};

/* Sends the number to the loop. A full pipe means that it has plenty to read already. */
static void on_signal(int number)
{
    int saved = errno;
    unsigned char byte = (unsigned char)number;
    ssize_t written = write(signal_pipe[1], &byte, 1);
    (void)written;
    errno = saved;
}

/* Restores the terminal; the handler is reset, so raising again ends the program. */
static void on_crash(int number)
{
    if (crash_restore)
        crash_restore();
    raise(number);
}

/* Sets a handler for one signal. */
static void handle(int number, void (*handler)(int), int flags)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, NULL);
}

void signals_ignore(void)
{
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
        handle(ignored[i], SIG_IGN, 0);
}

/* Whoever started the program may have had its signals blocked. */
static void unblock(void)
{
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < sizeof caught / sizeof *caught; i++)
        sigaddset(&set, caught[i]);
    sigaddset(&set, SIGTSTP);
    sigaddset(&set, SIGWINCH);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
}

void signals_open(bool is_stoppable)
{
    if (pipe2(signal_pipe, O_CLOEXEC | O_NONBLOCK) != 0)
        die("cannot make a pipe: %s", strerror(errno));
    for (size_t i = 0; i < sizeof caught / sizeof *caught; i++)
        handle(caught[i], on_signal, SA_RESTART);
    for (int number = SIGRTMIN; number <= SIGRTMAX; number++)
        handle(number, on_signal, SA_RESTART);
    if (is_stoppable) {
        handle(SIGTSTP, on_signal, SA_RESTART);
        handle(SIGWINCH, on_signal, SA_RESTART);
    }
    unblock();
}

void signals_close(void)
{
    for (size_t i = 0; i < sizeof caught / sizeof *caught; i++)
        handle(caught[i], SIG_DFL, 0);
    for (int number = SIGRTMIN; number <= SIGRTMAX; number++)
        handle(number, SIG_DFL, 0);
    handle(SIGTSTP, SIG_DFL, 0);
    handle(SIGWINCH, SIG_DFL, 0);
    signals_ignore();
    for (int i = 0; i < 2; i++) {
        if (signal_pipe[i] >= 0)
            close(signal_pipe[i]);
        signal_pipe[i] = -1;
    }
}

int signals_fd(void)
{
    return signal_pipe[0];
}

int signals_take(void)
{
    unsigned char byte;
    return read(signal_pipe[0], &byte, 1) == 1 ? byte : 0;
}

void signals_on_crash(void (*restore)(void))
{
    const stack_t stack = {.ss_sp = crash_stack, .ss_size = sizeof crash_stack};
    crash_restore = restore;
    sigaltstack(&stack, NULL);
    for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++)
        handle(fatal[i], restore ? on_crash : SIG_DFL, (int)SA_RESETHAND | SA_ONSTACK);
}
