/* Checks for the C programs of the tests. Include it first.

   A program is run by tests/tests/c_api.rs and tests/c/run.sh as

       program DIRECTORY

   with an empty directory to work in, and the command `atf` in the environment variable ATF. It compiles as C11 and as
   C++17, and looks like this:

       static void what_holds(const char *dir) {
           CHECK_OK(atf_...);
       }

       int main(int argc, char **argv) {
           check_begin(argc, argv);
           CHECK_RUN(what_holds);
           return check_end();
       }

   A failed check prints its line to stderr and ends the program with exit code 1. A child of fork() may check too: the
   parent sees its exit code with check_child(). */
#ifndef CHECK_H
#define CHECK_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atf/atf.h>

/* Checks made by this process, from any of its threads. */
static unsigned long check_count;
static const char *check_directory;

/* Prints the line and ends the program. _exit: no exit handler runs after a failure. */
#define CHECK_FAIL(...)                                                                                               \
    do {                                                                                                              \
        fflush(stdout);                                                                                               \
        fprintf(stderr, "%s:%d: ", __FILE__, __LINE__);                                                               \
        fprintf(stderr, __VA_ARGS__);                                                                                 \
        fprintf(stderr, "\n");                                                                                        \
        _exit(1);                                                                                                     \
    } while (0)

#define CHECK_MADE() ((void)__atomic_fetch_add(&check_count, 1, __ATOMIC_RELAXED))

/* Checks that a condition holds. */
#define CHECK(condition)                                                                                              \
    do {                                                                                                              \
        CHECK_MADE();                                                                                                 \
        if (!(condition)) {                                                                                           \
            CHECK_FAIL("expected %s", #condition);                                                                    \
        }                                                                                                             \
    } while (0)

/* Checks that two integers, of any types, are equal. */
#define CHECK_EQ(found, expected)                                                                                     \
    do {                                                                                                              \
        const unsigned long long check_found = (unsigned long long)(found);                                           \
        const unsigned long long check_expected = (unsigned long long)(expected);                                     \
        CHECK_MADE();                                                                                                 \
        if (check_found != check_expected) {                                                                          \
            CHECK_FAIL("%s: expected %s = %lld (%#llx), found %lld (%#llx); atf_last_error: \"%s\"", #found,          \
                       #expected, (long long)check_expected, check_expected, (long long)check_found, check_found,     \
                       atf_last_error());                                                                             \
        }                                                                                                             \
    } while (0)

/* Checks that a call returned 0. */
#define CHECK_OK(call)                                                                                                \
    do {                                                                                                              \
        const int check_code = (call);                                                                                \
        CHECK_MADE();                                                                                                 \
        if (check_code != 0) {                                                                                        \
            CHECK_FAIL("%s: expected 0, found %d (%s): %s", #call, check_code, strerror(-check_code),                 \
                       atf_last_error());                                                                             \
        }                                                                                                             \
    } while (0)

/* Checks that a call returned a code, and that atf_last_error() contains a text. */
#define CHECK_FAILS(call, code, part)                                                                                 \
    do {                                                                                                              \
        CHECK_EQ(call, code);                                                                                         \
        CHECK_HAS(atf_last_error(), part);                                                                            \
    } while (0)

/* Checks that two strings are equal. */
#define CHECK_TEXT(found, expected)                                                                                   \
    do {                                                                                                              \
        const char *const check_found = (found);                                                                      \
        const char *const check_expected = (expected);                                                                \
        CHECK_MADE();                                                                                                 \
        if (check_found == NULL || strcmp(check_found, check_expected) != 0) {                                        \
            CHECK_FAIL("%s: expected \"%s\", found \"%s\"", #found, check_expected,                                   \
                       check_found == NULL ? "(NULL)" : check_found);                                                 \
        }                                                                                                             \
    } while (0)

/* Checks that a string contains another. */
#define CHECK_HAS(text, part)                                                                                         \
    do {                                                                                                              \
        const char *const check_text = (text);                                                                        \
        const char *const check_part = (part);                                                                        \
        CHECK_MADE();                                                                                                 \
        if (check_text == NULL || strstr(check_text, check_part) == NULL) {                                           \
            CHECK_FAIL("%s: expected \"%s\" in it, found \"%s\"", #text, check_part,                                  \
                       check_text == NULL ? "(NULL)" : check_text);                                                   \
        }                                                                                                             \
    } while (0)

/* Checks that `len` bytes are equal. */
#define CHECK_BYTES(found, expected, len)                                                                             \
    do {                                                                                                              \
        const unsigned char *const check_found = (const unsigned char *)(const void *)(found);                        \
        const unsigned char *const check_expected = (const unsigned char *)(const void *)(expected);                  \
        const size_t check_len = (len);                                                                               \
        size_t check_at;                                                                                              \
        CHECK_MADE();                                                                                                 \
        for (check_at = 0; check_at < check_len; check_at++) {                                                        \
            if (check_found[check_at] != check_expected[check_at]) {                                                  \
                CHECK_FAIL("%s: byte %zu of %zu: expected %#x as in %s, found %#x", #found, check_at, check_len,      \
                           (unsigned)check_expected[check_at], #expected, (unsigned)check_found[check_at]);           \
            }                                                                                                         \
        }                                                                                                             \
    } while (0)

/* `dir`/`name`; free the result. */
static inline char *check_path(const char *dir, const char *name) {
    const size_t len = strlen(dir) + strlen(name) + 2;
    char *path = (char *)malloc(len);
    if (path == NULL) {
        CHECK_FAIL("no memory for a path");
    }
    snprintf(path, len, "%s/%s", dir, name);
    return path;
}

/* Whether `dir`/`name` exists. */
static inline bool check_exists(const char *dir, const char *name) {
    struct stat status;
    char *path = check_path(dir, name);
    const bool exists = stat(path, &status) == 0;
    free(path);
    return exists;
}

/* All bytes of a file; free the result. `len` may be NULL. */
static inline unsigned char *check_read(const char *path, size_t *len) {
    FILE *file = fopen(path, "rb");
    unsigned char *bytes;
    long size;
    if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0) {
        CHECK_FAIL("%s: %s", path, strerror(errno));
    }
    rewind(file);
    bytes = (unsigned char *)malloc((size_t)size + 1);
    if (bytes == NULL || fread(bytes, 1, (size_t)size, file) != (size_t)size) {
        CHECK_FAIL("%s: it cannot be read", path);
    }
    bytes[size] = 0;
    fclose(file);
    if (len != NULL) {
        *len = (size_t)size;
    }
    return bytes;
}

/* Writes a file with these bytes; replaces an existing one. */
static inline void check_write(const char *path, const void *bytes, size_t len) {
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(bytes, 1, len, file) != len || fclose(file) != 0) {
        CHECK_FAIL("%s: %s", path, strerror(errno));
    }
}

/* Runs `atf COMMAND PATH` and returns its exit code. Its output goes to that of the program. */
static inline int check_atf(const char *command, const char *path) {
    const char *program = getenv("ATF");
    int status = 0;
    pid_t child;
    if (program == NULL) {
        CHECK_FAIL("expected the command atf in the environment variable ATF");
    }
    fflush(stdout);
    child = fork();
    if (child == 0) {
        execl(program, program, command, path, (char *)NULL);
        fprintf(stderr, "%s: %s\n", program, strerror(errno));
        _exit(127);
    }
    if (child < 0 || waitpid(child, &status, 0) != child) {
        CHECK_FAIL("%s: %s", program, strerror(errno));
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Checks that a child ended with exit code 0. */
static inline void check_child(pid_t child) {
    int status = 0;
    CHECK(child > 0);
    CHECK_EQ(waitpid(child, &status, 0), child);
    CHECK(WIFEXITED(status));
    CHECK_EQ(WEXITSTATUS(status), 0);
}

static inline void check_begin(int argc, char **argv) {
    if (argc < 2) {
        fprintf(stderr, "usage: %s DIRECTORY\n", argv[0]);
        exit(2);
    }
    check_directory = argv[1];
    CHECK_OK(atf_check_header());
}

/* Runs a test in its own directory. */
static inline void check_run(const char *name, void (*test)(const char *dir)) {
    char *dir = check_path(check_directory, name);
    if (mkdir(dir, 0777) != 0) {
        CHECK_FAIL("%s: %s", dir, strerror(errno));
    }
    printf("%s\n", name);
    fflush(stdout);
    test(dir);
    free(dir);
}
#define CHECK_RUN(test) check_run(#test, test)

/* The result of main. The suite recognizes by the last line that the program ran to its end. */
static inline int check_end(void) {
    printf("%lu checks\n", check_count);
    return fflush(stdout) == 0 ? 0 : 1;
}

#endif /* CHECK_H */
