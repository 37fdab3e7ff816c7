/* Faults of the system, for programs that tests start with LD_PRELOAD:

     FAULT_SYNC=NAME     fsync and fdatasync of a file or directory with this last name fail with EIO, each time
     FAULT_THREAD=N      the Nth call of pthread_create, counted from 1, fails with EAGAIN */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int is_broken(int fd) {
    const char *name = getenv("FAULT_SYNC");
    char link[64], path[4096];
    const char *last;
    ssize_t len;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    len = readlink(link, path, sizeof path - 1);
    if (name == NULL || len < 0) {
        return 0;
    }
    path[len] = 0;
    last = strrchr(path, '/');
    return last != NULL && strcmp(last + 1, name) == 0;
}

int fsync(int fd) {
    int (*real)(int);
    if (is_broken(fd)) {
        errno = EIO;
        return -1;
    }
    *(void **)&real = dlsym(RTLD_NEXT, "fsync");
    return real(fd);
}

int fdatasync(int fd) {
    int (*real)(int);
    if (is_broken(fd)) {
        errno = EIO;
        return -1;
    }
    *(void **)&real = dlsym(RTLD_NEXT, "fdatasync");
    return real(fd);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*run)(void *), void *arg) {
    static atomic_int calls;
    const char *failing = getenv("FAULT_THREAD");
    int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    if (failing != NULL && atomic_fetch_add(&calls, 1) + 1 == atoi(failing)) {
        return EAGAIN;
    }
    *(void **)&real = dlsym(RTLD_NEXT, "pthread_create");
    return real(thread, attr, run, arg);
}
