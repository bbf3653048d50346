/* SPDX-License-Identifier: MIT */
/*
 * process: what the program keeps from others on the machine, and how much it may open.
 *
 * Its memory holds secrets, copies of libcurl's among them that cannot be wiped. So there is no
 * core dump (RLIMIT_CORE; a core_pattern with a pipe heeds only PR_SET_DUMPABLE, core(5)), and
 * no other process of the same user reads its memory or environment (ptrace(2), proc(5)).
 */
#ifndef BLFTOP_BASE_PROCESS_H
#define BLFTOP_BASE_PROCESS_H

#include <stdbool.h>

#include "base/error.h"

/* Closes the process to others. False with the reason when it runs with privileges that its user
 * does not have (setuid, setgid, file capabilities: AT_SECURE in getauxval(3)): it needs none. */
bool process_harden(struct error *error) __attribute__((warn_unused_result));

/* Can the process open so many more files (at least 1), or has it, or the machine, no descriptors
 * left (EMFILE, ENFILE)? By trying it. */
bool process_can_open(int count);

#endif
