/* Calls of three functions, an argument that says how often, and an exit status. */
#include <stdio.h>
#include <stdlib.h>
#define KEPT __attribute__((noinline))

KEPT int leaf(int value) {
    __asm__ volatile("" : "+r"(value));
    return value + 1;
}

KEPT int branch(int value) {
    return leaf(value) + leaf(value) + 1;
}

int main(int count, char **words) {
    int sum = 0;
    const int times = count > 1 ? (int)strtol(words[1], NULL, 10) : 3;
    for (int i = 0; i < times; i++) {
        sum += branch(i);
    }
    printf("sum %d\n", sum);
    return 7;
}
