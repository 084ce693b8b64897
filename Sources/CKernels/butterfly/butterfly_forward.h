// The forward pass for one tile or for two at once.

// Runs a stage on one unit; returns a pointer past its twiddles.
INLINE const float *stage_forward(
    const ck_butterfly_stage *s, operand from, operand to, const float *t, stage_kind kind, bool complex,
    bool from_tiles, bool to_tiles, bool exchanges) {
  size_t near = (size_t)s->near, far = (size_t)s->far;
  size_t from1 = near * from.step, from2 = far * from.step, from3 = from1 + from2;
  size_t to1 = near * to.step, to2 = far * to.step, to3 = to1 + to2;
  const int pair = PAIR(complex);
  const iteration_layout l = layout_of(kind, complex, exchanges);
  increments from_increments = increments_of(s, from, from_tiles);
  increments to_increments = increments_of(s, to, to_tiles);
  iterations n = first_iteration(s);
  size_t x = 0, y = 0;
  for (const float *end = t + stage_iterations(s) * l.size; t < end; t += l.size) {
    size_t at = x, to_at = y;
    next_iteration(&n, &x, from_increments, &y, to_increments);
    // The inputs of the first factor may be exchanged, and the outputs of the second.
    size_t in0 = l.exchanges_inputs ? exchanged(t + l.masks, from1) : 0;
    row x0 = get_row(from, at + in0, from_tiles, complex);
    row x1 = get_row(from, at + from1 - in0, from_tiles, complex);
    if (l.is_one) {
      if (kind == UNIT_ONE) {
        unit_forward(t, &x0, &x1);
      } else {
        pair_forward(t, &x0, &x1, complex);
      }
      put_row(to, to_at, x0, to_tiles, complex);
      put_row(to, to_at + to1, x1, to_tiles, complex);
      continue;
    }
    size_t in2 = l.exchanges_inputs ? exchanged(t + l.masks + 1, from1) : 0;
    row x2 = get_row(from, at + from2 + in2, from_tiles, complex);
    row x3 = get_row(from, at + from3 - in2, from_tiles, complex);
    if (kind == UNIT_TWO) {
      unit_forward(t, &x0, &x1);
      unit_forward(t + UNIT_PAIR, &x2, &x3);
      unit_forward(t + 2 * UNIT_PAIR, &x0, &x2);
      unit_forward(t + 3 * UNIT_PAIR, &x1, &x3);
    } else if (kind == FULL_THEN_UNIT) {
      pair_forward(t, &x0, &x1, complex);
      pair_forward(t + pair, &x2, &x3, complex);
      unit_forward(t + 2 * pair, &x0, &x2);
      unit_forward(t + 2 * pair + UNIT_PAIR, &x1, &x3);
    } else if (kind == UNIT_THEN_FULL) {
      unit_forward(t, &x0, &x1);
      unit_forward(t + UNIT_PAIR, &x2, &x3);
      pair_forward(t + 2 * UNIT_PAIR, &x0, &x2, complex);
      pair_forward(t + 2 * UNIT_PAIR + pair, &x1, &x3, complex);
    } else if (kind == TWO_FACTORS) {
      pair_forward(t, &x0, &x1, complex);
      pair_forward(t + pair, &x2, &x3, complex);
      pair_forward(t + 2 * pair, &x0, &x2, complex);
      pair_forward(t + 3 * pair, &x1, &x3, complex);
    } else {
      // Column by column, so that the four sums are independent.
      row sums[4];
#pragma clang loop unroll(full)
      for (int i = 0; i < 4; i++) sums[i] = times(t + i * pair, 0, 4, x0, complex);
#pragma clang loop unroll(full)
      for (int i = 0; i < 4; i++) sums[i] = times_plus(t + i * pair, 1, 4, x1, sums[i], complex);
#pragma clang loop unroll(full)
      for (int i = 0; i < 4; i++) sums[i] = times_plus(t + i * pair, 2, 4, x2, sums[i], complex);
#pragma clang loop unroll(full)
      for (int i = 0; i < 4; i++) sums[i] = times_plus(t + i * pair, 3, 4, x3, sums[i], complex);
      x0 = sums[0];
      x1 = sums[1];
      x2 = sums[2];
      x3 = sums[3];
    }
    size_t out0 = l.exchanges_outputs ? exchanged(t + l.out_masks, to2) : 0;
    size_t out1 = l.exchanges_outputs ? exchanged(t + l.out_masks + 1, to2) : 0;
    put_row(to, to_at + out0, x0, to_tiles, complex);
    put_row(to, to_at + to1 + out1, x1, to_tiles, complex);
    put_row(to, to_at + to2 - out0, x2, to_tiles, complex);
    put_row(to, to_at + to3 - out1, x3, to_tiles, complex);
  }
  return t;
}

typedef const float *(*forward_stage)(
    const ck_butterfly_stage *, const operand *, const operand *, const float *);

#define FORWARD(kind, complex, from_tiles, to_tiles, exchanges)                              \
  static const float *forward_##kind##_##complex##_##from_tiles##_##to_tiles##_##exchanges(  \
      const ck_butterfly_stage *s, const operand *from, const operand *to, const float *t) { \
    return stage_forward(s, *from, *to, t, kind, complex, from_tiles, to_tiles, exchanges);  \
  }
#define FORWARD_KINDS(complex, from_tiles, to_tiles)     \
  FORWARD(ONE_FACTOR, complex, from_tiles, to_tiles, 0)  \
  FORWARD(TWO_FACTORS, complex, from_tiles, to_tiles, 0) \
  FORWARD(FOUR_MERGED, complex, from_tiles, to_tiles, 0)
#define FORWARD_UNIT(from_tiles, to_tiles, exchanges)         \
  FORWARD(UNIT_ONE, 1, from_tiles, to_tiles, exchanges)       \
  FORWARD(UNIT_TWO, 1, from_tiles, to_tiles, exchanges)       \
  FORWARD(UNIT_THEN_FULL, 1, from_tiles, to_tiles, exchanges) \
  FORWARD(FULL_THEN_UNIT, 1, from_tiles, to_tiles, exchanges)
#define FORWARD_ALL(from_tiles, to_tiles) \
  FORWARD_KINDS(0, from_tiles, to_tiles)  \
  FORWARD_KINDS(1, from_tiles, to_tiles)  \
  FORWARD_UNIT(from_tiles, to_tiles, 0)   \
  FORWARD_UNIT(from_tiles, to_tiles, 1)
#define FORWARD_FULL(complex, tiles)                                                       \
  forward_ONE_FACTOR_##complex##_##tiles##_0, forward_TWO_FACTORS_##complex##_##tiles##_0, \
      forward_FOUR_MERGED_##complex##_##tiles##_0
#define FORWARD_REAL(tiles) {{FORWARD_FULL(0, tiles), 0, 0, 0, 0}, {FORWARD_FULL(0, tiles), 0, 0, 0, 0}}
#define FORWARD_EXCHANGES(tiles, exchanges)                                                       \
  {                                                                                               \
    FORWARD_FULL(1, tiles), forward_UNIT_ONE_1_##tiles##_##exchanges,                             \
        forward_UNIT_TWO_1_##tiles##_##exchanges, forward_UNIT_THEN_FULL_1_##tiles##_##exchanges, \
        forward_FULL_THEN_UNIT_1_##tiles##_##exchanges                                            \
  }
#define FORWARD_COMPLEX(tiles) {FORWARD_EXCHANGES(tiles, 0), FORWARD_EXCHANGES(tiles, 1)}
// Indexed by field, whether tiles are read and written, whether any rows are exchanged, and the kind.
FORWARD_ALL(0, 0)
#if LANES == 16
FORWARD_ALL(0, 1)
FORWARD_ALL(1, 0)
FORWARD_ALL(1, 1)
static const forward_stage forward_stages[2][2][2][2][STAGE_KINDS] = {
    {{FORWARD_REAL(0_0), FORWARD_REAL(0_1)}, {FORWARD_REAL(1_0), FORWARD_REAL(1_1)}},
    {{FORWARD_COMPLEX(0_0), FORWARD_COMPLEX(0_1)}, {FORWARD_COMPLEX(1_0), FORWARD_COMPLEX(1_1)}},
};
#else
// The working memory of one tile has the layout of the tile.
static const forward_stage forward_stages[2][2][2][2][STAGE_KINDS] = {
    {{FORWARD_REAL(0_0), FORWARD_REAL(0_0)}, {FORWARD_REAL(0_0), FORWARD_REAL(0_0)}},
    {{FORWARD_COMPLEX(0_0), FORWARD_COMPLEX(0_0)}, {FORWARD_COMPLEX(0_0), FORWARD_COMPLEX(0_0)}},
};
#endif
#undef FORWARD
#undef FORWARD_KINDS
#undef FORWARD_UNIT
#undef FORWARD_ALL
#undef FORWARD_FULL
#undef FORWARD_REAL
#undef FORWARD_EXCHANGES
#undef FORWARD_COMPLEX

static void tiles_forward(
    const ck_butterfly *b, const float *packed, const ck_tile *in,
    const ck_tile *in_second, const ck_tile *out,
    const ck_tile *out_second, prefetching ahead, float *work) {
  const float *t = packed + packed_header(b);
  bool is_real_input = has_real_rows(b, in), exchanges = has_exchanges(b, packed);
  if (has_rows(in)) all_rows(b, in, in_second, work, is_real_input ? READ_PRESENT_ROWS : READ_ROWS);
  for (int32_t p = 0; p < b->phase_count; p++) {
    const ck_butterfly_phase *phase = b->phases + p;
    int32_t end = phase->first_stage + phase->stage_count;
    for (size_t unit = 0; unit < (size_t)phase->units; unit++) {
      operand tiles_in = in_tiles(in, in_second, phase, unit);
      operand tiles_out = in_tiles(out, out_second, phase, unit);
      operand working = in_work(work, phase, unit);
      for (int32_t stage = phase->first_stage; stage < end; stage++) {
        const ck_butterfly_stage *s = b->stages + stage;
        bool reads = stage == 0 && !has_rows(in), writes = stage == b->stage_count - 1 && !has_rows(out);
        prefetch_share(&ahead);
        if (stage == 0 && is_real_input) {
          t = real_forward_stages[writes][exchanges][kind_of(b, stage)](
              s, &working, writes ? &tiles_out : &working, t, zeros_of(in, work));
          continue;
        }
        t = forward_stages[b->is_complex][reads][writes][exchanges][kind_of(b, stage)](
            s, reads ? &tiles_in : &working, writes ? &tiles_out : &working, t);
      }
    }
  }
  if (has_rows(out)) all_rows(b, out, out_second, work, WRITE_ROWS);
}
