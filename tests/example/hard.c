/* A program that is hard to trace, compiled with -finstrument-functions: signals that interrupt everything, forks, threads
   that end in every way, and work in exit handlers. The first argument is the mode. Exit code 0 if nothing failed.
   tests/example/run.sh runs it. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile unsigned long sum;
static atomic_ulong ticks;

static void leaf(unsigned long number) {
    sum += number;
}

static void work(unsigned long calls) {
    for (unsigned long i = 0; i < calls; i++) {
        leaf(i);
    }
}

static void in_handler(void) {
    leaf(1);
}

/* A signal handler that is traced itself and changes errno, as any handler may. */
static void on_tick(int signal) {
    (void)signal;
    in_handler();
    atomic_fetch_add(&ticks, 1);
}

static int signals(void) {
    struct sigaction action;
    struct itimerval often = {{0, 500}, {0, 500}};
    memset(&action, 0, sizeof action);
    action.sa_handler = on_tick;
    action.sa_flags = SA_RESTART;
    if (sigaction(SIGALRM, &action, NULL) != 0 || setitimer(ITIMER_REAL, &often, NULL) != 0) {
        return 1;
    }
    /* As many as needed, even on a slow machine. */
    while (atomic_load(&ticks) < 100) {
        errno = 4711;
        work(1000);
        if (errno != 4711) {
            return 1;
        }
    }
    memset(&often, 0, sizeof often);
    return setitimer(ITIMER_REAL, &often, NULL);
}

static int forks(void) {
    work(10);
    for (int i = 0; i < 4; i++) {
        int status = 0;
        const pid_t child = fork();
        if (child == 0) {
            /* A child must neither write into its parent's trace nor finalize it. */
            work(1000);
            exit(0);
        }
        if (child < 0 || waitpid(child, &status, 0) != child || status != 0) {
            return 1;
        }
        work(10);
    }
    return 0;
}

static void *returns(void *unused) {
    work(100);
    return unused;
}

static void leaves(void) {
    work(100);
    pthread_exit(NULL);
}

static void *exits(void *unused) {
    leaves();
    return unused;
}

static void *is_cancelled(void *unused) {
    work(100);
    for (;;) {
        pause();
    }
    return unused;
}

static void destroyed(void *unused) {
    (void)unused;
    work(10);
}

static pthread_key_t key;

static void *has_destructor(void *unused) {
    pthread_setspecific(key, &key);
    work(100);
    return unused;
}

static atomic_int is_running;

/* Never ends: it still runs when the process exits. */
static void *goes_on(void *unused) {
    atomic_store(&is_running, 1);
    for (;;) {
        work(100);
    }
    return unused;
}

static int threads(void) {
    void *(*const all[])(void *) = {returns, exits, is_cancelled, has_destructor};
    if (pthread_key_create(&key, destroyed) != 0) {
        return 1;
    }
    for (int round = 0; round < 8; round++) {
        for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
            pthread_t thread;
            if (pthread_create(&thread, NULL, all[i], NULL) != 0 ||
                (all[i] == is_cancelled && pthread_cancel(thread) != 0) || pthread_join(thread, NULL) != 0) {
                return 1;
            }
        }
    }
    return 0;
}

static void at_exit(void) {
    work(100);
}

static int ends(void) {
    pthread_t thread;
    if (atexit(at_exit) != 0 || pthread_create(&thread, NULL, goes_on, NULL) != 0) {
        return 1;
    }
    while (!atomic_load(&is_running)) {
        usleep(1000);
    }
    work(100);
    return 0;
}

/* Whether the manifest has the names of functions yet; the tracer's drain writes them. */
static int are_named(const char *session) {
    char path[4096], text[4096];
    FILE *file;
    int found = 0;
    snprintf(path, sizeof path, "%s/manifest.json", session);
    file = fopen(path, "r");
    while (file != NULL && fgets(text, sizeof text, file) != NULL) {
        found = found || strstr(text, "\"symbols\"") != NULL;
    }
    if (file != NULL) {
        fclose(file);
    }
    return found;
}

static int is_killed(void) {
    const char *session = getenv("TRACER_SESSION");
    work(100);
    for (int i = 0; session == NULL || !are_named(session); i++) {
        if (session == NULL || i == 60000) {
            return 1;
        }
        usleep(1000);
    }
    return kill(getpid(), SIGKILL);
}

__attribute__((constructor)) static void before_main(void) {
    work(3);
}

__attribute__((destructor)) static void behind_main(void) {
    work(3);
}

int main(int argc, char **argv) {
    static const struct {
        const char *name;
        int (*run)(void);
    } modes[] = {{"signals", signals}, {"forks", forks}, {"threads", threads}, {"ends", ends}, {"is_killed", is_killed}};
    for (size_t i = 0; argc > 1 && i < sizeof modes / sizeof modes[0]; i++) {
        if (strcmp(argv[1], modes[i].name) == 0) {
            return modes[i].run();
        }
    }
    fprintf(stderr, "usage: hard MODE\n");
    return 2;
}
