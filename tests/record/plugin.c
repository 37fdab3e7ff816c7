/* A library with a function of a name of its own. */
__attribute__((noinline)) void NAME(void) {
    __asm__ volatile("");
}

void go(void) {
    NAME();
    __asm__ volatile("");
}
