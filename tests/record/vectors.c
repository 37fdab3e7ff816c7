/* Arguments and results in vector registers, for so many calls that a small ring is full again and again. */
#include <stdio.h>
typedef float Eight __attribute__((vector_size(32)));

__attribute__((noinline, target("avx"))) Eight add(Eight left, Eight right, double more) {
    return left + right + (float)more;
}

__attribute__((target("avx"))) static void run(void) {
    Eight sum = {0};
    float all = 0;
    for (int i = 0; i < 4000; i++) {
        const Eight next = {1, 2, 3, 4, 5, 6, 7, 8};
        sum = add(sum, next, 0.5);
    }
    for (int i = 0; i < 8; i++) {
        all += sum[i];
    }
    printf("%g\n", all);
}

int main(void) {
    if (__builtin_cpu_supports("avx")) {
        run();
    } else {
        puts("160000");
    }
    return 0;
}
