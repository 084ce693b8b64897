#ifndef MEASUREMENT_H
#define MEASUREMENT_H

#include <stddef.h>
#include <stdint.h>

#include "butterfly_kernels.h"

// The number of allocations (malloc, calloc, realloc, aligned_alloc, posix_memalign) of the calling thread
// since it started; always 0 under a sanitizer.
uint64_t measurement_allocation_count(void);

// The bytes of those allocations, as they were asked for.
uint64_t measurement_allocated_bytes(void);

// Pins the calling thread, and the threads it starts later, to the last processor it may use; returns that
// processor, or -1.
int measurement_pin_to_one_processor(void);

// Executes `repeats` rounds of independent fused multiply-adds of the widest vectors, the peak of a core, and
// returns the number of scalar multiply-adds.
uint64_t measurement_multiply_adds(uint64_t repeats);

// The products of a butterfly with a batch of `tiles` tiles, two at a time, as in a C program.
void measurement_butterfly_forward(
    const ck_butterfly_kernels *kernels, const ck_butterfly *butterfly, const float *packed, float *in,
    float *out, size_t tile_stride, size_t tiles, float *work);

#endif
