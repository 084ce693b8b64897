// The packing of a product's twiddles in unit form, and the unpacking of their gradients in reverse order.

// Pointers to the data of the next iteration.
typedef struct {
  const float *twiddles;
  size_t imaginary;
  position_state *states;
  // `scales` may be null in packing; the gradients are used in unpacking only.
  float *packed, *scales;
  // The header, or null.
  float *exchanges;
  const float *packed_gradient;
  float *gradient;
} unit_packing;

// The number of floats of an iteration's scales.
INLINE size_t iteration_scales(stage_kind kind) {
  switch (kind) {
  case ONE_FACTOR: return FULL_SCALES;
  case FOUR_MERGED: return MERGED_SCALES;
  case UNIT_ONE: return UNIT_SCALES;
  case UNIT_TWO: return 4 * UNIT_SCALES;
  case UNIT_THEN_FULL:
  case FULL_THEN_UNIT: return 2 * UNIT_SCALES + 2 * FULL_SCALES;
  case TWO_FACTORS: return 4 * FULL_SCALES;
  }
  return 0;
}

// Whether pair i of an iteration is in unit form.
INLINE bool is_unit_pair(stage_kind kind, int i) {
  return i < 2 ? first_is_unit(kind) : second_is_unit(kind);
}

// Packs or unpacks the pairs that start at position p of a stage; false if a number is too large.
INLINE bool unit_iteration(
    const ck_butterfly *b, const ck_butterfly_stage *s, size_t p, stage_kind kind, packing what,
    const unit_packing *u) {
  size_t stride = (size_t)s->stride, next = (size_t)s->next_stride;
  int32_t f = s->first_factor;
  const float *t = u->twiddles;
  position_state *x[4] = {u->states + p, u->states + p + stride, u->states + p + next,
                   u->states + p + stride + next};
  float *scales = u->scales;
  size_t at[4] = {pair_offset(b, f, stride, p)};
  if (kind != ONE_FACTOR && kind != UNIT_ONE) {
    at[1] = pair_offset(b, f, stride, p + next);
    at[2] = pair_offset(b, f + 1, next, p);
    at[3] = pair_offset(b, f + 1, next, p + stride);
  }
  float *packed = u->packed;
  const float *d = u->packed_gradient;
  float *gradient = u->gradient;
  bool packs = what == PACK, is_bounded = true;
  if (kind == FOUR_MERGED) {
    merged_pairs pairs = {{at[0], at[1], at[2], at[3], pair_offset(b, f + 2, next, p),
                           pair_offset(b, f + 2, next, p + stride), pair_offset(b, f + 3, stride, p),
                           pair_offset(b, f + 3, stride, p + next)}};
    if (packs) {
      pack_merged(t, u->imaginary, pairs, x, packed, scales);
    } else {
      unpack_merged(t, u->imaginary, pairs, x, packed, scales, d, gradient);
    }
    return true;
  }
  // The pairs in order of use: those of the first factor, then those of the second. Unpacking is in reverse
  // order.
  const int count = kind == ONE_FACTOR || kind == UNIT_ONE ? 1 : 4;
  static const int first[4] = {0, 2, 0, 1}, second[4] = {1, 3, 2, 3};
  // The offsets of each pair's twiddles, scales and mask.
  size_t offsets[4], scale_offsets[4], masks[4], offset = 0, scale_offset = 0;
  size_t mask = iteration_twiddles(kind, true) - iteration_masks(kind);
#pragma clang loop unroll(full)
  for (int i = 0; i < count; i++) {
    bool is_unit = is_unit_pair(kind, i);
    offsets[i] = offset;
    scale_offsets[i] = scale_offset;
    masks[i] = mask;
    offset += is_unit ? UNIT_PAIR : PAIR(true);
    scale_offset += is_unit ? UNIT_SCALES : FULL_SCALES;
    mask += is_unit;
  }
#pragma clang loop unroll(full)
  for (int n = 0; n < count; n++) {
    int i = packs ? n : count - 1 - n;
    position_state *a = x[first[i]], *c = x[second[i]];
    const float *pair = t + at[i];
    size_t offset = offsets[i];
    float *pair_scales = scales ? scales + scale_offsets[i] : 0, *pair_mask = packed + masks[i];
    if (is_unit_pair(kind, i)) {
      if (packs) {
        is_bounded &= pack_unit_pair(
            pair, u->imaginary, a, c, i >= 2, packed + offset, pair_mask, pair_scales);
        if (u->exchanges && exchanged(pair_mask, 1)) *u->exchanges = 1;
      } else {
        unpack_unit_pair(
            pair, u->imaginary, a, c, i >= 2, pair_mask, pair_scales, d + offset, gradient + at[i]);
      }
    } else {
      if (packs) {
        pack_full_pair(pair, u->imaginary, a, c, packed + offset, pair_scales);
      } else {
        unpack_full_pair(pair, u->imaginary, a, c, pair_scales, d + offset, gradient + at[i]);
      }
    }
  }
  return is_bounded;
}

typedef bool (*unit_iteration_of_kind)(
    const ck_butterfly *, const ck_butterfly_stage *, size_t, packing, const unit_packing *);

#define UNIT_ITERATION(kind)                                                                               \
  static bool unit_iteration_##kind(                                                                       \
      const ck_butterfly *b, const ck_butterfly_stage *s, size_t p, packing what, const unit_packing *u) { \
    return what == PACK ? unit_iteration(b, s, p, kind, PACK, u)                                           \
                        : unit_iteration(b, s, p, kind, UNPACK_GRADIENT, u);                               \
  }
UNIT_ITERATION(ONE_FACTOR)
UNIT_ITERATION(TWO_FACTORS)
UNIT_ITERATION(FOUR_MERGED)
UNIT_ITERATION(UNIT_ONE)
UNIT_ITERATION(UNIT_TWO)
UNIT_ITERATION(UNIT_THEN_FULL)
UNIT_ITERATION(FULL_THEN_UNIT)
#undef UNIT_ITERATION
static const unit_iteration_of_kind unit_iterations[STAGE_KINDS] = {
    unit_iteration_ONE_FACTOR,     unit_iteration_TWO_FACTORS, unit_iteration_FOUR_MERGED,
    unit_iteration_UNIT_ONE,       unit_iteration_UNIT_TWO,    unit_iteration_UNIT_THEN_FULL,
    unit_iteration_FULL_THEN_UNIT,
};

// Packs in order of use, or unpacks in reverse order; false if a number is too large.
static bool all_unit_packing(const ck_butterfly *b, unit_packing u, packing what) {
  bool is_bounded = true, packs = what == PACK;
  for (int32_t n = 0; n < b->phase_count; n++) {
    const ck_butterfly_phase *phase = b->phases + (packs ? n : b->phase_count - 1 - n);
    size_t step = phase->over_columns ? CK_TILE_PITCH : 1, units = (size_t)phase->units;
    size_t unit_positions = phase->over_columns ? (size_t)phase->unit_columns : CK_TILE_PITCH;
    for (size_t k = 0; k < units; k++) {
      size_t unit = packs ? k : units - 1 - k;
      for (int32_t i = 0; i < phase->stage_count; i++) {
        int32_t stage = phase->first_stage + (packs ? i : phase->stage_count - 1 - i);
        const ck_butterfly_stage *s = b->stages + stage;
        stage_kind kind = kind_of(b, stage);
        size_t twiddles = iteration_twiddles(kind, true), scales = iteration_scales(kind);
        size_t count = stage_iterations(s);
        if (!packs) {
          u.packed -= count * twiddles;
          u.packed_gradient -= count * twiddles;
          u.scales -= count * scales;
        }
        // The iterations of a stage act on different positions, so their order is free.
        unit_packing iteration = u;
        for (size_t g = 0; g < (size_t)s->groups; g++)
          for (size_t l = 0; l < (size_t)s->inner; l++)
            for (size_t c = 0; c < (size_t)s->columns; c++) {
              size_t p = unit * unit_positions + (g * (size_t)s->group_step + l) * step + c;
              is_bounded &= unit_iterations[kind](b, s, p, what, &iteration);
              iteration.packed += twiddles;
              if (iteration.packed_gradient) iteration.packed_gradient += twiddles;
              if (iteration.scales) iteration.scales += scales;
            }
        if (packs) u = iteration;
        if (!is_bounded) return false;
      }
    }
  }
  return is_bounded;
}

INLINE void initialize_states(const ck_butterfly *b, position_state *states, size_t input_count) {
  for (size_t p = 0; p < (size_t)b->size; p++) states[p] = (position_state){{1, 0}, p < input_count};
}

static bool butterfly_pack_unit(
    const ck_butterfly *b, const float *twiddles, size_t imaginary, size_t input_count, float *packed,
    float *scales, double *scratch) {
  position_state *states = (position_state *)scratch;
  initialize_states(b, states, input_count);
  for (int i = 0; i < UNIT_HEADER; i++) packed[i] = 0;
  return all_unit_packing(
      b, (unit_packing){.twiddles = twiddles, .imaginary = imaginary, .states = states,
                        .packed = packed + UNIT_HEADER, .scales = scales, .exchanges = packed},
      PACK);
}

static void butterfly_packed_counts(const ck_butterfly *b, size_t *packed, size_t *scales) {
  *packed = packed_header(b);
  *scales = 0;
  for (int32_t n = 0; n < b->phase_count; n++) {
    const ck_butterfly_phase *phase = b->phases + n;
    for (int32_t stage = phase->first_stage; stage < phase->first_stage + phase->stage_count; stage++) {
      size_t count = stage_iterations(b->stages + stage) * (size_t)phase->units;
      stage_kind kind = kind_of(b, stage);
      *packed += count * iteration_twiddles(kind, b->is_complex);
      *scales += b->has_unit_twiddles ? count * iteration_scales(kind) : 0;
    }
  }
}

static void butterfly_unpack_unit_gradient(
    const ck_butterfly *b, const float *twiddles, size_t imaginary, const float *packed, const float *scales,
    const float *packed_gradient, float *gradient, double *scratch) {
  size_t packed_count, scales_count;
  butterfly_packed_counts(b, &packed_count, &scales_count);
  // Packed twiddles and scales are not written.
  all_unit_packing(
      b, (unit_packing){.twiddles = twiddles, .imaginary = imaginary, .states = (position_state *)scratch,
                        .packed = (float *)packed + packed_count, .scales = (float *)scales + scales_count,
                        .packed_gradient = packed_gradient + packed_count, .gradient = gradient},
      UNPACK_GRADIENT);
}
