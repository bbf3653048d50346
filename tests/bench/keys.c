/* SPDX-License-Identifier: MIT */
#include "bench/keys.h"

#include <poll.h>
#include <unistd.h>

#include "base/mem.h"

#define PATIENCE_S 30.0

void keys_init(struct keys *keys, struct child *board, uint64_t seed)
{
    *keys = (struct keys){.board = board};
    rng_seed(&keys->rng, seed);
}

void keys_press(struct keys *keys, double least, double most, struct figures *figures)
{
    struct child *const boards[] = {keys->board};
    child_pump(boards, 1, least + (most - least) * rng_unit(&keys->rng));
    while (child_read(keys->board, 0))
        continue;
    double before = seconds();
    child_type(keys->board, keys->count++ % 2 == 0 ? "j" : "k");
    if (!child_read(keys->board, PATIENCE_S))
        die("a board does not answer to a key");
    figures_add(figures, (keys->board->last_at - before) * 1e3);
}

/* Waits for a server's bell, and lets the board write meanwhile. */
static void await_bell(struct keys *keys, struct host *host)
{
    char bytes[4096];
    double until = seconds() + PATIENCE_S;
    while (read(host->bell, bytes, sizeof bytes) > 0)
        continue;
    for (;;) {
        struct pollfd fds[] = {{.fd = host->bell, .events = POLLIN},
                               {.fd = keys->board->master, .events = POLLIN}};
        if (seconds() > until)
            die("a board does not poll");
        (void)poll(fds, 2, 1000);
        if (fds[0].revents != 0)
            return;
        if (fds[1].revents != 0)
            (void)child_read(keys->board, 0);
    }
}

void keys_press_in_page(struct keys *keys, struct host *host, double most, struct figures *figures)
{
    await_bell(keys, host);
    keys_press(keys, 0, most, figures);
}
