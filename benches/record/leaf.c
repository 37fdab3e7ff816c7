/* Calls an empty function as often as the argument says. */
#include <stdlib.h>

__attribute__((noinline)) int leaf(int value) {
    __asm__ volatile("" : "+r"(value));
    return value;
}

int main(int count, char **words) {
    const int times = count > 1 ? (int)strtol(words[1], NULL, 10) : 1;
    int sum = 0;
    for (int i = 0; i < times; i++) {
        sum += leaf(i);
    }
    return sum == 1;
}
