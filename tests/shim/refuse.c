/* An operating system that refuses: preloaded into a program, it lets one kind of call on one path fail.

   REFUSE_PATH   the absolute path of a file or directory
   REFUSE_CALL   open, stat, read, map or list
   REFUSE_ERRNO  the error, as a number
   REFUSE_AT     the first call that fails, counted from 1
   REFUSE_TIMES  how many calls fail from there on; 0 for all
   REFUSE_LOG    a file that gets a byte for each call that failed
   REFUSE_MAPS   a file that is opened instead of /proc/sys/vm/max_map_count */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static atomic_ulong calls;

static unsigned long number(const char *name) {
    const char *text = getenv(name);
    return text == NULL ? 0 : strtoul(text, NULL, 10);
}

static void log_refusal(void) {
    const char *log = getenv("REFUSE_LOG");
    if (log != NULL) {
        const long file = syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND, 0600);
        if (file >= 0) {
            syscall(SYS_write, file, "x", 1);
            syscall(SYS_close, file);
        }
    }
}

/* Whether this call fails; then errno is set. */
static bool refuses(const char *call, const char *path) {
    const char *only = getenv("REFUSE_CALL"), *where = getenv("REFUSE_PATH");
    if (only == NULL || where == NULL || path == NULL || strcmp(only, call) != 0 || strcmp(where, path) != 0) {
        return false;
    }
    const unsigned long at = number("REFUSE_AT"), times = number("REFUSE_TIMES");
    const unsigned long now = atomic_fetch_add(&calls, 1) + 1;
    if (now < at || (times > 0 && now >= at + times)) {
        return false;
    }
    log_refusal();
    errno = (int)number("REFUSE_ERRNO");
    return true;
}

static bool refuses_file(const char *call, int file) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    const long length = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
    if (length < 0) {
        return false;
    }
    path[length] = '\0';
    return refuses(call, path);
}

/* The path that is opened. */
static const char *real(const char *path) {
    const char *maps = getenv("REFUSE_MAPS");
    return maps != NULL && strcmp(path, "/proc/sys/vm/max_map_count") == 0 ? maps : path;
}

#define OPEN(name)                                                                                                    \
    int name(const char *path, int flags, ...) {                                                                      \
        va_list rest;                                                                                                 \
        va_start(rest, flags);                                                                                        \
        const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0;                          \
        va_end(rest);                                                                                                 \
        return refuses("open", path) ? -1 : NEXT(name)(real(path), flags, mode);                                      \
    }
#define OPENAT(name)                                                                                                  \
    int name(int dir, const char *path, int flags, ...) {                                                             \
        va_list rest;                                                                                                 \
        va_start(rest, flags);                                                                                        \
        const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0;                          \
        va_end(rest);                                                                                                 \
        return refuses("open", path) ? -1 : NEXT(name)(dir, real(path), flags, mode);                                 \
    }
OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)

int statx(int dir, const char *restrict path, int flags, unsigned int mask, struct statx *restrict to) {
    /* Rust asks without a path whether there is such a call. */
    const char *volatile given = path;
    const bool is_file = given != NULL && path[0] == '\0';
    if (is_file ? refuses_file("stat", dir) : refuses("stat", given)) {
        return -1;
    }
    return NEXT(statx)(dir, path, flags, mask, to);
}

#define STAT(name, type)                                                                                              \
    int name(const char *restrict path, struct type *restrict to) {                                                   \
        return refuses("stat", path) ? -1 : NEXT(name)(path, to);                                                     \
    }
STAT(stat, stat)
STAT(lstat, stat)
STAT(stat64, stat64)
STAT(lstat64, stat64)

int fstat(int file, struct stat *to) { return refuses_file("stat", file) ? -1 : NEXT(fstat)(file, to); }
int fstat64(int file, struct stat64 *to) { return refuses_file("stat", file) ? -1 : NEXT(fstat64)(file, to); }

ssize_t read(int file, void *to, size_t size) { return refuses_file("read", file) ? -1 : NEXT(read)(file, to, size); }
ssize_t readv(int file, const struct iovec *to, int count) {
    return refuses_file("read", file) ? -1 : NEXT(readv)(file, to, count);
}
ssize_t pread(int file, void *to, size_t size, off_t at) {
    return refuses_file("read", file) ? -1 : NEXT(pread)(file, to, size, at);
}
ssize_t pread64(int file, void *to, size_t size, off64_t at) {
    return refuses_file("read", file) ? -1 : NEXT(pread64)(file, to, size, at);
}
ssize_t copy_file_range(int from, off64_t *at, int to, off64_t *to_at, size_t size, unsigned int flags) {
    return refuses_file("read", from) ? -1 : NEXT(copy_file_range)(from, at, to, to_at, size, flags);
}

void *mmap(void *at, size_t size, int protection, int flags, int file, off_t offset) {
    if (file >= 0 && refuses_file("map", file)) {
        return MAP_FAILED;
    }
    return NEXT(mmap)(at, size, protection, flags, file, offset);
}
void *mmap64(void *at, size_t size, int protection, int flags, int file, off64_t offset) {
    if (file >= 0 && refuses_file("map", file)) {
        return MAP_FAILED;
    }
    return NEXT(mmap64)(at, size, protection, flags, file, offset);
}

DIR *opendir(const char *path) { return refuses("open", path) ? NULL : NEXT(opendir)(path); }
struct dirent *readdir(DIR *dir) { return refuses_file("list", dirfd(dir)) ? NULL : NEXT(readdir)(dir); }
struct dirent64 *readdir64(DIR *dir) { return refuses_file("list", dirfd(dir)) ? NULL : NEXT(readdir64)(dir); }
