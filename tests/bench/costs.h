/* SPDX-License-Identifier: MIT */
/*
 * costs: what polling costs a server, the network and a board, from pages that are measured.
 *
 * The server's side is uapi-sim's, the client's is blftop's own source over its own fetch, without
 * a screen: what a board paints is measured elsewhere (bench). Everything is on loopback and
 * counted in CPU, never in time that passed. CPU in seconds, sizes in bytes. What does not work
 * ends the program by die().
 */
#ifndef BLFTOP_TESTS_BENCH_COSTS_H
#define BLFTOP_TESTS_BENCH_COSTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rng.h"
#include "bench/child.h"
#include "config/settings.h"
#include "http/client.h"
#include "model/roster.h"
#include "model/server_status.h"
#include "poll/source.h"

/* A fleet that is read page by page, without being split. One less than a page can hold, so that
 * the largest page is known to be the last one. */
#define COSTS_FLEET 4998
#define COSTS_SIZES 5
extern const long costs_page_sizes[COSTS_SIZES];

/* The simulator, and where it listens. */
struct costs_server {
    struct child child;
    int port;
    bool is_tls;
};

/* Starts uapi-sim. `folder` holds key.pem and cert.pem for TLS. `fleet`: a file of entries; NULL: a
 * made-up fleet of so many extensions that never changes. */
void costs_server_start(struct costs_server *server, const char *folder, bool is_tls,
                        const char *fleet, size_t extensions);
void costs_server_stop(struct costs_server *server);

/* A client: blftop without a screen. Not to be moved, a source points into it. */
struct costs_client {
    struct settings settings;
    struct roster roster;
    struct server_status feed;
    struct rng rng;
    struct http *http;
    struct source *source;
    struct moment now; /* made up; it stands still during a poll */
};

/* What a poll took. */
struct costs_poll {
    double requests;
    double entries;
    double client_cpu;
    double server_cpu;
};

/* A client of a server, or of a port in front of it. */
void costs_client_init(struct costs_client *client, const struct costs_server *server, int port,
                       const char *folder, long page_size);
void costs_client_clear(struct costs_client *client);

/* Polls once. */
struct costs_poll costs_poll(struct costs_client *client, const struct costs_server *server);

/* Both sides' CPU over some polls with a kept connection, once the server is known: the lower
 * quartile, because other programs on a machine make the same work take more CPU, never less. */
#define COSTS_QUANTILE 0.25
struct costs_poll costs_poll_often(const struct costs_server *server, const char *folder,
                                   long page_size, size_t polls);

/* The bytes of one poll on its connection, after one that opened it: what the client sends and
 * what it gets. */
struct costs_wire {
    double sent;
    double received;
};
struct costs_wire costs_measure_wire(const struct costs_server *server, const char *folder,
                                     long page_size);

/* What blftop --once --format json takes of a server in `folder`'s settings, process and all. */
struct costs_once {
    double cpu;
    double wall;
    double peak_kib;
    double output;
    double requests;
    double received; /* bytes of bodies */
    double server_cpu;
};
struct costs_once costs_run_once(const struct costs_server *server, const char *program,
                                 const char *folder, long page_size);

/* A number of the simulator's counters. */
double costs_server_stat(const struct costs_server *server, const char *name);

/* CPU of the simulator so far. */
double costs_server_cpu(const struct costs_server *server);

#define COSTS_FLEETS 4
#define COSTS_FLEETS_REAL 3 /* of them, as many as the simulator has */
#define COSTS_POLLS 25
extern const size_t costs_fleets[COSTS_FLEETS];

/* What gzip(1) makes of a page, by -1 and by -6, and what that takes of CPU, each way. */
struct costs_gzip {
    double body;
    double fast;
    double fast_cpu;
    double usual;
    double usual_cpu;
    double back_cpu;
};

/* All that is measured. */
struct costs {
    const char *folder;
    const char *blftop;
    struct costs_poll plain[COSTS_SIZES]; /* polls of COSTS_FLEET */
    struct costs_poll tls[COSTS_SIZES];
    double changed[COSTS_SIZES]; /* the client's, of a poll in which one in a hundred changed */
    struct costs_wire wire[COSTS_SIZES];
    struct costs_wire tls_wire[COSTS_SIZES];
    struct costs_gzip gzip[COSTS_SIZES];
    struct costs_poll polls[COSTS_FLEETS][COSTS_SIZES];
    struct costs_once once[COSTS_FLEETS];
    double request_cpu; /* the server's: for a request, and for an entry */
    double entry_cpu;
    double far_request_cpu; /* likewise, of the largest fleet that the simulator has */
    double far_entry_cpu;
    double entry_bytes;
    double head_bytes; /* of a request and of its answer but for the entries */
};

/* Prints all of it, and what follows for many boards, as Markdown. */
void costs_print(const struct costs *costs);

#endif
