#ifndef KALEIDOSCOPE_INSTRUCTION_SETS_H
#define KALEIDOSCOPE_INSTRUCTION_SETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// The number of floats past the end of a buffer that a kernel may read, but does not use.
#define CK_SLACK 64
/// The alignment of scratch memory in bytes.
#define CK_ALIGNMENT 64

/// The number of instruction sets that this processor can run; tables of kernels are ordered worst first.
///
/// Those that GLIBC_TUNABLES turns off in the C library do not count.
int32_t ck_instruction_set_count(void);

/// The index of the instruction set in use: that of ck_choose_instruction_set, else the best.
///
/// The first call settles it for the life of the process.
int32_t ck_instruction_set(void);

/// Chooses the instruction set of all kernels. False if this processor lacks it, or another is in use.
bool ck_choose_instruction_set(int32_t index);

/// Whether the mathematical functions of the C library compute as on a processor whose best instruction set
/// is the one of this index: with AVX and FMA they round differently than without.
bool ck_math_library_fits(int32_t index);

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
