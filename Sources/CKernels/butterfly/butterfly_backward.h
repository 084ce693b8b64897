// The backward pass for one tile or for two at once.

// The backward pass of a stage on one unit: reads the output gradient from `from`, writes the input gradient
// to `to` in the layout of `input`, and adds the gradient with respect to the twiddles to d.
INLINE void stage_backward(
    const ck_butterfly_stage *s, operand input, operand from, operand to, const float *t, float *d,
    stage_kind kind, bool complex, bool from_tiles, bool gradient_tiles, bool writes_gradient,
    bool exchanges) {
  size_t near = (size_t)s->near, far = (size_t)s->far;
  size_t in1 = near * input.step, in2 = far * input.step, in3 = in1 + in2;
  size_t from1 = near * from.step, from2 = far * from.step, from3 = from1 + from2;
  const int pair = PAIR(complex);
  const iteration_layout l = layout_of(kind, complex, exchanges);
  increments input_increments = increments_of(s, input, from_tiles);
  increments from_increments = increments_of(s, from, gradient_tiles);
  iterations n = first_iteration(s);
  size_t next_x = 0, next_g = 0;
  for (const float *end = t + stage_iterations(s) * l.size; t < end; t += l.size, d += l.size) {
    size_t x = next_x, g = next_g;
    next_iteration(&n, &next_x, input_increments, &next_g, from_increments);
    size_t x_in0 = l.exchanges_inputs ? exchanged(t + l.masks, in1) : 0;
    row x0 = get_row(input, x + x_in0, from_tiles, complex);
    row x1 = get_row(input, x + in1 - x_in0, from_tiles, complex);
    size_t out0 = l.exchanges_outputs ? exchanged(t + l.out_masks, from2) : 0;
    size_t out1 = l.exchanges_outputs ? exchanged(t + l.out_masks + 1, from2) : 0;
    row g0 = get_row(from, g + out0, gradient_tiles, complex);
    row g1 = get_row(from, g + from1 + out1, gradient_tiles, complex);
    if (l.is_one) {
      if (kind == UNIT_ONE) {
        unit_gradient(d, g0, g1, x0, x1);
        if (writes_gradient) unit_adjoint(t, &g0, &g1);
      } else {
        pair_gradient(d, g0, g1, x0, x1, complex);
        if (writes_gradient) pair_adjoint(t, &g0, &g1, complex);
      }
      if (writes_gradient) {
        put_row(to, x + x_in0, g0, from_tiles, complex);
        put_row(to, x + in1 - x_in0, g1, from_tiles, complex);
      }
      continue;
    }
    size_t x_in2 = l.exchanges_inputs ? exchanged(t + l.masks + 1, in1) : 0;
    row x2 = get_row(input, x + in2 + x_in2, from_tiles, complex);
    row x3 = get_row(input, x + in3 - x_in2, from_tiles, complex);
    row g2 = get_row(from, g + from2 - out0, gradient_tiles, complex);
    row g3 = get_row(from, g + from3 - out1, gradient_tiles, complex);
    if (l.first_is_unit) {
      row m0 = x0, m1 = x1, m2 = x2, m3 = x3;
      unit_forward(t, &m0, &m1);
      unit_forward(t + UNIT_PAIR, &m2, &m3);
      const float *second = t + 2 * UNIT_PAIR;
      if (kind == UNIT_TWO) {
        unit_gradients(d + 2 * UNIT_PAIR, g0, g2, m0, m2, g1, g3, m1, m3);
        unit_adjoint(second, &g0, &g2);
        unit_adjoint(second + UNIT_PAIR, &g1, &g3);
      } else {
        pair_gradients(d + 2 * UNIT_PAIR, g0, g2, m0, m2, g1, g3, m1, m3, complex);
        pair_adjoint(second, &g0, &g2, complex);
        pair_adjoint(second + pair, &g1, &g3, complex);
      }
      unit_gradients(d, g0, g1, x0, x1, g2, g3, x2, x3);
      if (writes_gradient) {
        unit_adjoint(t, &g0, &g1);
        unit_adjoint(t + UNIT_PAIR, &g2, &g3);
      }
    } else if (kind == FULL_THEN_UNIT) {
      row m0 = x0, m1 = x1, m2 = x2, m3 = x3;
      pair_forward(t, &m0, &m1, complex);
      pair_forward(t + pair, &m2, &m3, complex);
      const float *second = t + 2 * pair;
      unit_gradients(d + 2 * pair, g0, g2, m0, m2, g1, g3, m1, m3);
      unit_adjoint(second, &g0, &g2);
      unit_adjoint(second + UNIT_PAIR, &g1, &g3);
      pair_gradients(d, g0, g1, x0, x1, g2, g3, x2, x3, complex);
      if (writes_gradient) {
        pair_adjoint(t, &g0, &g1, complex);
        pair_adjoint(t + pair, &g2, &g3, complex);
      }
    } else if (kind == TWO_FACTORS) {
      // The values between the two factors are recomputed.
      row m0 = x0, m1 = x1, m2 = x2, m3 = x3;
      pair_forward(t, &m0, &m1, complex);
      pair_forward(t + pair, &m2, &m3, complex);
      pair_gradients(d + 2 * pair, g0, g2, m0, m2, g1, g3, m1, m3, complex);
      pair_adjoint(t + 2 * pair, &g0, &g2, complex);
      pair_adjoint(t + 3 * pair, &g1, &g3, complex);
      pair_gradients(d, g0, g1, x0, x1, g2, g3, x2, x3, complex);
      if (writes_gradient) {
        pair_adjoint(t, &g0, &g1, complex);
        pair_adjoint(t + pair, &g2, &g3, complex);
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
      if (writes_gradient) {
        row sums[4];
#pragma clang loop unroll(full)
        for (int j = 0; j < 4; j++) sums[j] = conjugate_times(t, j, 4, g0, complex);
#pragma clang loop unroll(full)
        for (int j = 0; j < 4; j++) sums[j] = conjugate_times_plus(t + pair, j, 4, g1, sums[j], complex);
#pragma clang loop unroll(full)
        for (int j = 0; j < 4; j++) sums[j] = conjugate_times_plus(t + 2 * pair, j, 4, g2, sums[j], complex);
#pragma clang loop unroll(full)
        for (int j = 0; j < 4; j++) sums[j] = conjugate_times_plus(t + 3 * pair, j, 4, g3, sums[j], complex);
        g0 = sums[0];
        g1 = sums[1];
        g2 = sums[2];
        g3 = sums[3];
      }
    }
    if (writes_gradient) {
      put_row(to, x + x_in0, g0, from_tiles, complex);
      put_row(to, x + in1 - x_in0, g1, from_tiles, complex);
      put_row(to, x + in2 + x_in2, g2, from_tiles, complex);
      put_row(to, x + in3 - x_in2, g3, from_tiles, complex);
    }
  }
}

typedef void (*backward_stage)(
    const ck_butterfly_stage *, const operand *, const operand *, const operand *, const float *, float *);

#define BACKWARD(kind, complex, reads, reads_gradient, writes_gradient, exchanges)                        \
  static void backward_##kind##_##complex##_##reads##_##reads_gradient##_##writes_gradient##_##exchanges( \
      const ck_butterfly_stage *s, const operand *input, const operand *from, const operand *to,          \
      const float *t, float *d) {                                                                         \
    stage_backward(                                                                                       \
        s, *input, *from, *to, t, d, kind, complex, reads, reads_gradient, writes_gradient, exchanges);   \
  }
#define BACKWARD_KINDS(complex, reads, reads_gradient, writes_gradient)     \
  BACKWARD(ONE_FACTOR, complex, reads, reads_gradient, writes_gradient, 0)  \
  BACKWARD(TWO_FACTORS, complex, reads, reads_gradient, writes_gradient, 0) \
  BACKWARD(FOUR_MERGED, complex, reads, reads_gradient, writes_gradient, 0)
#define BACKWARD_UNIT(reads, reads_gradient, writes_gradient, exchanges)         \
  BACKWARD(UNIT_ONE, 1, reads, reads_gradient, writes_gradient, exchanges)       \
  BACKWARD(UNIT_TWO, 1, reads, reads_gradient, writes_gradient, exchanges)       \
  BACKWARD(UNIT_THEN_FULL, 1, reads, reads_gradient, writes_gradient, exchanges) \
  BACKWARD(FULL_THEN_UNIT, 1, reads, reads_gradient, writes_gradient, exchanges)
#define BACKWARD_ALL(reads, reads_gradient, writes_gradient) \
  BACKWARD_KINDS(0, reads, reads_gradient, writes_gradient)  \
  BACKWARD_KINDS(1, reads, reads_gradient, writes_gradient)  \
  BACKWARD_UNIT(reads, reads_gradient, writes_gradient, 0)   \
  BACKWARD_UNIT(reads, reads_gradient, writes_gradient, 1)
#define BACKWARD_FULL(complex, which)                                                        \
  backward_ONE_FACTOR_##complex##_##which##_0, backward_TWO_FACTORS_##complex##_##which##_0, \
      backward_FOUR_MERGED_##complex##_##which##_0
#define BACKWARD_REAL(which) {{BACKWARD_FULL(0, which), 0, 0, 0, 0}, {BACKWARD_FULL(0, which), 0, 0, 0, 0}}
#define BACKWARD_EXCHANGES(which, exchanges)                                                        \
  {                                                                                                 \
    BACKWARD_FULL(1, which), backward_UNIT_ONE_1_##which##_##exchanges,                             \
        backward_UNIT_TWO_1_##which##_##exchanges, backward_UNIT_THEN_FULL_1_##which##_##exchanges, \
        backward_FULL_THEN_UNIT_1_##which##_##exchanges                                             \
  }
#define BACKWARD_COMPLEX(which) {BACKWARD_EXCHANGES(which, 0), BACKWARD_EXCHANGES(which, 1)}
#define BACKWARD_TABLE(FIELD, tiles) {FIELD(tiles##_0), FIELD(tiles##_1)}
BACKWARD_ALL(0, 0, 0)
BACKWARD_ALL(0, 0, 1)
#if LANES == 16
BACKWARD_ALL(0, 1, 0)
BACKWARD_ALL(0, 1, 1)
BACKWARD_ALL(1, 0, 0)
BACKWARD_ALL(1, 0, 1)
BACKWARD_ALL(1, 1, 0)
BACKWARD_ALL(1, 1, 1)
#define BACKWARD_TABLES(FIELD)                                  \
  {                                                             \
    {BACKWARD_TABLE(FIELD, 0_0), BACKWARD_TABLE(FIELD, 0_1)}, { \
      BACKWARD_TABLE(FIELD, 1_0), BACKWARD_TABLE(FIELD, 1_1)    \
    }                                                           \
  }
#else
#define BACKWARD_TABLES(FIELD)                                  \
  {                                                             \
    {BACKWARD_TABLE(FIELD, 0_0), BACKWARD_TABLE(FIELD, 0_0)}, { \
      BACKWARD_TABLE(FIELD, 0_0), BACKWARD_TABLE(FIELD, 0_0)    \
    }                                                           \
  }
#endif
// Indexed by field, whether input and gradient are read from tiles, whether the input gradient is computed,
// whether any rows are exchanged, and the kind.
static const backward_stage backward_stages[2][2][2][2][2][STAGE_KINDS] = {
    BACKWARD_TABLES(BACKWARD_REAL), BACKWARD_TABLES(BACKWARD_COMPLEX)};
#undef BACKWARD
#undef BACKWARD_KINDS
#undef BACKWARD_UNIT
#undef BACKWARD_ALL
#undef BACKWARD_FULL
#undef BACKWARD_REAL
#undef BACKWARD_EXCHANGES
#undef BACKWARD_COMPLEX
#undef BACKWARD_TABLE
#undef BACKWARD_TABLES

static void tiles_backward(
    const ck_butterfly *b, const float *packed, const ck_tile *in,
    const ck_tile *in_second, const ck_tile *out_gradient,
    const ck_tile *out_gradient_second, const ck_tile *in_gradient,
    const ck_tile *in_gradient_second, float *packed_gradient, prefetching ahead, float *work) {
  bool complex = b->is_complex, in_rows = has_rows(in), out_rows = has_rows(out_gradient);
  bool is_real_input = has_real_rows(b, in) && !in_gradient;
  size_t part_floats = ck_butterfly_rows((size_t)b->size) * ROW;
  int32_t last = b->stage_count - 1;
  // Working memory has one part per stage: first the input, if it is in rows, then the output of each stage
  // but the last, which is not needed. The last part holds the gradient.
  float *outputs = work + part_floats, *gradient = outputs + (size_t)last * part_floats;
  const float *t = packed + packed_header(b);
  bool exchanges = has_exchanges(b, packed);
  if (in_rows) all_rows(b, in, in_second, work, is_real_input ? READ_PRESENT_ROWS : READ_ROWS);
  for (int32_t p = 0; p < b->phase_count; p++) {
    const ck_butterfly_phase *phase = b->phases + p;
    int32_t end = phase->first_stage + phase->stage_count;
    for (size_t unit = 0; unit < (size_t)phase->units; unit++) {
      for (int32_t stage = phase->first_stage; stage < end; stage++) {
        const ck_butterfly_stage *s = b->stages + stage;
        if (stage == last) {
          t += stage_iterations(s) * iteration_twiddles(kind_of(b, stage), complex);
          continue;
        }
        float *part = outputs + (size_t)stage * part_floats;
        bool reads = stage == 0 && !in_rows;
        operand from =
            reads ? in_tiles(in, in_second, phase, unit) : in_work(part - part_floats, phase, unit);
        operand to = in_work(part, phase, unit);
        if (stage == 0 && is_real_input) {
          t = real_forward_stages[0][exchanges][kind_of(b, stage)](s, &from, &to, t, zeros_of(in, work));
          continue;
        }
        t = forward_stages[complex][reads][false][exchanges][kind_of(b, stage)](s, &from, &to, t);
      }
    }
  }
  if (out_rows) all_rows(b, out_gradient, out_gradient_second, gradient, READ_ROWS);
  float *d = packed_gradient + (t - packed);
  for (int32_t p = b->phase_count; p-- > 0;) {
    const ck_butterfly_phase *phase = b->phases + p;
    for (size_t unit = (size_t)phase->units; unit-- > 0;) {
      for (int32_t stage = phase->first_stage + phase->stage_count; stage-- > phase->first_stage;) {
        const ck_butterfly_stage *s = b->stages + stage;
        bool reads = stage == 0 && !in_rows, reads_gradient = stage == last && !out_rows;
        bool writes_gradient = stage > 0 || in_gradient;
        operand input = reads ? in_tiles(in, in_second, phase, unit)
                              : in_work(work + (size_t)stage * part_floats, phase, unit);
        operand working = in_work(gradient, phase, unit);
        operand from =
            reads_gradient ? in_tiles(out_gradient, out_gradient_second, phase, unit) : working;
        operand to = reads && in_gradient ? in_tiles(in_gradient, in_gradient_second, phase, unit) : working;
        size_t count = stage_iterations(s) * iteration_twiddles(kind_of(b, stage), complex);
        t -= count;
        d -= count;
        prefetch_share(&ahead);
        if (stage == 0 && is_real_input) {
          real_backward_stages[reads_gradient][exchanges][kind_of(b, stage)](
              s, &input, &from, t, d, zeros_of(in, work));
          continue;
        }
        backward_stages[complex][reads][reads_gradient][writes_gradient][exchanges][kind_of(b, stage)](
            s, &input, &from, &to, t, d);
      }
    }
  }
  if (in_rows && in_gradient) all_rows(b, in_gradient, in_gradient_second, gradient, WRITE_ROWS);
}
