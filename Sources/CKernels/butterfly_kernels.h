// Butterfly products on one tile or two at a time.

// Where a stage reads or writes: tiles, or working memory, in which two tiles stand side by side and each run of
// CK_TILE_PITCH rows is followed by one that is not used.
typedef struct {
  float *first, *second;
  // Rows from one step of the stage to the next.
  size_t step;
} place;

typedef enum { ONE_FACTOR, TWO_FACTORS, FOUR_MERGED } stage_kind;

#define PADDED_PITCH (CK_TILE_PITCH + 1)

// Working memory from row `at` on, and tiles.
INLINE place in_work(float *work, const ck_butterfly_phase *phase, size_t unit) {
  size_t row = unit * (phase->over_columns ? (size_t)phase->unit_columns : PADDED_PITCH);
  return (place){work + row * ROW, 0, phase->over_columns ? PADDED_PITCH : 1};
}
INLINE place in_tiles(const float *first, const float *second, const ck_butterfly_phase *phase, size_t unit) {
  size_t row = unit * (phase->over_columns ? (size_t)phase->unit_columns : CK_TILE_PITCH);
  size_t at = row * CK_TILE_ROW;
  // The callers do not write through what they were given to read.
  return (place){
      (float *)first + at, second ? (float *)second + at : 0, phase->over_columns ? CK_TILE_PITCH : 1};
}

INLINE row get_row(place p, size_t at, bool tiles, bool complex) {
  return tiles ? load_tiles(p.first + at * CK_TILE_ROW, p.second + at * CK_TILE_ROW, complex)
               : load_row(p.first + at * ROW);
}
INLINE void put_row(place p, size_t at, row x, bool tiles, bool complex) {
  if (tiles) {
    store_tiles(p.first + at * CK_TILE_ROW, p.second + at * CK_TILE_ROW, x, complex);
  } else {
    store_row(p.first + at * ROW, x);
  }
}

// MARK: Forward

// One stage of one unit; gives the twiddles that follow.
INLINE const float *stage_forward(
    const ck_butterfly_stage *s, place from, place to, const float *t, stage_kind kind, bool complex,
    bool from_tiles, bool to_tiles) {
  size_t columns = (size_t)s->columns, inner = (size_t)s->inner;
  size_t near = (size_t)s->near, far = (size_t)s->far;
  size_t from1 = near * from.step, from2 = far * from.step, from3 = from1 + from2;
  size_t to1 = near * to.step, to2 = far * to.step, to3 = to1 + to2;
  const int pair = PAIR(complex);
  for (size_t g = 0; g < (size_t)s->groups; g++) {
    for (size_t l = 0; l < inner; l++) {
      size_t step = g * (size_t)s->group_step + l;
      size_t x = step * from.step, y = step * to.step;
      for (size_t end = x + columns; x < end; x++, y++) {
        row x0 = get_row(from, x, from_tiles, complex);
        row x1 = get_row(from, x + from1, from_tiles, complex);
        if (kind == ONE_FACTOR) {
          pair_forward(t, &x0, &x1, complex);
          put_row(to, y, x0, to_tiles, complex);
          put_row(to, y + to1, x1, to_tiles, complex);
          t += pair;
          continue;
        }
        row x2 = get_row(from, x + from2, from_tiles, complex);
        row x3 = get_row(from, x + from3, from_tiles, complex);
        if (kind == TWO_FACTORS) {
          pair_forward(t, &x0, &x1, complex);
          pair_forward(t + pair, &x2, &x3, complex);
          pair_forward(t + 2 * pair, &x0, &x2, complex);
          pair_forward(t + 3 * pair, &x1, &x3, complex);
        } else {
          // Column after column, four sums at a time: a sum has to wait for its last term.
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
        put_row(to, y, x0, to_tiles, complex);
        put_row(to, y + to1, x1, to_tiles, complex);
        put_row(to, y + to2, x2, to_tiles, complex);
        put_row(to, y + to3, x3, to_tiles, complex);
        t += 4 * pair;
      }
    }
  }
  return t;
}

typedef const float *(*forward_stage)(
    const ck_butterfly_stage *, const place *, const place *, const float *);

#define FORWARD(kind, complex, from_tiles, to_tiles)                                                     \
  static const float *forward_##kind##_##complex##_##from_tiles##_##to_tiles(                            \
      const ck_butterfly_stage *s, const place *from, const place *to, const float *t) {                 \
    return stage_forward(s, *from, *to, t, kind, complex, from_tiles, to_tiles);                         \
  }
#define FORWARD_KINDS(complex, from_tiles, to_tiles)                                                     \
  FORWARD(ONE_FACTOR, complex, from_tiles, to_tiles)                                                     \
  FORWARD(TWO_FACTORS, complex, from_tiles, to_tiles)                                                    \
  FORWARD(FOUR_MERGED, complex, from_tiles, to_tiles)
#define FORWARD_ROW(complex, from_tiles, to_tiles)                                                       \
  {                                                                                                      \
    forward_ONE_FACTOR_##complex##_##from_tiles##_##to_tiles,                                            \
        forward_TWO_FACTORS_##complex##_##from_tiles##_##to_tiles,                                       \
        forward_FOUR_MERGED_##complex##_##from_tiles##_##to_tiles                                        \
  }
FORWARD_KINDS(0, 0, 0)
FORWARD_KINDS(1, 0, 0)
#if LANES == 16
FORWARD_KINDS(0, 0, 1)
FORWARD_KINDS(0, 1, 0)
FORWARD_KINDS(0, 1, 1)
FORWARD_KINDS(1, 0, 1)
FORWARD_KINDS(1, 1, 0)
FORWARD_KINDS(1, 1, 1)
static const forward_stage forward_stages[2][2][2][3] = {
    {{FORWARD_ROW(0, 0, 0), FORWARD_ROW(0, 0, 1)}, {FORWARD_ROW(0, 1, 0), FORWARD_ROW(0, 1, 1)}},
    {{FORWARD_ROW(1, 0, 0), FORWARD_ROW(1, 0, 1)}, {FORWARD_ROW(1, 1, 0), FORWARD_ROW(1, 1, 1)}},
};
#else
// Working memory of one tile is laid out like the tile.
static const forward_stage forward_stages[2][2][2][3] = {
    {{FORWARD_ROW(0, 0, 0), FORWARD_ROW(0, 0, 0)}, {FORWARD_ROW(0, 0, 0), FORWARD_ROW(0, 0, 0)}},
    {{FORWARD_ROW(1, 0, 0), FORWARD_ROW(1, 0, 0)}, {FORWARD_ROW(1, 0, 0), FORWARD_ROW(1, 0, 0)}},
};
#endif
#undef FORWARD
#undef FORWARD_KINDS
#undef FORWARD_ROW

// Asks, little by little, for the tiles that come next.
typedef struct {
  const float *lines[4];
  size_t at, end, share;
} prefetching;

INLINE prefetching prefetching_begin(
    const ck_butterfly *b, const ck_butterfly_next *next) {
  prefetching p = {{0, 0, 0, 0}, 0, 0, 0};
  if (!next) return p;
  size_t calls = 0;
  for (int32_t i = 0; i < b->phase_count; i++)
    calls += (size_t)b->phases[i].units * (size_t)b->phases[i].stage_count;
  p = (prefetching){
      {next->in, next->in_second, next->out, next->out_second}, 0, (size_t)b->size, (size_t)b->size / calls + 1};
  return p;
}

INLINE void prefetch_share(prefetching *p) {
  size_t end = p->at + p->share < p->end ? p->at + p->share : p->end;
  for (; p->at < end; p->at++) {
    size_t line = p->at * CK_TILE_ROW;
    if (p->lines[0]) __builtin_prefetch(p->lines[0] + line, 0, 2);
    if (p->lines[1]) __builtin_prefetch(p->lines[1] + line, 0, 2);
    if (p->lines[2]) __builtin_prefetch(p->lines[2] + line, 0, 2);
    if (p->lines[3]) __builtin_prefetch(p->lines[3] + line, 0, 2);
  }
}

static void tiles_forward(
    const ck_butterfly *b, const float *packed, const float *in, const float *in_second, float *out,
    float *out_second, const ck_butterfly_next *next, float *work) {
  const float *t = packed;
  prefetching ahead = prefetching_begin(b, next);
  for (int32_t p = 0; p < b->phase_count; p++) {
    const ck_butterfly_phase *phase = b->phases + p;
    int32_t end = phase->first_stage + phase->stage_count;
    for (size_t unit = 0; unit < (size_t)phase->units; unit++) {
      place tiles_in = in_tiles(in, in_second, phase, unit), tiles_out = in_tiles(out, out_second, phase, unit);
      place working = in_work(work, phase, unit);
      for (int32_t stage = phase->first_stage; stage < end; stage++) {
        const ck_butterfly_stage *s = b->stages + stage;
        bool reads = stage == 0, writes = stage == b->stage_count - 1;
        prefetch_share(&ahead);
        t = forward_stages[b->is_complex][reads][writes][s->factors / 2](
            s, reads ? &tiles_in : &working, writes ? &tiles_out : &working, t);
      }
    }
  }
}

// MARK: Backward

// The gradient of one stage of one unit, from that by its output to that by its input, and added to d that by its
// twiddles. x is what the stage was given.
INLINE void stage_backward(
    const ck_butterfly_stage *s, place input, place from, place to, const float *t, float *d, stage_kind kind,
    bool complex, bool is_first, bool from_tiles, bool wants_input) {
  size_t columns = (size_t)s->columns, inner = (size_t)s->inner;
  size_t near = (size_t)s->near, far = (size_t)s->far;
  size_t in1 = near * input.step, in2 = far * input.step, in3 = in1 + in2;
  size_t from1 = near * from.step, from2 = far * from.step, from3 = from1 + from2;
  size_t to1 = near * to.step, to2 = far * to.step, to3 = to1 + to2;
  const int pair = PAIR(complex);
  for (size_t group = 0; group < (size_t)s->groups; group++) {
    for (size_t l = 0; l < inner; l++) {
      size_t step = group * (size_t)s->group_step + l;
      size_t x = step * input.step, g = step * from.step, y = step * to.step;
      for (size_t end = x + columns; x < end; x++, g++, y++) {
        row x0 = get_row(input, x, is_first, complex), x1 = get_row(input, x + in1, is_first, complex);
        row g0 = get_row(from, g, from_tiles, complex), g1 = get_row(from, g + from1, from_tiles, complex);
        if (kind == ONE_FACTOR) {
          pair_gradient(d, g0, g1, x0, x1, complex);
          if (wants_input) {
            pair_adjoint(t, &g0, &g1, complex);
            put_row(to, y, g0, is_first, complex);
            put_row(to, y + to1, g1, is_first, complex);
          }
          t += pair;
          d += pair;
          continue;
        }
        row x2 = get_row(input, x + in2, is_first, complex), x3 = get_row(input, x + in3, is_first, complex);
        row g2 = get_row(from, g + from2, from_tiles, complex);
        row g3 = get_row(from, g + from3, from_tiles, complex);
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
        if (wants_input) {
          put_row(to, y, g0, is_first, complex);
          put_row(to, y + to1, g1, is_first, complex);
          put_row(to, y + to2, g2, is_first, complex);
          put_row(to, y + to3, g3, is_first, complex);
        }
        t += 4 * pair;
        d += 4 * pair;
      }
    }
  }
}

typedef void (*backward_stage)(
    const ck_butterfly_stage *, const place *, const place *, const place *, const float *, float *);

#define BACKWARD(kind, complex, name, is_first, from_tiles, wants_input)                                 \
  static void backward_##kind##_##complex##_##name(                                                      \
      const ck_butterfly_stage *s, const place *input, const place *from, const place *to,               \
      const float *t, float *d) {                                                                        \
    stage_backward(s, *input, *from, *to, t, d, kind, complex, is_first, from_tiles, wants_input);       \
  }
#define BACKWARD_KINDS(complex, name, is_first, from_tiles, wants_input)                                 \
  BACKWARD(ONE_FACTOR, complex, name, is_first, from_tiles, wants_input)                                 \
  BACKWARD(TWO_FACTORS, complex, name, is_first, from_tiles, wants_input)                                \
  BACKWARD(FOUR_MERGED, complex, name, is_first, from_tiles, wants_input)                                \
  static const backward_stage backward_##complex##_##name[3] = {                                         \
      backward_ONE_FACTOR_##complex##_##name, backward_TWO_FACTORS_##complex##_##name,                   \
      backward_FOUR_MERGED_##complex##_##name};
#define BACKWARD_ALL(complex)                                                                            \
  BACKWARD_KINDS(complex, middle, 0, 0, 1)                                                               \
  BACKWARD_KINDS(complex, last, 0, 1, 1)                                                                 \
  BACKWARD_KINDS(complex, first, 1, 0, 1)                                                                \
  BACKWARD_KINDS(complex, first_alone, 1, 0, 0)                                                          \
  BACKWARD_KINDS(complex, single, 1, 1, 1)                                                               \
  BACKWARD_KINDS(complex, single_alone, 1, 1, 0)                                                         \
  static const backward_stage *backward_stage_of_##complex(bool first, bool last, bool wants) {          \
    if (first) {                                                                                         \
      if (last) return wants ? backward_##complex##_single : backward_##complex##_single_alone;          \
      return wants ? backward_##complex##_first : backward_##complex##_first_alone;                      \
    }                                                                                                    \
    return last ? backward_##complex##_last : backward_##complex##_middle;                               \
  }
BACKWARD_ALL(0)
BACKWARD_ALL(1)
#undef BACKWARD
#undef BACKWARD_KINDS
#undef BACKWARD_ALL

// Twiddles that one stage takes in one unit.
INLINE size_t stage_twiddles(const ck_butterfly_stage *s, bool complex) {
  size_t turns = (size_t)s->groups * (size_t)s->inner * (size_t)s->columns;
  return turns * (size_t)PAIR(complex) * (s->factors == 1 ? 1 : 4);
}

static void tiles_backward(
    const ck_butterfly *b, const float *packed, const float *in, const float *in_second,
    const float *out_gradient, const float *out_gradient_second, float *in_gradient, float *in_gradient_second,
    float *packed_gradient, const ck_butterfly_next *next, float *work) {
  bool complex = b->is_complex;
  size_t kept = ck_butterfly_rows((size_t)b->size) * ROW;
  int32_t last = b->stage_count - 1;
  prefetching ahead = prefetching_begin(b, next);
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
        float *part = work + (size_t)stage * kept;
        bool reads = stage == 0;
        place from = reads ? in_tiles(in, in_second, phase, unit) : in_work(part - kept, phase, unit);
        place to = in_work(part, phase, unit);
        t = forward_stages[complex][reads][false][s->factors / 2](s, &from, &to, t);
      }
    }
  }
  float *d = packed_gradient + (t - packed);
  for (int32_t p = b->phase_count; p-- > 0;) {
    const ck_butterfly_phase *phase = b->phases + p;
    for (size_t unit = (size_t)phase->units; unit-- > 0;) {
      for (int32_t stage = phase->first_stage + phase->stage_count; stage-- > phase->first_stage;) {
        const ck_butterfly_stage *s = b->stages + stage;
        bool is_first = stage == 0, is_last = stage == last;
        place input = is_first ? in_tiles(in, in_second, phase, unit)
                               : in_work(work + (size_t)(stage - 1) * kept, phase, unit);
        place working = in_work(gradient, phase, unit);
        place from = is_last ? in_tiles(out_gradient, out_gradient_second, phase, unit) : working;
        place to = is_first && in_gradient ? in_tiles(in_gradient, in_gradient_second, phase, unit) : working;
        size_t count = stage_twiddles(s, complex);
        t -= count;
        d -= count;
        prefetch_share(&ahead);
        const backward_stage *kinds = complex ? backward_stage_of_1(is_first, is_last, in_gradient)
                                              : backward_stage_of_0(is_first, is_last, in_gradient);
        kinds[s->factors / 2](s, &input, &from, &to, t, d);
      }
    }
  }
}
