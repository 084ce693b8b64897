#ifndef KALEIDOSCOPE_SQUARE_ROOT_H
#define KALEIDOSCOPE_SQUARE_ROOT_H

/// √x, correctly rounded. Swift's own calls a function that sets errno, which prevents vectorization of
/// loops.
static inline float ck_square_root(float x) { return __builtin_elementwise_sqrt(x); }

#endif
