/* SPDX-License-Identifier: MIT */
#include "support/tls.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "base/buffer.h"
#include "base/mem.h"
#include "support/program.h"

#define ARGS_MAX 24
#define LOOPBACK "IP:127.0.0.1,DNS:localhost"

/* `openssl ca` alone takes both dates in every version of openssl. */
static const char configuration[] = "[ca]\n"
                                    "default_ca = authority\n"
                                    "[authority]\n"
                                    "database = %s/index.txt\n"
                                    "new_certs_dir = %s\n"
                                    "rand_serial = yes\n"
                                    "unique_subject = no\n"
                                    "default_md = sha256\n"
                                    "policy = anything\n"
                                    "[anything]\n"
                                    "commonName = supplied\n"
                                    "[req]\n"
                                    "distinguished_name = nothing\n"
                                    "[nothing]\n"
                                    "[is_authority]\n"
                                    "basicConstraints = critical,CA:TRUE\n"
                                    "subjectKeyIdentifier = hash\n"
                                    "[is_loopback]\n"
                                    "subjectAltName = " LOOPBACK "\n"
                                    "[is_elsewhere]\n"
                                    "subjectAltName = DNS:elsewhere.example\n";

/* How each certificate is made. */
static const struct {
    const char *name;
    const char *extensions; /* NULL: signed by itself */
    const char *start;      /* YYYYMMDDHHMMSSZ */
    const char *end;
} recipes[TLS_COUNT] = {
    [TLS_GOOD] = {"good", "is_loopback", "20200101000000Z", "20991231000000Z"},
    [TLS_EXPIRED] = {"expired", "is_loopback", "20200101000000Z", "20200201000000Z"},
    [TLS_EARLY] = {"early", "is_loopback", "20980101000000Z", "20991231000000Z"},
    [TLS_OTHER_NAME] = {"other-name", "is_elsewhere", "20200101000000Z", "20991231000000Z"},
    [TLS_SELF_SIGNED] = {"self-signed", NULL, NULL, NULL},
};

/* Runs openssl with arguments up to NULL; says why if it fails. */
static bool run_openssl(const char *const *arguments)
{
    const char *argv[ARGS_MAX + 2] = {"/usr/bin/env", "openssl"};
    struct buffer said;
    for (size_t i = 0; i < ARGS_MAX - 1 && arguments[i]; i++)
        argv[2 + i] = arguments[i];
    buffer_init(&said, 4096);
    bool is_done = program_run(argv, NULL, NULL, &said) == 0;
    if (!is_done)
        printf("openssl %s: %s\n", arguments[0], said.data ? said.data : "failed");
    buffer_clear(&said);
    return is_done;
}

/* Makes a certificate that is signed with its own key. */
static bool sign_itself(const struct tls *tls, const char *config, const char *extensions,
                        const char *name, const char *out)
{
    return run_openssl((const char *const[]){"req", "-x509", "-new", "-config", config, "-key",
                                             tls->key, "-subj", name, "-days", "3650",
                                             "-extensions", extensions, "-out", out, NULL});
}

/* Makes one server's certificate. */
static bool make_certificate(struct tls *tls, const char *folder, const char *config,
                             enum tls_certificate which)
{
    tls->certificates[which] = mem_printf("%s/%s.pem", folder, recipes[which].name);
    const char *out = tls->certificates[which];
    if (!recipes[which].extensions)
        return sign_itself(tls, config, "is_loopback", "/CN=blftop test server", out);
    char *request = mem_printf("%s/request.pem", folder);
    bool is_made = run_openssl((const char *const[]){"req", "-new", "-config", config, "-key",
                                                     tls->key, "-subj", "/CN=blftop test server",
                                                     "-out", request, NULL}) &&
                   run_openssl((const char *const[]){"ca",
                                                     "-batch",
                                                     "-notext",
                                                     "-config",
                                                     config,
                                                     "-cert",
                                                     tls->ca,
                                                     "-keyfile",
                                                     tls->key,
                                                     "-in",
                                                     request,
                                                     "-startdate",
                                                     recipes[which].start,
                                                     "-enddate",
                                                     recipes[which].end,
                                                     "-extensions",
                                                     recipes[which].extensions,
                                                     "-out",
                                                     out,
                                                     NULL});
    free(request);
    return is_made;
}

bool tls_make(struct tls *tls, const char *folder)
{
    *tls = (struct tls){.ca = mem_printf("%s/ca.pem", folder),
                        .key = mem_printf("%s/key.pem", folder)};
    folder_write(folder, "index.txt", "%s", "");
    char *config = mem_strdup(folder_write(folder, "openssl.cnf", configuration, folder, folder));
    bool is_made = run_openssl((const char *const[]){"ecparam", "-genkey", "-noout", "-name",
                                                     "prime256v1", "-out", tls->key, NULL}) &&
                   sign_itself(tls, config, "is_authority", "/CN=blftop test CA", tls->ca);
    for (int which = 0; which < TLS_COUNT && is_made; which++)
        is_made = make_certificate(tls, folder, config, (enum tls_certificate)which);
    free(config);
    return is_made;
}

void tls_clear(struct tls *tls)
{
    for (int i = 0; i < TLS_COUNT; i++)
        free(tls->certificates[i]);
    free(tls->ca);
    free(tls->key);
    *tls = (struct tls){0};
}
