#include "layer_kernels.h"

extern const ck_layer_kernels ck_layers_baseline;
#if defined(__x86_64__)
extern const ck_layer_kernels ck_layers_avx2;
extern const ck_layer_kernels ck_layers_avx512;
#endif

const ck_layer_kernels *ck_layers_at(int32_t index) {
#if defined(__x86_64__)
  if (index == 2) return &ck_layers_avx512;
  if (index == 1) return &ck_layers_avx2;
#endif
  (void)index;
  return &ck_layers_baseline;
}

const ck_layer_kernels *ck_layers_best(void) { return ck_layers_at(ck_instruction_set()); }
