/* The modules of the program, and the number of each function in them. */
#ifndef TRACER_MODULES_H
#define TRACER_MODULES_H

#include <stdint.h>

#include <atf/atf.h>

/* The number of a function: `(module_id << 32) | offset in the module`. It needs no table at a call, and is the same in
   every run. 0 if the address is in no known module. May be called from any thread at any time. */
uint64_t modules_function_id(uintptr_t address);

/* Looks for newly loaded modules. Returns whether there are any. Takes a lock and allocates memory. */
int modules_refresh(void);

/* Calls `use` with all modules and all functions in their symbol tables. Returns its result; -1 without memory. */
int modules_list(int (*use)(void *context, const AtfModule *modules, size_t module_count, const AtfSymbol *symbols,
                            size_t symbol_count),
                 void *context);

#endif
