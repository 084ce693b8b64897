// The first stage of a complex product of real vectors with zero padding: imaginary parts, which are zero,
// are neither stored nor multiplied, and the padding is not stored.
//
// Each number gets the operations of `stage_forward` and `stage_backward` except those with zeros, which do
// not change it.

// The end of the stored rows in working memory; the rows from there on are zero.
typedef const float *zeros_from;

INLINE zeros_from zeros_of(const ck_tile *v, const float *work) {
  size_t length = (size_t)v->length;
  return work + (length + length / CK_TILE_PITCH) * ROW;
}

// Whether vectors are real rows that a complex product reads.
INLINE bool has_real_rows(const ck_butterfly *b, const ck_tile *v) {
  return b->is_complex && has_rows(v) && !v->is_complex;
}

INLINE vr get_real(const float *p, zeros_from zeros) { return p < zeros ? load_part(p) : (vr)(0.0f); }

// t·a and t·a + s
INLINE row times_real(const float *t, int entry, int imaginary, vr a) {
  return (row){(vr)(t[entry]) * a, (vr)(t[entry + imaginary]) * a};
}
INLINE row times_real_plus(const float *t, int entry, int imaginary, vr a, row s) {
  return (row){FMA((vr)(t[entry]), a, s.re), FMA((vr)(t[entry + imaginary]), a, s.im)};
}

// (y, z) = T (a, b)
INLINE void pair_of_real(const float *t, vr a, vr b, row *y, row *z) {
  *y = times_real_plus(t, 1, 4, b, times_real(t, 0, 4, a));
  *z = times_real_plus(t, 3, 4, b, times_real(t, 2, 4, a));
}

// (y, z) = (a + u b, b + v a)
INLINE void unit_of_real(const float *t, vr a, vr b, row *y, row *z) {
  *y = (row){FMA((vr)(t[0]), b, a), (vr)(t[2]) * b};
  *z = (row){FMA((vr)(t[1]), a, b), (vr)(t[3]) * a};
}

// One row of a merged matrix.
INLINE row merged_of_real(const float *t, const vr x[4]) {
  row sum = times_real(t, 0, 4, x[0]);
#pragma clang loop unroll(full)
  for (int j = 1; j < 4; j++) sum = times_real_plus(t, j, 4, x[j], sum);
  return sum;
}

// The two or four inputs of an iteration.
typedef struct {
  vr x[4];
} real_inputs;

INLINE real_inputs get_real_inputs(
    const float *p, size_t near, size_t far, const float *masks, bool is_one, bool exchanges_inputs,
    zeros_from zeros) {
  real_inputs r;
  size_t in0 = exchanges_inputs ? exchanged(masks, near) : 0;
  r.x[0] = get_real(p + in0, zeros);
  r.x[1] = get_real(p + near - in0, zeros);
  if (is_one) return r;
  size_t in2 = exchanges_inputs ? exchanged(masks + 1, near) : 0;
  r.x[2] = get_real(p + far + in2, zeros);
  r.x[3] = get_real(p + far + near - in2, zeros);
  return r;
}

// The outputs of the first factor of two.
INLINE void first_of_real(const float *t, const real_inputs *r, bool is_unit, row y[4]) {
  if (is_unit) {
    unit_of_real(t, r->x[0], r->x[1], &y[0], &y[1]);
    unit_of_real(t + UNIT_PAIR, r->x[2], r->x[3], &y[2], &y[3]);
  } else {
    pair_of_real(t, r->x[0], r->x[1], &y[0], &y[1]);
    pair_of_real(t + PAIR(true), r->x[2], r->x[3], &y[2], &y[3]);
  }
}

INLINE const float *real_forward(
    const ck_butterfly_stage *s, operand from, operand to, const float *t, zeros_from zeros, stage_kind kind,
    bool to_tiles, bool exchanges) {
  size_t near = (size_t)s->near * from.step, far = (size_t)s->far * from.step;
  size_t to1 = (size_t)s->near * to.step, to2 = (size_t)s->far * to.step, to3 = to1 + to2;
  const iteration_layout l = layout_of(kind, true, exchanges);
  increments from_increments = increments_of(s, from, false);
  increments to_increments = increments_of(s, to, to_tiles);
  iterations n = first_iteration(s);
  size_t x = 0, y = 0;
  for (const float *end = t + stage_iterations(s) * l.size; t < end; t += l.size) {
    size_t at = x, to_at = y;
    next_iteration(&n, &x, from_increments, &y, to_increments);
    real_inputs r =
        get_real_inputs(from.first + at, near, far, t + l.masks, l.is_one, l.exchanges_inputs, zeros);
    row z[4];
    if (l.is_one) {
      if (l.first_is_unit) {
        unit_of_real(t, r.x[0], r.x[1], &z[0], &z[1]);
      } else {
        pair_of_real(t, r.x[0], r.x[1], &z[0], &z[1]);
      }
      put_row(to, to_at, z[0], to_tiles, true);
      put_row(to, to_at + to1, z[1], to_tiles, true);
      continue;
    }
    if (kind == FOUR_MERGED) {
#pragma clang loop unroll(full)
      for (int i = 0; i < 4; i++) z[i] = merged_of_real(t + i * PAIR(true), r.x);
    } else {
      first_of_real(t, &r, l.first_is_unit, z);
      if (l.second_is_unit) {
        unit_forward(t + l.second, &z[0], &z[2]);
        unit_forward(t + l.second + UNIT_PAIR, &z[1], &z[3]);
      } else {
        pair_forward(t + l.second, &z[0], &z[2], true);
        pair_forward(t + l.second + PAIR(true), &z[1], &z[3], true);
      }
    }
    size_t out0 = l.exchanges_outputs ? exchanged(t + l.out_masks, to2) : 0;
    size_t out1 = l.exchanges_outputs ? exchanged(t + l.out_masks + 1, to2) : 0;
    put_row(to, to_at + out0, z[0], to_tiles, true);
    put_row(to, to_at + to1 + out1, z[1], to_tiles, true);
    put_row(to, to_at + to2 - out0, z[2], to_tiles, true);
    put_row(to, to_at + to3 - out1, z[3], to_tiles, true);
  }
  return t;
}

// MARK: Gradients

// Adds (g, h) (a, b)ᵀ, the gradient with respect to a matrix with input (a, b).
INLINE void pair_gradient_of_real(float *d, row g, row h, vr a, vr b) {
  add_lane_sums(
      d, g.re * a, g.re * b, h.re * a, h.re * b, g.im * a, g.im * b, h.im * a, h.im * b);
}

INLINE void row_gradient_of_real(float *d, row g, const vr x[4]) {
  add_lane_sums(
      d, g.re * x[0], g.re * x[1], g.re * x[2], g.re * x[3], g.im * x[0], g.im * x[1], g.im * x[2],
      g.im * x[3]);
}

// Adds g b and h a, the gradients with respect to u and v, for one pair and for two.
INLINE void unit_gradient_of_real(float *d, row g, row h, vr a, vr b) {
  v8 s0 = tile_sum(g.re * b), s1 = tile_sum(h.re * a), s2 = tile_sum(g.im * b), s3 = tile_sum(h.im * a);
  v8 low = quarter_sums(half_sums(s0, s0), half_sums(s1, s1));
  v8 high = quarter_sums(half_sums(s2, s2), half_sums(s3, s3));
  store4(d, load4(d) + pair_sums(low, high).lo);
}
INLINE void unit_gradients_of_real(float *d, row g0, row h0, row g1, row h1, const vr x[4]) {
  add_lane_sums(
      d, g0.re * x[1], h0.re * x[0], g0.im * x[1], h0.im * x[0], g1.re * x[3], h1.re * x[2], g1.im * x[3],
      h1.im * x[2]);
}

// The gradient with respect to the twiddles of the first stage; that with respect to its input is not
// computed.
INLINE void real_backward(
    const ck_butterfly_stage *s, operand input, operand from, const float *t, float *d, zeros_from zeros,
    stage_kind kind, bool gradient_tiles, bool exchanges) {
  size_t near = (size_t)s->near * input.step, far = (size_t)s->far * input.step;
  size_t from1 = (size_t)s->near * from.step, from2 = (size_t)s->far * from.step, from3 = from1 + from2;
  const iteration_layout l = layout_of(kind, true, exchanges);
  increments input_increments = increments_of(s, input, false);
  increments from_increments = increments_of(s, from, gradient_tiles);
  iterations n = first_iteration(s);
  size_t next_x = 0, next_g = 0;
  for (const float *end = t + stage_iterations(s) * l.size; t < end; t += l.size, d += l.size) {
    size_t x = next_x, g = next_g;
    next_iteration(&n, &next_x, input_increments, &next_g, from_increments);
    real_inputs r =
        get_real_inputs(input.first + x, near, far, t + l.masks, l.is_one, l.exchanges_inputs, zeros);
    size_t out0 = l.exchanges_outputs ? exchanged(t + l.out_masks, from2) : 0;
    size_t out1 = l.exchanges_outputs ? exchanged(t + l.out_masks + 1, from2) : 0;
    row g0 = get_row(from, g + out0, gradient_tiles, true);
    row g1 = get_row(from, g + from1 + out1, gradient_tiles, true);
    if (l.is_one) {
      if (l.first_is_unit) {
        unit_gradient_of_real(d, g0, g1, r.x[0], r.x[1]);
      } else {
        pair_gradient_of_real(d, g0, g1, r.x[0], r.x[1]);
      }
      continue;
    }
    row g2 = get_row(from, g + from2 - out0, gradient_tiles, true);
    row g3 = get_row(from, g + from3 - out1, gradient_tiles, true);
    if (kind == FOUR_MERGED) {
      row_gradient_of_real(d, g0, r.x);
      row_gradient_of_real(d + 8, g1, r.x);
      row_gradient_of_real(d + 16, g2, r.x);
      row_gradient_of_real(d + 24, g3, r.x);
      continue;
    }
    // The values between the two factors are recomputed.
    row m[4];
    first_of_real(t, &r, l.first_is_unit, m);
    if (l.second_is_unit) {
      unit_gradients(d + l.second, g0, g2, m[0], m[2], g1, g3, m[1], m[3]);
      unit_adjoint(t + l.second, &g0, &g2);
      unit_adjoint(t + l.second + UNIT_PAIR, &g1, &g3);
    } else {
      pair_gradients(d + l.second, g0, g2, m[0], m[2], g1, g3, m[1], m[3], true);
      pair_adjoint(t + l.second, &g0, &g2, true);
      pair_adjoint(t + l.second + PAIR(true), &g1, &g3, true);
    }
    if (l.first_is_unit) {
      unit_gradients_of_real(d, g0, g1, g2, g3, r.x);
    } else {
      pair_gradient_of_real(d, g0, g1, r.x[0], r.x[1]);
      pair_gradient_of_real(d + PAIR(true), g2, g3, r.x[2], r.x[3]);
    }
  }
}

// MARK: Specializations

typedef const float *(*real_forward_stage)(
    const ck_butterfly_stage *, const operand *, const operand *, const float *, zeros_from);
typedef void (*real_backward_stage)(
    const ck_butterfly_stage *, const operand *, const operand *, const float *, float *, zeros_from);

#define REAL_KIND(kind, tiles, exchanges)                                                               \
  static const float *real_forward_##kind##_##tiles##_##exchanges(                                      \
      const ck_butterfly_stage *s, const operand *from, const operand *to, const float *t,              \
      zeros_from zeros) {                                                                               \
    return real_forward(s, *from, *to, t, zeros, kind, tiles, exchanges);                               \
  }                                                                                                     \
  static void real_backward_##kind##_##tiles##_##exchanges(                                             \
      const ck_butterfly_stage *s, const operand *input, const operand *from, const float *t, float *d, \
      zeros_from zeros) {                                                                               \
    real_backward(s, *input, *from, t, d, zeros, kind, tiles, exchanges);                               \
  }
#define REAL_UNIT(tiles, exchanges)           \
  REAL_KIND(UNIT_ONE, tiles, exchanges)       \
  REAL_KIND(UNIT_TWO, tiles, exchanges)       \
  REAL_KIND(UNIT_THEN_FULL, tiles, exchanges) \
  REAL_KIND(FULL_THEN_UNIT, tiles, exchanges)
#define REAL_KINDS(tiles)          \
  REAL_KIND(ONE_FACTOR, tiles, 0)  \
  REAL_KIND(TWO_FACTORS, tiles, 0) \
  REAL_KIND(FOUR_MERGED, tiles, 0) \
  REAL_UNIT(tiles, 0)              \
  REAL_UNIT(tiles, 1)
#define REAL_ROW(pass, tiles, exchanges)                                                                  \
  {                                                                                                       \
    real_##pass##_ONE_FACTOR_##tiles##_0, real_##pass##_TWO_FACTORS_##tiles##_0,                          \
        real_##pass##_FOUR_MERGED_##tiles##_0, real_##pass##_UNIT_ONE_##tiles##_##exchanges,              \
        real_##pass##_UNIT_TWO_##tiles##_##exchanges, real_##pass##_UNIT_THEN_FULL_##tiles##_##exchanges, \
        real_##pass##_FULL_THEN_UNIT_##tiles##_##exchanges                                                \
  }
#define REAL_TABLE(pass, tiles) {REAL_ROW(pass, tiles, 0), REAL_ROW(pass, tiles, 1)}
REAL_KINDS(0)
#if LANES == 16
REAL_KINDS(1)
#define REAL_TABLES(pass) {REAL_TABLE(pass, 0), REAL_TABLE(pass, 1)}
#else
// The working memory of one tile has the layout of the tile.
#define REAL_TABLES(pass) {REAL_TABLE(pass, 0), REAL_TABLE(pass, 0)}
#endif
// Indexed by whether the output or the gradient is in tiles, whether any rows are exchanged, and the kind.
static const real_forward_stage real_forward_stages[2][2][STAGE_KINDS] = REAL_TABLES(forward);
static const real_backward_stage real_backward_stages[2][2][STAGE_KINDS] = REAL_TABLES(backward);
#undef REAL_KIND
#undef REAL_UNIT
#undef REAL_KINDS
#undef REAL_ROW
#undef REAL_TABLE
#undef REAL_TABLES
