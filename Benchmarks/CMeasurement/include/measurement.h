#ifndef MEASUREMENT_H
#define MEASUREMENT_H

#include <stddef.h>
#include <stdint.h>

#include "kernels.h"

// Allocations (malloc, calloc, realloc, aligned_alloc, posix_memalign) of the calling thread since it started;
// always 0 under a sanitizer.
uint64_t measurement_allocation_count(void);

// Keeps the calling thread, and what it starts afterwards, on the last processor it may use. That processor, or -1.
int measurement_pin_to_one_processor(void);

// Does `repeats` rounds of independent fused multiply-adds of the widest vectors, and nothing else: the peak of a core.
// The number of multiply-adds of floats that were done.
uint64_t measurement_multiply_adds(uint64_t repeats);

// The products of a butterfly with a batch of `tiles` tiles, two at a time, as a program in C would make them.
void measurement_butterfly_forward(
    const ck_kernels *kernels, const ck_butterfly *butterfly, const float *packed, float *in, float *out,
    size_t tile_stride, size_t tiles, float *work);

#endif
