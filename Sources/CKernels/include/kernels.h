#ifndef KALEIDOSCOPE_KERNELS_H
#define KALEIDOSCOPE_KERNELS_H

/// The name of the vector unit that the kernels were chosen for at start-up: "avx2+fma" or "baseline".
const char *_Nonnull ck_variant(void);

#endif
