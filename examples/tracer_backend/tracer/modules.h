/* What is loaded into the program, and the number of each function in it. */
#ifndef TRACER_MODULES_H
#define TRACER_MODULES_H

#include <stdint.h>

#include <atf/atf.h>

/* The number of a function, `(module_id << 32) | offset in the module`: no table is asked at a call, and a
   function has the same number in every run. 0 when no module holds the address. Any thread, any time. */
uint64_t modules_function_id(uintptr_t address);

/* Looks again at what is loaded. Returns whether there is something new; takes a lock and memory. */
int modules_refresh(void);

/* Gives all modules, and all functions in their symbol tables, to `use`. */
int modules_list(int (*use)(void *context, const AtfModule *modules, size_t module_count, const AtfSymbol *symbols,
                            size_t symbol_count),
                 void *context);

#endif
