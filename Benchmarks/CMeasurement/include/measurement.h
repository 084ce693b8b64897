#ifndef MEASUREMENT_H
#define MEASUREMENT_H

#include <stdint.h>

// Allocations (malloc, calloc, realloc, aligned_alloc, posix_memalign) of the calling thread since it started;
// always 0 under a sanitizer.
uint64_t measurement_allocation_count(void);

// Keeps the calling thread, and what it starts afterwards, on the last processor it may use. That processor, or -1.
int measurement_pin_to_one_processor(void);

// Does `repeats` rounds of independent fused multiply-adds of the widest vectors, and nothing else: the peak of a core.
// The number of multiply-adds of floats that were done.
uint64_t measurement_multiply_adds(uint64_t repeats);

#endif
