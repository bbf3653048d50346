/* SPDX-License-Identifier: MIT */
/*
 * Feeds every file named on the command line, and every file in a directory named there (one
 * level deep), to a fuzz target, so that `make check` runs the corpora without libFuzzer. Fails
 * if it finds no file.
 */
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FILE_BYTES_MAX ((size_t)16 << 20)

/* Ends the program with the reason. */
static _Noreturn void give_up(const char *path)
{
    perror(path);
    exit(1);
}

/* Feeds one file, in memory of exactly its size. */
static void server_status_file(const char *path, size_t size)
{
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = malloc(size > 0 ? size : 1);
    if (file == NULL || bytes == NULL || size > FILE_BYTES_MAX)
        give_up(path);
    if (fread(bytes, 1, size, file) != size)
        give_up(path);
    fclose(file);
    LLVMFuzzerTestOneInput(bytes, size);
    free(bytes);
}

/* Feeds a path if it is a file; returns how many files it was. */
static size_t server_status_path(const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0)
        give_up(path);
    if (!S_ISREG(status.st_mode))
        return 0;
    server_status_file(path, (size_t)status.st_size);
    return 1;
}

/* Feeds the files in a directory; returns how many there were. */
static size_t server_status_directory(const char *path, DIR *directory)
{
    size_t count = 0;
    for (const struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        char name[4096];
        int length = snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
        if (length > 0 && (size_t)length < sizeof name)
            count += server_status_path(name);
    }
    return count;
}

/* Feeds what the arguments name. */
int main(int argc, char **argv)
{
    size_t count = 0;
    for (int i = 1; i < argc; i++) {
        DIR *directory = opendir(argv[i]);
        count += directory != NULL ? server_status_directory(argv[i], directory)
                                   : server_status_path(argv[i]);
        if (directory != NULL)
            closedir(directory);
    }
    if (count == 0)
        fprintf(stderr, "%s: no file to feed\n", argv[0]);
    return count > 0 ? 0 : 1;
}
