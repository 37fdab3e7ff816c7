/* Loads each library in turn, calls it, and removes it: the next one gets the same addresses. */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>

int main(int count, char **words) {
    for (int i = 1; i < count; i++) {
        void *library = dlopen(words[i], RTLD_NOW);
        if (library == NULL) {
            puts(dlerror());
            return 1;
        }
        void (*go)(void) = (void (*)(void))(uintptr_t)dlsym(library, "go");
        go();
        dlclose(library);
    }
    return 0;
}
