/* The words of a file. */
#ifndef WORDS_H
#define WORDS_H

#include "table.h"

/* Counts the words of a file, in lower case. Returns 0; -1 with errno if it cannot be read. */
int count_file(const char *path, Table *table);

#endif
