/* How often which word was seen: a hash table with open addressing. */
#ifndef TABLE_H
#define TABLE_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    char *word; /* NULL in a slot that is free. */
    uint64_t count;
} Entry;

typedef struct {
    Entry *entries;
    size_t slots; /* A power of two, or 0. */
    size_t used;
} Table;

/* Counts `times` more of the word of `len` bytes. Returns 0, or -1 when there is no memory. */
int table_add(Table *table, const char *word, size_t len, uint64_t times);

/* Counts all of `from` in `into`. Returns 0, or -1 when there is no memory. */
int table_merge(Table *into, const Table *from);

/* The entries by count, the highest first, then by word; table->used of them, to be freed. NULL without memory. */
Entry *table_sorted(const Table *table);

void table_free(Table *table);

#endif
