/* longjmp out of two frames, many times, also in a function that calls itself: the depth must not climb. */
#include <setjmp.h>
#include <stdio.h>
#define KEPT __attribute__((noinline))
static jmp_buf place;

KEPT void inner(int way) {
    if (way >= 0) {
        longjmp(place, 1);
    }
    __asm__ volatile("");
}

KEPT void outer(int way) {
    inner(way);
    __asm__ volatile("");
}

KEPT void again(int left) {
    if (left == 0) {
        longjmp(place, 1);
    }
    again(left - 1);
    __asm__ volatile("");
}

KEPT int fall(int left) {
    return left == 0 ? 0 : fall(left - 1) + 1;
}

KEPT void after(void) {
    __asm__ volatile("");
}

int main(void) {
    for (volatile int i = 0; i < 500; i++) {
        if (!setjmp(place)) {
            outer(i);
        }
        if (!setjmp(place)) {
            again(5);
        }
    }
    printf("%d\n", fall(10));
    after();
    return 0;
}
