#include "measurement.h"

// Twelve independent chains hide the latency of a multiply-add on current processors.
#define CHAINS 12
#define PEAK(name, lanes, attribute)                                                            \
  attribute static uint64_t name(uint64_t repeats) {                                            \
    typedef float v __attribute__((ext_vector_type(lanes)));                                    \
    v sums[CHAINS], x = (v)(0.999f), y = (v)(1e-3f);                                            \
    for (int i = 0; i < CHAINS; i++) sums[i] = (v)((float)i);                                   \
    for (uint64_t r = 0; r < repeats; r++) {                                                    \
      _Pragma("clang loop unroll(full)") for (int i = 0; i < CHAINS; i++) sums[i] =             \
          __builtin_elementwise_fma(sums[i], x, y);                                             \
      /* Opaque to the compiler, so that it cannot remove a round. */                           \
      __asm__ volatile("" ::: "memory");                                                        \
    }                                                                                           \
    volatile float sink = 0;                                                                    \
    for (int i = 0; i < CHAINS; i++) sink += sums[i][0];                                        \
    return repeats * CHAINS * lanes;                                                            \
  }

#if defined(__x86_64__)
PEAK(peak_avx512, 16, __attribute__((target("avx512f"))))
PEAK(peak_avx2, 8, __attribute__((target("avx2,fma"))))
#endif
#if defined(__aarch64__)
PEAK(peak_portable, 4, )
#else
// No peak without a fused multiply-add in hardware.
static uint64_t peak_portable(uint64_t repeats) { return repeats * 0; }
#endif

uint64_t measurement_multiply_adds(uint64_t repeats) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) return peak_avx512(repeats);
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return peak_avx2(repeats);
#endif
  return peak_portable(repeats);
}
