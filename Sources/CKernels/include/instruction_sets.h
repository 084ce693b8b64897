#ifndef KALEIDOSCOPE_INSTRUCTION_SETS_H
#define KALEIDOSCOPE_INSTRUCTION_SETS_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// The number of floats past the end of a buffer that a kernel may read, but does not use.
#define CK_SLACK 64
/// The alignment of scratch memory in bytes.
#define CK_ALIGNMENT 64

/// The number of instruction sets that this processor can run; tables of kernels are ordered worst first.
int32_t ck_instruction_set_count(void);

/// Prefetches memory that will be read soon. Never faults.
static inline void ck_prefetch(const void *start, size_t bytes) {
  for (size_t i = 0; i < bytes; i += 64) __builtin_prefetch((const char *)start + i, 0, 2);
}

/// Prefetches memory that will be written soon. Never faults.
static inline void ck_prefetch_for_writing(const void *start, size_t bytes) {
  for (size_t i = 0; i < bytes; i += 64) __builtin_prefetch((const char *)start + i, 1, 3);
}

#pragma clang assume_nonnull end

#endif
