// One 2 × 2 matrix, or one 4 × 4, on rows of a tile.

// A row of a tile: real and imaginary parts of 8 vectors, or 16 real numbers.
typedef struct {
  v8 re, im;
} row;

INLINE row load_row(const float *p) { return (row){load8(p), load8(p + 8)}; }

INLINE void store_row(float *p, row x) {
  store8(p, x.re);
  store8(p + 8, x.im);
}

// Floats of a packed pair.
#define PAIR(complex) ((complex) ? 8 : 4)

// t·a
INLINE row times(const float *t, int entry, int imaginary, row a, bool complex) {
  v8 re = (v8)(t[entry]);
  if (!complex) return (row){re * a.re, re * a.im};
  v8 im = (v8)(t[entry + imaginary]);
  return (row){FMA(-im, a.im, re * a.re), FMA(im, a.re, re * a.im)};
}

// t·a + s
INLINE row times_plus(const float *t, int entry, int imaginary, row a, row s, bool complex) {
  v8 re = (v8)(t[entry]);
  s = (row){FMA(re, a.re, s.re), FMA(re, a.im, s.im)};
  if (!complex) return s;
  v8 im = (v8)(t[entry + imaginary]);
  return (row){FMA(-im, a.im, s.re), FMA(im, a.re, s.im)};
}

// conj(t)·a
INLINE row conjugate_times(const float *t, int entry, int imaginary, row a, bool complex) {
  v8 re = (v8)(t[entry]);
  if (!complex) return (row){re * a.re, re * a.im};
  v8 im = (v8)(t[entry + imaginary]);
  return (row){FMA(im, a.im, re * a.re), FMA(-im, a.re, re * a.im)};
}

// conj(t)·a + s
INLINE row conjugate_times_plus(const float *t, int entry, int imaginary, row a, row s, bool complex) {
  v8 re = (v8)(t[entry]);
  s = (row){FMA(re, a.re, s.re), FMA(re, a.im, s.im)};
  if (!complex) return s;
  v8 im = (v8)(t[entry + imaginary]);
  return (row){FMA(im, a.im, s.re), FMA(-im, a.re, s.im)};
}

// (a, b) ← T (a, b)
INLINE void pair_forward(const float *t, row *a, row *b, bool complex) {
  row y = times_plus(t, 1, 4, *b, times(t, 0, 4, *a, complex), complex);
  *b = times_plus(t, 3, 4, *b, times(t, 2, 4, *a, complex), complex);
  *a = y;
}

// (g, h) ← Tᴴ (g, h)
INLINE void pair_adjoint(const float *t, row *g, row *h, bool complex) {
  row y = conjugate_times_plus(t, 2, 4, *h, conjugate_times(t, 0, 4, *g, complex), complex);
  *h = conjugate_times_plus(t, 3, 4, *h, conjugate_times(t, 1, 4, *g, complex), complex);
  *g = y;
}

// The two parts of g·conj(a), lanes not yet added; of real rows the second is of no use.
INLINE v8 product_real(row g, row a) { return FMA(g.im, a.im, g.re * a.re); }
INLINE v8 product_imaginary(row g, row a) { return FMA(-g.re, a.im, g.im * a.re); }

// Adds the halves of a and those of b: the low half belongs to a.
INLINE v8 half_sums(v8 a, v8 b) {
  return __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11) +
         __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
}

// In each half: (a₀ + a₂, a₁ + a₃, b₀ + b₂, b₁ + b₃)
INLINE v8 quarter_sums(v8 a, v8 b) {
  return __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13) +
         __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15);
}

// Adds to d[i] the lanes of e[i], each as ((0 + 4) + (2 + 6)) + ((1 + 5) + (3 + 7)).
INLINE void add_lane_sums(float *d, v8 e0, v8 e1, v8 e2, v8 e3, v8 e4, v8 e5, v8 e6, v8 e7) {
  v8 low = quarter_sums(half_sums(e0, e4), half_sums(e1, e5));
  v8 high = quarter_sums(half_sums(e2, e6), half_sums(e3, e7));
  store8(d, load8(d) + pair_sums(low, high));
}

// Adds (g, h) (a, b)ᴴ to the gradient of the matrix between them.
INLINE void pair_gradient(float *d, row g, row h, row a, row b, bool complex) {
  v8 e0 = product_real(g, a), e1 = product_real(g, b), e2 = product_real(h, a), e3 = product_real(h, b);
  if (complex) {
    add_lane_sums(
        d, e0, e1, e2, e3, product_imaginary(g, a), product_imaginary(g, b), product_imaginary(h, a),
        product_imaginary(h, b));
  } else {
    v8 sums = quarter_sums(half_sums(e0, e0), half_sums(e1, e1));
    sums = pair_sums(sums, quarter_sums(half_sums(e2, e2), half_sums(e3, e3)));
    store4(d, load4(d) + sums.lo);
  }
}

// The same for two pairs whose gradients follow each other.
INLINE void pair_gradients(
    float *d, row g0, row h0, row a0, row b0, row g1, row h1, row a1, row b1, bool complex) {
  if (complex) {
    pair_gradient(d, g0, h0, a0, b0, true);
    pair_gradient(d + 8, g1, h1, a1, b1, true);
  } else {
    add_lane_sums(
        d, product_real(g0, a0), product_real(g0, b0), product_real(h0, a0), product_real(h0, b0),
        product_real(g1, a1), product_real(g1, b1), product_real(h1, a1), product_real(h1, b1));
  }
}

// Adds g (x₀, x₁, x₂, x₃)ᴴ to the gradient of one row of a complex 4 × 4 matrix.
INLINE void complex_row_gradient(float *d, row g, row x0, row x1, row x2, row x3) {
  add_lane_sums(
      d, product_real(g, x0), product_real(g, x1), product_real(g, x2), product_real(g, x3),
      product_imaginary(g, x0), product_imaginary(g, x1), product_imaginary(g, x2), product_imaginary(g, x3));
}

// The same for two rows of a real one.
INLINE void real_rows_gradient(float *d, row g, row h, row x0, row x1, row x2, row x3) {
  add_lane_sums(
      d, product_real(g, x0), product_real(g, x1), product_real(g, x2), product_real(g, x3),
      product_real(h, x0), product_real(h, x1), product_real(h, x2), product_real(h, x3));
}
