// Butterfly products on tiles.

// Where a stage reads and writes: the first row of its unit, and the rows from one step to the next.
typedef struct {
  const float *from;
  float *to;
  size_t from_step, to_step;
} stage_memory;

typedef enum { ONE_FACTOR, TWO_FACTORS, FOUR_MERGED } stage_kind;

// MARK: Forward

// One stage of one unit; gives the twiddles that follow.
INLINE const float *stage_forward(
    const ck_butterfly_stage *s, stage_memory m, const float *t, stage_kind kind, bool complex) {
  size_t columns = (size_t)s->columns, inner = (size_t)s->inner;
  size_t near = (size_t)s->near * CK_TILE_ROW, far = (size_t)s->far * CK_TILE_ROW;
  size_t from1 = near * m.from_step, from2 = far * m.from_step, from3 = from1 + from2;
  size_t to1 = near * m.to_step, to2 = far * m.to_step, to3 = to1 + to2;
  const int pair = PAIR(complex);
  for (size_t g = 0; g < (size_t)s->groups; g++) {
    for (size_t l = 0; l < inner; l++) {
      size_t step = g * (size_t)s->group_step + l;
      const float *x = m.from + step * m.from_step * CK_TILE_ROW;
      float *y = m.to + step * m.to_step * CK_TILE_ROW;
      for (size_t c = 0; c < columns; c++, x += CK_TILE_ROW, y += CK_TILE_ROW) {
        row x0 = load_row(x), x1 = load_row(x + from1);
        if (kind == ONE_FACTOR) {
          pair_forward(t, &x0, &x1, complex);
          store_row(y, x0);
          store_row(y + to1, x1);
          t += pair;
          continue;
        }
        row x2 = load_row(x + from2), x3 = load_row(x + from3);
        if (kind == TWO_FACTORS) {
          pair_forward(t, &x0, &x1, complex);
          pair_forward(t + pair, &x2, &x3, complex);
          pair_forward(t + 2 * pair, &x0, &x2, complex);
          pair_forward(t + 3 * pair, &x1, &x3, complex);
          store_row(y, x0);
          store_row(y + to1, x1);
          store_row(y + to2, x2);
          store_row(y + to3, x3);
        } else {
          const size_t to[4] = {0, to1, to2, to3};
#pragma clang loop unroll(full)
          for (int i = 0; i < 4; i++) {
            const float *e = t + i * pair;
            row sum = times_plus(e, 1, 4, x1, times(e, 0, 4, x0, complex), complex);
            sum = times_plus(e, 3, 4, x3, times_plus(e, 2, 4, x2, sum, complex), complex);
            store_row(y + to[i], sum);
          }
        }
        t += 4 * pair;
      }
    }
  }
  return t;
}

#define FORWARD(name, kind, complex)                                                                  \
  static const float *name(const ck_butterfly_stage *s, const stage_memory *m, const float *t) { \
    return stage_forward(s, *m, t, kind, complex);                                                    \
  }
FORWARD(forward_one_real, ONE_FACTOR, false)
FORWARD(forward_two_real, TWO_FACTORS, false)
FORWARD(forward_four_real, FOUR_MERGED, false)
FORWARD(forward_one_complex, ONE_FACTOR, true)
FORWARD(forward_two_complex, TWO_FACTORS, true)
FORWARD(forward_four_complex, FOUR_MERGED, true)
#undef FORWARD

INLINE const float *any_stage_forward(
    const ck_butterfly_stage *s, stage_memory m, const float *t, bool complex) {
  switch (s->factors) {
    case 1: return complex ? forward_one_complex(s, &m, t) : forward_one_real(s, &m, t);
    case 2: return complex ? forward_two_complex(s, &m, t) : forward_two_real(s, &m, t);
    default: return complex ? forward_four_complex(s, &m, t) : forward_four_real(s, &m, t);
  }
}

// The first row of a unit, in memory of so many rows a pitch, and the rows of one step.
INLINE size_t unit_row(const ck_butterfly_phase *phase, size_t unit, size_t pitch) {
  return phase->over_columns ? unit * (size_t)phase->unit_columns : unit * pitch;
}
INLINE size_t unit_step(const ck_butterfly_phase *phase, size_t pitch) {
  return phase->over_columns ? pitch : 1;
}

#define PADDED_PITCH (CK_TILE_PITCH + 1)

static void butterfly_forward(
    const ck_butterfly *b, const float *packed, const float *in, float *out, float *work) {
  const float *t = packed;
  for (int32_t p = 0; p < b->phase_count; p++) {
    const ck_butterfly_phase *phase = b->phases + p;
    int32_t end = phase->first_stage + phase->stage_count;
    for (size_t unit = 0; unit < (size_t)phase->units; unit++) {
      for (int32_t stage = phase->first_stage; stage < end; stage++) {
        bool reads = stage == 0, writes = stage == b->stage_count - 1;
        size_t from = reads ? CK_TILE_PITCH : PADDED_PITCH, to = writes ? CK_TILE_PITCH : PADDED_PITCH;
        stage_memory m = {
            (reads ? in : work) + unit_row(phase, unit, from) * CK_TILE_ROW,
            (writes ? out : work) + unit_row(phase, unit, to) * CK_TILE_ROW,
            unit_step(phase, from),
            unit_step(phase, to),
        };
        t = any_stage_forward(b->stages + stage, m, t, b->is_complex);
      }
    }
  }
}

// MARK: Backward

// The gradient of one stage of one unit. `from` and `to` are gradients; x is what the stage was given.
INLINE void stage_backward(
    const ck_butterfly_stage *s, stage_memory m, const float *input, size_t input_step, const float *t,
    float *d, stage_kind kind, bool complex, bool wants_input) {
  size_t columns = (size_t)s->columns, inner = (size_t)s->inner;
  size_t near = (size_t)s->near * CK_TILE_ROW, far = (size_t)s->far * CK_TILE_ROW;
  size_t from1 = near * m.from_step, from2 = far * m.from_step, from3 = from1 + from2;
  size_t to1 = near * m.to_step, to2 = far * m.to_step, to3 = to1 + to2;
  size_t in1 = near * input_step, in2 = far * input_step, in3 = in1 + in2;
  const int pair = PAIR(complex);
  for (size_t group = 0; group < (size_t)s->groups; group++) {
    for (size_t l = 0; l < inner; l++) {
      size_t step = group * (size_t)s->group_step + l;
      const float *x = input + step * input_step * CK_TILE_ROW;
      const float *g = m.from + step * m.from_step * CK_TILE_ROW;
      float *y = m.to + step * m.to_step * CK_TILE_ROW;
      for (size_t c = 0; c < columns; c++, x += CK_TILE_ROW, g += CK_TILE_ROW, y += CK_TILE_ROW) {
        row x0 = load_row(x), x1 = load_row(x + in1);
        row g0 = load_row(g), g1 = load_row(g + from1);
        if (kind == ONE_FACTOR) {
          pair_gradient(d, g0, g1, x0, x1, complex);
          if (wants_input) {
            pair_adjoint(t, &g0, &g1, complex);
            store_row(y, g0);
            store_row(y + to1, g1);
          }
          t += pair;
          d += pair;
          continue;
        }
        row x2 = load_row(x + in2), x3 = load_row(x + in3);
        row g2 = load_row(g + from2), g3 = load_row(g + from3);
        if (kind == TWO_FACTORS) {
          // What stands between the two factors is computed again.
          row m0 = x0, m1 = x1, m2 = x2, m3 = x3;
          pair_forward(t, &m0, &m1, complex);
          pair_forward(t + pair, &m2, &m3, complex);
          pair_gradients(d + 2 * pair, g0, g2, m0, m2, g1, g3, m1, m3, complex);
          pair_adjoint(t + 2 * pair, &g0, &g2, complex);
          pair_adjoint(t + 3 * pair, &g1, &g3, complex);
          pair_gradients(d, g0, g1, x0, x1, g2, g3, x2, x3, complex);
          if (wants_input) {
            pair_adjoint(t, &g0, &g1, complex);
            pair_adjoint(t + pair, &g2, &g3, complex);
            store_row(y, g0);
            store_row(y + to1, g1);
            store_row(y + to2, g2);
            store_row(y + to3, g3);
          }
        } else {
          if (complex) {
            complex_row_gradient(d, g0, x0, x1, x2, x3);
            complex_row_gradient(d + 8, g1, x0, x1, x2, x3);
            complex_row_gradient(d + 16, g2, x0, x1, x2, x3);
            complex_row_gradient(d + 24, g3, x0, x1, x2, x3);
          } else {
            real_rows_gradient(d, g0, g1, x0, x1, x2, x3);
            real_rows_gradient(d + 8, g2, g3, x0, x1, x2, x3);
          }
          if (wants_input) {
            const size_t to[4] = {0, to1, to2, to3};
#pragma clang loop unroll(full)
            for (int j = 0; j < 4; j++) {
              row sum = conjugate_times(t, j, 4, g0, complex);
              sum = conjugate_times_plus(t + pair, j, 4, g1, sum, complex);
              sum = conjugate_times_plus(t + 2 * pair, j, 4, g2, sum, complex);
              sum = conjugate_times_plus(t + 3 * pair, j, 4, g3, sum, complex);
              store_row(y + to[j], sum);
            }
          }
        }
        t += 4 * pair;
        d += 4 * pair;
      }
    }
  }
}

#define BACKWARD(name, kind, complex)                                                               \
  static void name(                                                                                 \
      const ck_butterfly_stage *s, const stage_memory *m, const float *input, size_t input_step,    \
      const float *t, float *d) {                                                                   \
    stage_backward(s, *m, input, input_step, t, d, kind, complex, true);                            \
  }                                                                                                 \
  static void name##_last(                                                                          \
      const ck_butterfly_stage *s, const stage_memory *m, const float *input, size_t input_step,    \
      const float *t, float *d) {                                                                   \
    stage_backward(s, *m, input, input_step, t, d, kind, complex, false);                           \
  }
BACKWARD(backward_one_real, ONE_FACTOR, false)
BACKWARD(backward_two_real, TWO_FACTORS, false)
BACKWARD(backward_four_real, FOUR_MERGED, false)
BACKWARD(backward_one_complex, ONE_FACTOR, true)
BACKWARD(backward_two_complex, TWO_FACTORS, true)
BACKWARD(backward_four_complex, FOUR_MERGED, true)
#undef BACKWARD

typedef void (*stage_backward_kernel)(
    const ck_butterfly_stage *, const stage_memory *, const float *, size_t, const float *, float *);

static const stage_backward_kernel backward_kernels[2][3][2] = {
    {{backward_one_real_last, backward_one_real},
     {backward_two_real_last, backward_two_real},
     {backward_four_real_last, backward_four_real}},
    {{backward_one_complex_last, backward_one_complex},
     {backward_two_complex_last, backward_two_complex},
     {backward_four_complex_last, backward_four_complex}},
};

// Twiddles that one stage takes in one unit.
INLINE size_t stage_twiddles(const ck_butterfly_stage *s, bool complex) {
  size_t turns = (size_t)s->groups * (size_t)s->inner * (size_t)s->columns;
  return turns * (size_t)PAIR(complex) * (s->factors == 1 ? 1 : 4);
}

static void butterfly_backward(
    const ck_butterfly *b, const float *packed, const float *in, const float *out_gradient, float *in_gradient,
    float *packed_gradient, float *work) {
  bool complex = b->is_complex;
  size_t kept = ck_butterfly_rows((size_t)b->size) * CK_TILE_ROW;
  int32_t last = b->stage_count - 1;
  // What each stage is given: stage i leaves its output in part i of the work. The last one's is not needed; its
  // part holds the gradient on its way back.
  float *gradient = work + (size_t)last * kept;
  const float *t = packed;
  for (int32_t p = 0; p < b->phase_count; p++) {
    const ck_butterfly_phase *phase = b->phases + p;
    int32_t end = phase->first_stage + phase->stage_count;
    for (size_t unit = 0; unit < (size_t)phase->units; unit++) {
      for (int32_t stage = phase->first_stage; stage < end; stage++) {
        const ck_butterfly_stage *s = b->stages + stage;
        if (stage == last) {
          t += stage_twiddles(s, complex);
          continue;
        }
        bool reads = stage == 0;
        size_t from = reads ? CK_TILE_PITCH : PADDED_PITCH;
        float *to = work + (size_t)stage * kept;
        stage_memory m = {
            (reads ? in : to - kept) + unit_row(phase, unit, from) * CK_TILE_ROW,
            to + unit_row(phase, unit, PADDED_PITCH) * CK_TILE_ROW,
            unit_step(phase, from),
            unit_step(phase, PADDED_PITCH),
        };
        t = any_stage_forward(s, m, t, complex);
      }
    }
  }
  float *d = packed_gradient + (t - packed);
  for (int32_t p = b->phase_count; p-- > 0;) {
    const ck_butterfly_phase *phase = b->phases + p;
    for (size_t unit = (size_t)phase->units; unit-- > 0;) {
      for (int32_t stage = phase->first_stage + phase->stage_count; stage-- > phase->first_stage;) {
        const ck_butterfly_stage *s = b->stages + stage;
        bool isFirst = stage == 0, isLast = stage == last;
        size_t from = isLast ? CK_TILE_PITCH : PADDED_PITCH, to = isFirst ? CK_TILE_PITCH : PADDED_PITCH;
        size_t input = isFirst ? CK_TILE_PITCH : PADDED_PITCH;
        bool wants = !isFirst || in_gradient;
        stage_memory m = {
            (isLast ? out_gradient : gradient) + unit_row(phase, unit, from) * CK_TILE_ROW,
            wants ? (isFirst ? in_gradient : gradient) + unit_row(phase, unit, to) * CK_TILE_ROW : gradient,
            unit_step(phase, from),
            unit_step(phase, to),
        };
        size_t count = stage_twiddles(s, complex);
        t -= count;
        d -= count;
        const float *given = (isFirst ? in : work + (size_t)(stage - 1) * kept);
        backward_kernels[complex][s->factors / 2][wants](
            s, &m, given + unit_row(phase, unit, input) * CK_TILE_ROW, unit_step(phase, input), t, d);
      }
    }
  }
}
