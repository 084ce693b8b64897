#include "signal_kernels.h"

extern const ck_signal_kernels ck_signal_baseline;
#if defined(__x86_64__)
extern const ck_signal_kernels ck_signal_avx2;
extern const ck_signal_kernels ck_signal_avx512;
#endif

const ck_signal_kernels *ck_signal_at(int32_t index) {
#if defined(__x86_64__)
  if (index == 2) return &ck_signal_avx512;
  if (index == 1) return &ck_signal_avx2;
#endif
  (void)index;
  return &ck_signal_baseline;
}

const ck_signal_kernels *ck_signal_best(void) { return ck_signal_at(ck_instruction_set()); }
