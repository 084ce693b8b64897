// The packing of twiddles in full form, and the unpacking of their gradients.

// The four entries of a pair.
typedef struct {
  v4 re, im;
} quad;

INLINE quad load_quad(const float *p, size_t imaginary, bool complex) {
  return (quad){load4(p), complex ? load4(p + imaginary) : (v4)(0.0f)};
}

INLINE void add_quad(float *p, size_t imaginary, quad x, bool complex) {
  store4(p, load4(p) + x.re);
  if (complex) store4(p + imaginary, load4(p + imaginary) + x.im);
}

INLINE void store_quad(float *p, quad x, bool complex) {
  store4(p, x.re);
  if (complex) store4(p + 4, x.im);
}

// c_i·x + s, and with conj(c_i).
INLINE quad scaled_plus(quad c, int i, quad x, quad s, bool complex) {
  v4 re = (v4)(c.re[i]), im = (v4)(c.im[i]);
  s = (quad){FMA(re, x.re, s.re), FMA(re, x.im, s.im)};
  return complex ? (quad){FMA(-im, x.im, s.re), FMA(im, x.re, s.im)} : s;
}
INLINE quad conjugate_scaled_plus(quad c, int i, quad x, quad s, bool complex) {
  c.im = -c.im;
  return scaled_plus(c, i, x, s, complex);
}

// The rows (a, b) ← T (a, b), and with Tᴴ.
INLINE void rows_forward(quad t, quad *a, quad *b, bool complex) {
  quad zero = {(v4)(0.0f), (v4)(0.0f)};
  quad y = scaled_plus(t, 1, *b, scaled_plus(t, 0, *a, zero, complex), complex);
  *b = scaled_plus(t, 3, *b, scaled_plus(t, 2, *a, zero, complex), complex);
  *a = y;
}
INLINE void rows_adjoint(quad t, quad *a, quad *b, bool complex) {
  quad zero = {(v4)(0.0f), (v4)(0.0f)};
  quad y = conjugate_scaled_plus(t, 2, *b, conjugate_scaled_plus(t, 0, *a, zero, complex), complex);
  *b = conjugate_scaled_plus(t, 3, *b, conjugate_scaled_plus(t, 1, *a, zero, complex), complex);
  *a = y;
}

// x_i = Σ_k g_k conj(a_k)
INLINE void set_product(quad *x, int i, quad g, quad a, bool complex) {
  v4 re = complex ? FMA(g.im, a.im, g.re * a.re) : g.re * a.re;
  x->re[i] = (re[0] + re[2]) + (re[1] + re[3]);
  v4 im = FMA(-g.re, a.im, g.im * a.re);
  x->im[i] = (im[0] + im[2]) + (im[1] + im[3]);
}

// (g, h) (a, b)ᴴ, summed over the four columns.
INLINE quad rows_gradient(quad g, quad h, quad a, quad b, bool complex) {
  quad x;
  set_product(&x, 0, g, a, complex);
  set_product(&x, 1, g, b, complex);
  set_product(&x, 2, h, a, complex);
  set_product(&x, 3, h, b, complex);
  return x;
}

// The offsets of the eight pairs of four merged factors, two per factor. They act on rows (0, 1), (2, 3),
// then twice on (0, 2), (1, 3), then on (0, 1), (2, 3) again.
typedef struct {
  size_t at[8];
} merged_pairs;

INLINE void identity_rows(quad rows[4]) {
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; i++) {
    rows[i].re = rows[i].im = (v4)(0.0f);
    rows[i].re[i] = 1;
  }
}

INLINE void merge(const float *t, size_t imaginary, merged_pairs pairs, float *packed, bool complex) {
  quad rows[4], f[8];
#pragma clang loop unroll(full)
  for (int i = 0; i < 8; i++) f[i] = load_quad(t + pairs.at[i], imaginary, complex);
  identity_rows(rows);
  rows_forward(f[0], &rows[0], &rows[1], complex);
  rows_forward(f[1], &rows[2], &rows[3], complex);
  rows_forward(f[2], &rows[0], &rows[2], complex);
  rows_forward(f[3], &rows[1], &rows[3], complex);
  rows_forward(f[4], &rows[0], &rows[2], complex);
  rows_forward(f[5], &rows[1], &rows[3], complex);
  rows_forward(f[6], &rows[0], &rows[1], complex);
  rows_forward(f[7], &rows[2], &rows[3], complex);
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; i++) store_quad(packed + i * PAIR(complex), rows[i], complex);
}

// With M = F₄ F₃ F₂ F₁ and D = ∂L/∂M, ∂L/∂F_k = (F₄ ··· F_{k+1})ᴴ D (F_{k−1} ··· F₁)ᴴ.
INLINE void unmerge(
    const float *t, size_t imaginary, merged_pairs pairs, const float *packed, float *gradient,
    bool complex) {
  quad f[8], one[4], two[4], three[4], d[4];
#pragma clang loop unroll(full)
  for (int i = 0; i < 8; i++) f[i] = load_quad(t + pairs.at[i], imaginary, complex);
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; i++) d[i] = load_quad(packed + i * PAIR(complex), 4, complex);
  identity_rows(one);
  rows_forward(f[0], &one[0], &one[1], complex);
  rows_forward(f[1], &one[2], &one[3], complex);
  memcpy(two, one, sizeof one);
  rows_forward(f[2], &two[0], &two[2], complex);
  rows_forward(f[3], &two[1], &two[3], complex);
  memcpy(three, two, sizeof two);
  rows_forward(f[4], &three[0], &three[2], complex);
  rows_forward(f[5], &three[1], &three[3], complex);

  add_quad(
      gradient + pairs.at[6], imaginary, rows_gradient(d[0], d[1], three[0], three[1], complex), complex);
  add_quad(
      gradient + pairs.at[7], imaginary, rows_gradient(d[2], d[3], three[2], three[3], complex), complex);
  rows_adjoint(f[6], &d[0], &d[1], complex);
  rows_adjoint(f[7], &d[2], &d[3], complex);
  add_quad(gradient + pairs.at[4], imaginary, rows_gradient(d[0], d[2], two[0], two[2], complex), complex);
  add_quad(gradient + pairs.at[5], imaginary, rows_gradient(d[1], d[3], two[1], two[3], complex), complex);
  rows_adjoint(f[4], &d[0], &d[2], complex);
  rows_adjoint(f[5], &d[1], &d[3], complex);
  add_quad(gradient + pairs.at[2], imaginary, rows_gradient(d[0], d[2], one[0], one[2], complex), complex);
  add_quad(gradient + pairs.at[3], imaginary, rows_gradient(d[1], d[3], one[1], one[3], complex), complex);
  rows_adjoint(f[2], &d[0], &d[2], complex);
  rows_adjoint(f[3], &d[1], &d[3], complex);
  quad unit[4];
  identity_rows(unit);
  add_quad(gradient + pairs.at[0], imaginary, rows_gradient(d[0], d[1], unit[0], unit[1], complex), complex);
  add_quad(gradient + pairs.at[1], imaginary, rows_gradient(d[2], d[3], unit[2], unit[3], complex), complex);
}

// The offset of the pair of `factor` whose lower position is p.
INLINE size_t pair_offset(const ck_butterfly *b, int32_t factor, size_t stride, size_t p) {
  size_t pair = (p & ~(2 * stride - 1)) / 2 + (p & (stride - 1));
  return (size_t)factor * 2 * (size_t)b->size + 4 * pair;
}

typedef enum { PACK, UNPACK_GRADIENT } packing;

// Packs or unpacks the pairs that start at position p of a stage; returns the number of packed floats.
INLINE size_t stage_packing(
    const ck_butterfly *b, const ck_butterfly_stage *s, size_t p, const float *t, size_t imaginary,
    float *packed, float *gradient, packing what, bool complex) {
  size_t stride = (size_t)s->stride, next = (size_t)s->next_stride;
  int32_t f = s->first_factor;
  merged_pairs at;
  at.at[0] = pair_offset(b, f, stride, p);
  int count = 1;
  if (s->factors > 1) {
    at.at[1] = pair_offset(b, f, stride, p + next);
    at.at[2] = pair_offset(b, f + 1, next, p);
    at.at[3] = pair_offset(b, f + 1, next, p + stride);
    count = 4;
  }
  if (s->factors == 4) {
    at.at[4] = pair_offset(b, f + 2, next, p);
    at.at[5] = pair_offset(b, f + 2, next, p + stride);
    at.at[6] = pair_offset(b, f + 3, stride, p);
    at.at[7] = pair_offset(b, f + 3, stride, p + next);
    if (what == PACK) {
      merge(t, imaginary, at, packed, complex);
    } else {
      unmerge(t, imaginary, at, packed, gradient, complex);
    }
    return 4 * (size_t)PAIR(complex);
  }
  for (int i = 0; i < count; i++, packed += PAIR(complex)) {
    if (what == PACK) {
      store_quad(packed, load_quad(t + at.at[i], imaginary, complex), complex);
    } else {
      add_quad(gradient + at.at[i], imaginary, load_quad(packed, 4, complex), complex);
    }
  }
  return (size_t)count * (size_t)PAIR(complex);
}

// Packs or unpacks all pairs in order of use.
INLINE void all_packing(
    const ck_butterfly *b, const float *t, size_t imaginary, float *packed, float *gradient, packing what,
    bool complex) {
  for (int32_t phase_index = 0; phase_index < b->phase_count; phase_index++) {
    const ck_butterfly_phase *phase = b->phases + phase_index;
    size_t step = phase->over_columns ? CK_TILE_PITCH : 1;
    size_t unit_positions = phase->over_columns ? (size_t)phase->unit_columns : CK_TILE_PITCH;
    for (size_t unit = 0; unit < (size_t)phase->units; unit++) {
      for (int32_t i = 0; i < phase->stage_count; i++) {
        const ck_butterfly_stage *s = b->stages + phase->first_stage + i;
        for (size_t g = 0; g < (size_t)s->groups; g++)
          for (size_t l = 0; l < (size_t)s->inner; l++)
            for (size_t c = 0; c < (size_t)s->columns; c++) {
              size_t p = unit * unit_positions + (g * (size_t)s->group_step + l) * step + c;
              packed += stage_packing(b, s, p, t, imaginary, packed, gradient, what, complex);
            }
      }
    }
  }
}

static void butterfly_pack(const ck_butterfly *b, const float *twiddles, size_t imaginary, float *packed) {
  if (b->is_complex) {
    all_packing(b, twiddles, imaginary, packed, packed, PACK, true);
  } else {
    all_packing(b, twiddles, imaginary, packed, packed, PACK, false);
  }
}

static void butterfly_unpack_gradient(
    const ck_butterfly *b, const float *twiddles, size_t imaginary, const float *packed_gradient,
    float *gradient) {
  // Not written when gradients are unpacked.
  float *packed = (float *)packed_gradient;
  if (b->is_complex) {
    all_packing(b, twiddles, imaginary, packed, gradient, UNPACK_GRADIENT, true);
  } else {
    all_packing(b, twiddles, imaginary, packed, gradient, UNPACK_GRADIENT, false);
  }
}
