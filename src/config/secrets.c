/* SPDX-License-Identifier: MIT */
#include "config/secrets.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

FILE *secrets_open(const char *path, struct error *error)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        error_set(error, ERROR_USAGE, "cannot read %s: %s", path, strerror(errno));
        return NULL;
    }
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        error_set(error, ERROR_USAGE, "%s is not a regular file", path);
        close(fd);
        return NULL;
    }
    FILE *file = fdopen(fd, "r");
    if (!file)
        die("out of memory");
    return file;
}

bool secrets_check(FILE *file, const char *path, struct error *error)
{
    struct stat status;
    if (fstat(fileno(file), &status) != 0)
        return error_set(error, ERROR_USAGE, "cannot look at %s: %s", path, strerror(errno));
    if (status.st_uid != geteuid() && status.st_uid != 0)
        return error_set(error, ERROR_USAGE,
                         "%s holds a secret and belongs to another user (uid %u); it must be yours "
                         "or root's",
                         path, (unsigned)status.st_uid);
    if ((status.st_mode & 077) != 0)
        return error_set(error, ERROR_USAGE,
                         "%s holds a secret and others may read it (mode %04o); run: chmod 600 %s",
                         path, (unsigned)status.st_mode & 07777, path);
    return true;
}

/* Cuts blanks off both ends, in place. */
static void trim(char *text)
{
    size_t start = strspn(text, " \t\r\n");
    size_t length = strlen(text + start);
    memmove(text, text + start, length + 1);
    while (length > 0 && strchr(" \t\r\n", text[length - 1]))
        text[--length] = '\0';
}

/* Is it one line of visible ASCII? What else there is cannot go into a header. */
static bool is_sendable(const char *text)
{
    for (const char *at = text; *at; at++) {
        if (*at <= ' ' || *at > '~')
            return false;
    }
    return text[0] != '\0';
}

/* Reads the secret of an open file that has been checked. */
static char *read_secret(FILE *file, const char *path, struct error *error)
{
    char *text = mem_new(SECRET_BYTES_MAX + 2, 1);
    size_t length = fread(text, 1, SECRET_BYTES_MAX + 1, file);
    bool is_cut = length > SECRET_BYTES_MAX || memchr(text, '\0', length);
    trim(text);
    if (!is_cut && is_sendable(text))
        return text;
    error_set(error, ERROR_USAGE,
              "%s must hold one line of visible ASCII, the secret, of at most %d bytes", path,
              SECRET_BYTES_MAX);
    mem_wipe(text, SECRET_BYTES_MAX + 2);
    free(text);
    return NULL;
}

char *secrets_read_file(const char *path, struct error *error)
{
    FILE *file = secrets_open(path, error);
    char *secret = NULL;
    if (!file)
        return NULL;
    /* stdio would keep a copy of the secret in a buffer nobody wipes. */
    setvbuf(file, NULL, _IONBF, 0);
    if (secrets_check(file, path, error))
        secret = read_secret(file, path, error);
    fclose(file);
    return secret;
}

char *secrets_take_environment(void)
{
    char *value = getenv("BLFTOP_TOKEN");
    char *copy = value && value[0] != '\0' ? mem_strdup(value) : NULL;
    if (value)
        mem_wipe(value, strlen(value));
    unsetenv("BLFTOP_TOKEN");
    return copy;
}
