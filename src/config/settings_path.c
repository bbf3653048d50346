/* SPDX-License-Identifier: MIT */
#include "config/settings_path.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "config/settings.h"

#define HOME_FILE "blftop/blftop.conf"
#define SYSTEM_FILE SYSCONFDIR "/blftop.conf" /* configure --sysconfdir; /etc by default */

/* A variable of the environment, NULL if it is not set or empty. */
static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value && value[0] != '\0' ? value : NULL;
}

char *settings_home_path(void)
{
    const char *config = variable("XDG_CONFIG_HOME");
    if (config)
        return mem_printf("%s/" HOME_FILE, config);
    const char *home = variable("HOME"); /* only now: it may take the other's place */
    return mem_printf("%s/.config/" HOME_FILE, home ? home : "~");
}

char *settings_find(const char *asked)
{
    const char *given = asked ? asked : variable("BLFTOP_CONFIG");
    if (given)
        return mem_strdup(given);
    char *path = settings_home_path();
    if (access(path, F_OK) == 0)
        return path;
    free(path);
    return access(SYSTEM_FILE, F_OK) == 0 ? mem_strdup(SYSTEM_FILE) : NULL;
}

char *settings_resolve_path(const char *settings_path, const char *path)
{
    const char *home = getenv("HOME");
    const char *slash = strrchr(settings_path, '/');
    if (strncmp(path, "~/", 2) == 0 && home)
        return mem_printf("%s/%s", home, path + 2);
    if (path[0] == '/' || !slash)
        return mem_strdup(path);
    return mem_printf("%.*s%s", (int)(slash - settings_path) + 1, settings_path, path);
}
