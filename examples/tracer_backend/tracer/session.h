/* The session of this process: started before main, stopped after it. */
#ifndef TRACER_SESSION_H
#define TRACER_SESSION_H

#include <stdbool.h>

#include <atf/atf.h>

/* Starts the session, once. Returns whether it is recording. */
bool session_begin(void);

/* Creates a producer for the calling thread; NULL on failure. */
AtfProducer *session_register(void);

/* Lists modules and functions again, after a module was loaded. */
void session_list_modules(void);

/* Number of stack bytes to record with each event; -1: no detail records. */
long session_stack_bytes(void);

#endif
