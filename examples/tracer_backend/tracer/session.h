/* The one session of this process: begun before main, ended behind it. */
#ifndef TRACER_SESSION_H
#define TRACER_SESSION_H

#include <stdbool.h>

#include <atf/atf.h>

/* Begins the session if that was not done yet. Returns whether there is one that records. */
bool session_begin(void);

/* A lane for the thread that calls; NULL when there is none to be had. */
AtfProducer *session_register(void);

/* Lists modules and functions again, after something was loaded. */
void session_list_modules(void);

/* Bytes of the stack that are recorded with each event; -1 when no detail is wanted. */
long session_stack_bytes(void);

#endif
