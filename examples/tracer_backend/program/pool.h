/* A pool of threads: numbered pieces of work, each done once by whichever thread is free. */
#ifndef POOL_H
#define POOL_H

#include <stddef.h>

/* Does `work(context, worker, piece)` for each piece below `pieces` on `workers` threads, and comes back when all
   are done. Returns 0, or the errno for which a thread could not be started; then the others did all. */
int pool_run(size_t workers, size_t pieces, void (*work)(void *context, size_t worker, size_t piece), void *context);

#endif
