/* A program that forks twice, and becomes itself once by exec. */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
#define KEPT __attribute__((noinline))

KEPT void before(void) { __asm__ volatile(""); }
KEPT void in_child(void) { __asm__ volatile(""); }
KEPT void after(void) { __asm__ volatile(""); }

int main(int count, char **words) {
    if (count > 1) {
        after();
        return 5;
    }
    before();
    for (int i = 0; i < 2; i++) {
        if (fork() == 0) {
            in_child();
            _exit(0);
        }
    }
    while (wait(NULL) > 0) {
    }
    execl("/proc/self/exe", words[0], "again", (char *)NULL);
    return 1;
}
