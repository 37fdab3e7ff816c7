/**
 * The handle of a traced thread's ring, which the thread pushes its events into. One per traced thread: only that thread
 * and its signal handlers push.
 */
typedef struct AtfProducer AtfProducer;
