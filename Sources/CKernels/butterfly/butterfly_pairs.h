// One 2 × 2 matrix, or one row of a 4 × 4 matrix, on rows of one tile or of two at once.
//   LANES  8 for one tile at a time, 16 for two
typedef float vr __attribute__((ext_vector_type(LANES)));

// The real and imaginary parts of LANES vectors, or 2 · LANES real numbers.
typedef struct {
  vr re, im;
} row;

#define ROW (2 * LANES)

INLINE vr load_part(const float *p) {
  vr v;
  memcpy(&v, p, sizeof v);
  return v;
}

INLINE void store_part(float *p, vr v) { memcpy(p, &v, sizeof v); }

INLINE row load_row(const float *p) { return (row){load_part(p), load_part(p + LANES)}; }

INLINE void store_row(float *p, row x) {
  store_part(p, x.re);
  store_part(p + LANES, x.im);
}

#if LANES == 16
INLINE v8 low_half(vr v) { return __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7); }
INLINE v8 high_half(vr v) { return __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15); }
INLINE vr both(v8 a, v8 b) {
  return __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}
INLINE v8 tile_sum(vr v) { return low_half(v) + high_half(v); }
#else
INLINE v8 tile_sum(vr v) { return v; }
#endif

// A row of one tile, or of two.
INLINE row load_tiles(const float *first, const float *second, bool complex) {
#if LANES == 16
  if (!complex) return (row){load_part(first), load_part(second)};
  return (row){both(load8(first), load8(second)), both(load8(first + 8), load8(second + 8))};
#else
  (void)second;
  (void)complex;
  return load_row(first);
#endif
}

INLINE void store_tiles(float *first, float *second, row x, bool complex) {
#if LANES == 16
  if (complex) {
    store8(first, low_half(x.re));
    store8(first + 8, low_half(x.im));
    store8(second, high_half(x.re));
    store8(second + 8, high_half(x.im));
  } else {
    store_part(first, x.re);
    store_part(second, x.im);
  }
#else
  (void)second;
  (void)complex;
  store_row(first, x);
#endif
}

// The number of floats of a packed pair.
#define PAIR(complex) ((complex) ? 8 : 4)

// t·a
INLINE row times(const float *t, int entry, int imaginary, row a, bool complex) {
  vr re = (vr)(t[entry]);
  if (!complex) return (row){re * a.re, re * a.im};
  vr im = (vr)(t[entry + imaginary]);
  return (row){FMA(-im, a.im, re * a.re), FMA(im, a.re, re * a.im)};
}

// t·a + s
INLINE row times_plus(const float *t, int entry, int imaginary, row a, row s, bool complex) {
  vr re = (vr)(t[entry]);
  s = (row){FMA(re, a.re, s.re), FMA(re, a.im, s.im)};
  if (!complex) return s;
  vr im = (vr)(t[entry + imaginary]);
  return (row){FMA(-im, a.im, s.re), FMA(im, a.re, s.im)};
}

// conj(t)·a
INLINE row conjugate_times(const float *t, int entry, int imaginary, row a, bool complex) {
  vr re = (vr)(t[entry]);
  if (!complex) return (row){re * a.re, re * a.im};
  vr im = (vr)(t[entry + imaginary]);
  return (row){FMA(im, a.im, re * a.re), FMA(-im, a.re, re * a.im)};
}

// conj(t)·a + s
INLINE row conjugate_times_plus(const float *t, int entry, int imaginary, row a, row s, bool complex) {
  vr re = (vr)(t[entry]);
  s = (row){FMA(re, a.re, s.re), FMA(re, a.im, s.im)};
  if (!complex) return s;
  vr im = (vr)(t[entry + imaginary]);
  return (row){FMA(im, a.im, s.re), FMA(-im, a.re, s.im)};
}

// (a, b) ← T (a, b), term by term, so that the sums are independent.
INLINE void pair_forward(const float *t, row *a, row *b, bool complex) {
  row y = times(t, 0, 4, *a, complex), z = times(t, 2, 4, *a, complex);
  y = times_plus(t, 1, 4, *b, y, complex);
  z = times_plus(t, 3, 4, *b, z, complex);
  *a = y;
  *b = z;
}

// (g, h) ← Tᴴ (g, h)
INLINE void pair_adjoint(const float *t, row *g, row *h, bool complex) {
  row y = conjugate_times(t, 0, 4, *g, complex), z = conjugate_times(t, 1, 4, *g, complex);
  y = conjugate_times_plus(t, 2, 4, *h, y, complex);
  z = conjugate_times_plus(t, 3, 4, *h, z, complex);
  *g = y;
  *h = z;
}

// The real and imaginary part of g·conj(a), lane by lane; the imaginary part of real rows is not used.
INLINE vr product_real(row g, row a) { return FMA(g.im, a.im, g.re * a.re); }
INLINE vr product_imaginary(row g, row a) { return FMA(-g.re, a.im, g.im * a.re); }

// The sum of the halves of a in the low half, that of b in the high half. The first shuffle is a blend, which
// runs on execution ports that other shuffles leave free.
INLINE v8 half_sums(v8 a, v8 b) {
  return __builtin_shufflevector(a, b, 0, 1, 2, 3, 12, 13, 14, 15) +
         __builtin_shufflevector(a, b, 4, 5, 6, 7, 8, 9, 10, 11);
}

// In each half: (a₀ + a₂, a₁ + a₃, b₀ + b₂, b₁ + b₃)
INLINE v8 quarter_sums(v8 a, v8 b) {
  return __builtin_shufflevector(a, b, 0, 1, 10, 11, 4, 5, 14, 15) +
         __builtin_shufflevector(a, b, 2, 3, 8, 9, 6, 7, 12, 13);
}

// Adds to d[i] the sum of the lanes of e_i, ((0 + 4) + (2 + 6)) + ((1 + 5) + (3 + 7)), after adding the lanes
// of two tiles.
INLINE void add_lane_sums(float *d, vr e0, vr e1, vr e2, vr e3, vr e4, vr e5, vr e6, vr e7) {
  v8 low = quarter_sums(half_sums(tile_sum(e0), tile_sum(e4)), half_sums(tile_sum(e1), tile_sum(e5)));
  v8 high = quarter_sums(half_sums(tile_sum(e2), tile_sum(e6)), half_sums(tile_sum(e3), tile_sum(e7)));
  store8(d, load8(d) + pair_sums(low, high));
}

// Adds (g, h) (a, b)ᴴ, the gradient with respect to a matrix with input (a, b).
INLINE void pair_gradient(float *d, row g, row h, row a, row b, bool complex) {
  vr e0 = product_real(g, a), e1 = product_real(g, b), e2 = product_real(h, a), e3 = product_real(h, b);
  if (complex) {
    add_lane_sums(
        d, e0, e1, e2, e3, product_imaginary(g, a), product_imaginary(g, b), product_imaginary(h, a),
        product_imaginary(h, b));
  } else {
    v8 s0 = tile_sum(e0), s1 = tile_sum(e1), s2 = tile_sum(e2), s3 = tile_sum(e3);
    v8 low = quarter_sums(half_sums(s0, s0), half_sums(s1, s1));
    v8 high = quarter_sums(half_sums(s2, s2), half_sums(s3, s3));
    store4(d, load4(d) + pair_sums(low, high).lo);
  }
}

// `pair_gradient` for two pairs with adjacent gradients.
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

// Adds g (x₀, x₁, x₂, x₃)ᴴ, the gradient with respect to one row of a complex 4 × 4 matrix.
INLINE void complex_row_gradient(float *d, row g, row x0, row x1, row x2, row x3) {
  add_lane_sums(
      d, product_real(g, x0), product_real(g, x1), product_real(g, x2), product_real(g, x3),
      product_imaginary(g, x0), product_imaginary(g, x1), product_imaginary(g, x2), product_imaginary(g, x3));
}

// The same for two rows of a real matrix.
INLINE void real_rows_gradient(float *d, row g, row h, row x0, row x1, row x2, row x3) {
  add_lane_sums(
      d, product_real(g, x0), product_real(g, x1), product_real(g, x2), product_real(g, x3),
      product_real(h, x0), product_real(h, x1), product_real(h, x2), product_real(h, x3));
}

// MARK: Unit form

// The number of floats of a packed pair in unit form: the real parts of u and v, then the imaginary parts.
#define UNIT_PAIR 4

// `distance` if a mask among the twiddles is set, so that two rows are exchanged, else zero.
INLINE size_t exchanged(const float *mask, size_t distance) {
  int32_t m;
  memcpy(&m, mask, sizeof m);
  return (size_t)(ptrdiff_t)m & distance;
}

// (a, b) ← (a + u b, b + v a)
INLINE void unit_forward(const float *t, row *a, row *b) {
  row y = times_plus(t, 0, 2, *b, *a, true), z = times_plus(t, 1, 2, *a, *b, true);
  *a = y;
  *b = z;
}

// (g, h) ← (g + conj(v) h, h + conj(u) g)
INLINE void unit_adjoint(const float *t, row *g, row *h) {
  row y = conjugate_times_plus(t, 1, 2, *h, *g, true), z = conjugate_times_plus(t, 0, 2, *g, *h, true);
  *g = y;
  *h = z;
}

// Adds g conj(b) and h conj(a), the gradients with respect to u and v.
INLINE void unit_gradient(float *d, row g, row h, row a, row b) {
  v8 s0 = tile_sum(product_real(g, b)), s1 = tile_sum(product_real(h, a));
  v8 s2 = tile_sum(product_imaginary(g, b)), s3 = tile_sum(product_imaginary(h, a));
  v8 low = quarter_sums(half_sums(s0, s0), half_sums(s1, s1));
  v8 high = quarter_sums(half_sums(s2, s2), half_sums(s3, s3));
  store4(d, load4(d) + pair_sums(low, high).lo);
}

// `unit_gradient` for two pairs with adjacent gradients.
INLINE void unit_gradients(float *d, row g0, row h0, row a0, row b0, row g1, row h1, row a1, row b1) {
  add_lane_sums(
      d, product_real(g0, b0), product_real(h0, a0), product_imaginary(g0, b0), product_imaginary(h0, a0),
      product_real(g1, b1), product_real(h1, a1), product_imaginary(g1, b1), product_imaginary(h1, a1));
}
