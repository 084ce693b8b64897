// All matrices of a product with unit diagonals, in order of use and back.

typedef struct {
  const float *twiddles;
  size_t imaginary;
  channel *channels;
  // In order of use; the gradient only in unpacking, scales not always in packing.
  float *packed, *scales;
  // The header, if there is one.
  float *exchanges;
  const float *packed_gradient;
  float *gradient;
} unit_packing;

// Floats of scales that one turn of a stage takes.
INLINE size_t turn_scales(stage_kind kind) {
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

// Whether pair i of a turn, of four if there are two factors, has a unit diagonal.
INLINE bool is_unit_pair(stage_kind kind, int i) {
  return i < 2 ? first_is_unit(kind) : second_is_unit(kind);
}

// The pairs that begin at position p of one stage.
INLINE bool unit_turn(
    const ck_butterfly *b, const ck_butterfly_stage *s, size_t p, stage_kind kind, packing what,
    const unit_packing *u) {
  size_t stride = (size_t)s->stride, next = (size_t)s->next_stride;
  int32_t f = s->first_factor;
  const float *t = u->twiddles;
  channel *x[4] = {u->channels + p, u->channels + p + stride, u->channels + p + next,
                   u->channels + p + stride + next};
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
  // Pairs of the turn in order of use: the first factor's, then the second's. Unpacking goes backwards.
  const int count = kind == ONE_FACTOR || kind == UNIT_ONE ? 1 : 4;
  static const int first[4] = {0, 2, 0, 1}, second[4] = {1, 3, 2, 3};
  // Where the numbers of each pair lie.
  size_t places[4], scale_places[4], masks[4], place = 0, scale_place = 0;
  size_t mask = turn_twiddles(kind, true) - turn_masks(kind);
#pragma clang loop unroll(full)
  for (int i = 0; i < count; i++) {
    bool is_unit = is_unit_pair(kind, i);
    places[i] = place;
    scale_places[i] = scale_place;
    masks[i] = mask;
    place += is_unit ? UNIT_PAIR : PAIR(true);
    scale_place += is_unit ? UNIT_SCALES : FULL_SCALES;
    mask += is_unit;
  }
#pragma clang loop unroll(full)
  for (int n = 0; n < count; n++) {
    int i = packs ? n : count - 1 - n;
    channel *a = x[first[i]], *c = x[second[i]];
    const float *pair = t + at[i];
    size_t place = places[i];
    float *beside = scales ? scales + scale_places[i] : 0, *exchange = packed + masks[i];
    if (is_unit_pair(kind, i)) {
      if (packs) {
        is_bounded &=
            pack_unit_pair(pair, u->imaginary, a, c, i >= 2, packed + place, exchange, beside);
        if (u->exchanges && exchanged(exchange, 1)) *u->exchanges = 1;
      } else {
        unpack_unit_pair(
            pair, u->imaginary, a, c, i >= 2, exchange, beside, d + place, gradient + at[i]);
      }
    } else {
      if (packs) {
        pack_full_pair(pair, u->imaginary, a, c, packed + place, beside);
      } else {
        unpack_full_pair(pair, u->imaginary, a, c, beside, d + place, gradient + at[i]);
      }
    }
  }
  return is_bounded;
}

typedef bool (*unit_turn_of_kind)(
    const ck_butterfly *, const ck_butterfly_stage *, size_t, packing, const unit_packing *);

#define UNIT_TURN(kind)                                                                                  \
  static bool unit_turn_##kind(                                                                          \
      const ck_butterfly *b, const ck_butterfly_stage *s, size_t p, packing what, const unit_packing *u) { \
    return what == PACK ? unit_turn(b, s, p, kind, PACK, u) : unit_turn(b, s, p, kind, UNPACK_GRADIENT, u); \
  }
UNIT_TURN(ONE_FACTOR)
UNIT_TURN(TWO_FACTORS)
UNIT_TURN(FOUR_MERGED)
UNIT_TURN(UNIT_ONE)
UNIT_TURN(UNIT_TWO)
UNIT_TURN(UNIT_THEN_FULL)
UNIT_TURN(FULL_THEN_UNIT)
#undef UNIT_TURN
static const unit_turn_of_kind unit_turns[STAGE_KINDS] = {
    unit_turn_ONE_FACTOR, unit_turn_TWO_FACTORS,    unit_turn_FOUR_MERGED,    unit_turn_UNIT_ONE,
    unit_turn_UNIT_TWO,   unit_turn_UNIT_THEN_FULL, unit_turn_FULL_THEN_UNIT,
};

// Walks over all turns in order of use, or backwards.
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
        size_t twiddles = turn_twiddles(kind, true), scales = turn_scales(kind), turns = stage_turns(s);
        if (!packs) {
          u.packed -= turns * twiddles;
          u.packed_gradient -= turns * twiddles;
          u.scales -= turns * scales;
        }
        // The turns of a stage do not touch one another's positions: their order is free.
        unit_packing turn = u;
        for (size_t g = 0; g < (size_t)s->groups; g++)
          for (size_t l = 0; l < (size_t)s->inner; l++)
            for (size_t c = 0; c < (size_t)s->columns; c++) {
              size_t p = unit * unit_positions + (g * (size_t)s->group_step + l) * step + c;
              is_bounded &= unit_turns[kind](b, s, p, what, &turn);
              turn.packed += twiddles;
              if (turn.packed_gradient) turn.packed_gradient += twiddles;
              if (turn.scales) turn.scales += scales;
            }
        if (packs) u = turn;
        if (!is_bounded) return false;
      }
    }
  }
  return is_bounded;
}

INLINE void begin_channels(const ck_butterfly *b, channel *channels, size_t live) {
  for (size_t p = 0; p < (size_t)b->size; p++) channels[p] = (channel){{1, 0}, p < live};
}

static bool butterfly_pack_unit(
    const ck_butterfly *b, const float *twiddles, size_t imaginary, size_t live, float *packed, float *scales,
    double *work) {
  channel *channels = (channel *)work;
  begin_channels(b, channels, live);
  for (int i = 0; i < UNIT_HEADER; i++) packed[i] = 0;
  return all_unit_packing(
      b, (unit_packing){.twiddles = twiddles, .imaginary = imaginary, .channels = channels,
                        .packed = packed + UNIT_HEADER, .scales = scales, .exchanges = packed},
      PACK);
}

static void butterfly_packed_counts(const ck_butterfly *b, size_t *packed, size_t *scales) {
  *packed = packed_header(b);
  *scales = 0;
  for (int32_t n = 0; n < b->phase_count; n++) {
    const ck_butterfly_phase *phase = b->phases + n;
    for (int32_t stage = phase->first_stage; stage < phase->first_stage + phase->stage_count; stage++) {
      size_t turns = stage_turns(b->stages + stage) * (size_t)phase->units;
      stage_kind kind = kind_of(b, stage);
      *packed += turns * turn_twiddles(kind, b->is_complex);
      *scales += b->has_unit_diagonals ? turns * turn_scales(kind) : 0;
    }
  }
}

static void butterfly_unpack_unit_gradient(
    const ck_butterfly *b, const float *twiddles, size_t imaginary, const float *packed, const float *scales,
    const float *packed_gradient, float *gradient, double *work) {
  size_t packed_count, scales_count;
  butterfly_packed_counts(b, &packed_count, &scales_count);
  // Packed twiddles and scales are only read.
  all_unit_packing(
      b, (unit_packing){.twiddles = twiddles, .imaginary = imaginary, .channels = (channel *)work,
                        .packed = (float *)packed + packed_count, .scales = (float *)scales + scales_count,
                        .packed_gradient = packed_gradient + packed_count, .gradient = gradient},
      UNPACK_GRADIENT);
}
