/* Counts of words: a hash table with open addressing. */
#ifndef TABLE_H
#define TABLE_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    char *word; /* NULL in a free slot. */
    uint64_t count;
} Entry;

typedef struct {
    Entry *entries;
    size_t slots; /* A power of two, or 0. */
    size_t used;
} Table;

/* Adds `times` to the count of the word of `len` bytes. Returns 0; -1 without memory. */
int table_add(Table *table, const char *word, size_t len, uint64_t times);

/* Adds all counts of `from` to `into`. Returns 0; -1 without memory. */
int table_merge(Table *into, const Table *from);

/* The table->used entries, ordered by count (highest first), then by word. Free the result. NULL without memory. */
Entry *table_sorted(const Table *table);

void table_free(Table *table);

#endif
