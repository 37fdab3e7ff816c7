/* So many threads at once; then waits for SIGTERM, if there is a second argument, and says so. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
static pthread_barrier_t all;
static volatile sig_atomic_t is_over;

__attribute__((noinline)) void leaf(void) {
    __asm__ volatile("");
}

static void *run(void *nothing) {
    leaf();
    pthread_barrier_wait(&all);
    leaf();
    return nothing;
}

static void over(int number) {
    is_over = number;
}

int main(int count, char **words) {
    const int threads = (int)strtol(words[1], NULL, 10);
    pthread_t ids[64];
    signal(SIGTERM, over);
    pthread_barrier_init(&all, NULL, (unsigned)threads);
    for (int i = 0; i < threads; i++) {
        pthread_create(&ids[i], NULL, run, NULL);
    }
    for (int i = 0; i < threads; i++) {
        pthread_join(ids[i], NULL);
    }
    if (count > 2) {
        puts("ready");
        fflush(stdout);
        while (!is_over) {
            usleep(1000);
        }
        puts("over");
        return 9;
    }
    return 0;
}
