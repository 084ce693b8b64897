#ifndef KALEIDOSCOPE_SQUARE_ROOT_H
#define KALEIDOSCOPE_SQUARE_ROOT_H

/// √x, correctly rounded. Swift's own sets errno of negative numbers, by a call that keeps a loop from being vectorised.
static inline float ck_square_root(float x) { return __builtin_elementwise_sqrt(x); }

#endif
