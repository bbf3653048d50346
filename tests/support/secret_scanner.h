/* SPDX-License-Identifier: MIT */
/*
 * canary: looks for secrets where none may be (row C9 of the faults).
 *
 * Each token and secret in a test of the whole program holds the word below, and nothing else does.
 * terminal, program and once look for it by themselves: in arguments and environments of the
 * program and of all its children, in each byte that it writes, on the screen, and in each file of
 * the test's folder that the test has not written itself. Counts the places (tally).
 */
#ifndef BLFTOP_TESTS_SUPPORT_SECRET_SCANNER_H
#define BLFTOP_TESTS_SUPPORT_SECRET_SCANNER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define CANARY "canary" /* in every secret */
#define SECRET_SCANNER_TEXT_MAX 256

/* What has gone by in a stream; zeroed at its start. */
struct secret_scanner_stream {
    size_t matched; /* letters of the word that it ends with: a secret may come in pieces */
};

/* Was there none up to the end of what comes next? */
bool secret_scanner_is_absent(struct secret_scanner_stream *stream, const char *bytes,
                              size_t length);

/* Is there none in the arguments and the environment of a process and all its descendants? The
 * process's own environment counts only once it `has_taken` what was put there for it. `where` gets
 * the place. An environment that the system lets nobody read, as is that of a process that is not
 * dumpable, keeps it; root may read it. */
bool secret_scanner_is_absent_in_process(pid_t pid, bool has_taken,
                                         char where[static SECRET_SCANNER_TEXT_MAX]);

/* The test writes this file itself, and may have put a secret there. */
void secret_scanner_expect_file(const char *path);

/* Is there none in any other file of this folder's tree? Forgets what was expected there. */
bool secret_scanner_is_absent_in_folder(const char *folder,
                                        char where[static SECRET_SCANNER_TEXT_MAX]);

#endif
