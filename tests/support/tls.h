/* SPDX-License-Identifier: MIT */
/*
 * tls: a CA of a test's own and certificates for a loopback server, made with openssl(1).
 *
 * All files go into a folder of the test's.
 */
#ifndef BLFTOP_TESTS_SUPPORT_TLS_H
#define BLFTOP_TESTS_SUPPORT_TLS_H

#include <stdbool.h>

enum tls_certificate {
    TLS_GOOD,        /* for 127.0.0.1 and localhost */
    TLS_EXPIRED,     /* likewise, but its time is over */
    TLS_EARLY,       /* likewise, but its time has not come */
    TLS_OTHER_NAME,  /* for elsewhere.example */
    TLS_SELF_SIGNED, /* for 127.0.0.1 and localhost, signed by no CA */
    TLS_COUNT,
};

struct tls {
    char *ca;  /* path of the CA's certificate */
    char *key; /* of the private key that all certificates share */
    char *certificates[TLS_COUNT];
};

/* Makes everything. False, with the reason printed, if openssl is missing or does not do it. */
bool tls_make(struct tls *tls, const char *folder);

/* Frees the paths. */
void tls_clear(struct tls *tls);

#endif
