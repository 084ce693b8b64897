// Twiddles with unit diagonals, and their gradients back.
//
// A factor's output may be scaled position by position if the next factor takes the scales back. Rows are scaled so that
// of each 2 × 2 matrix (a b; c d) two entries become one: the diagonal, or, where it is the smaller one, the other two,
// with rows exchanged. A matrix of the last factor, and four that are merged, take over all scales and have four entries;
// so may one of the first factor, which has none to take over.
// Scales are complex numbers in double precision: an entry is rounded once.
//
// A gradient by an entry that became one is not summed over vectors. It follows from Σ g conj(y), which is known at the
// outputs of a matrix as Σ over the entries t that read them, next in order, of conj(t) times the gradient by t.

typedef struct {
  double re, im;
} number;

// What is known of one position between two factors: in packing the scale, y = scale · what the kernels hold, and
// whether it can be other than zero; in unpacking Σ g conj(y).
typedef struct {
  number value;
  double is_live;
} channel;

_Static_assert(sizeof(channel) == CK_BUTTERFLY_CHANNEL * sizeof(double), "room for a channel");

// An entry may be this many times as large as the one that becomes one: rounding errors of a gradient grow with it.
#define LARGEST_RATIO 16.0
// Squared magnitudes of scales.
#define SMALLEST_SCALE 0x1p-60
#define LARGEST_SCALE 0x1p60

INLINE number number_at(const float *p, size_t imaginary) { return (number){p[0], p[imaginary]}; }
INLINE number number_product(number a, number b) {
  return (number){a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}
// conj(a)·b
INLINE number conjugate_product(number a, number b) {
  return (number){a.re * b.re + a.im * b.im, a.re * b.im - a.im * b.re};
}
INLINE number number_sum(number a, number b) { return (number){a.re + b.re, a.im + b.im}; }
INLINE number number_difference(number a, number b) { return (number){a.re - b.re, a.im - b.im}; }
INLINE number number_times(double s, number a) { return (number){s * a.re, s * a.im}; }
INLINE double squared(number a) { return a.re * a.re + a.im * a.im; }
INLINE void set_number(float *p, size_t imaginary, number a) {
  p[0] = (float)a.re;
  p[imaginary] = (float)a.im;
}
INLINE void add_number(float *p, size_t imaginary, number a) {
  p[0] += (float)a.re;
  p[imaginary] += (float)a.im;
}

// MARK: One matrix

// The entries that become one (of both rows), and those beside them.
typedef struct {
  bool is_exchanged;
  number one[2], other[2];
} unit_entries;

INLINE unit_entries entries_of(const float *t, size_t imaginary, bool is_exchanged) {
  number a = number_at(t, imaginary), b = number_at(t + 1, imaginary);
  number c = number_at(t + 2, imaginary), d = number_at(t + 3, imaginary);
  return is_exchanged ? (unit_entries){true, {b, c}, {a, d}} : (unit_entries){false, {a, d}, {b, c}};
}

// Floats beside each packed pair, merged matrix and full pair: what unpacking takes of the scales.
#define UNIT_SCALES 6
#define MERGED_SCALES 8
#define FULL_SCALES 4

// w[i] of yᵢ' = x_one + w[i] x_other for the pair of positions p and q, whose scales become those of the outputs; true
// if no number is too large.
INLINE bool unit_weights(
    const float *t, size_t imaginary, channel *p, channel *q, number w[2], bool *is_exchanged, float *scales) {
  unit_entries e = entries_of(t, imaginary, false);
  if (squared(e.other[0]) * squared(e.other[1]) > squared(e.one[0]) * squared(e.one[1])) {
    e = entries_of(t, imaginary, true);
  }
  // Row 0 has its one at `near`, row 1 at `far`.
  channel near = e.is_exchanged ? *q : *p, far = e.is_exchanged ? *p : *q;
  number row0 = number_product(e.one[0], near.value), row1 = number_product(e.one[1], far.value);
  double size0 = squared(row0), size1 = squared(row1);
  // Comparisons with not-a-number are false.
  bool is_bounded = squared(e.other[0]) <= LARGEST_RATIO * LARGEST_RATIO * squared(e.one[0]) &&
                    squared(e.other[1]) <= LARGEST_RATIO * LARGEST_RATIO * squared(e.one[1]) &&
                    size0 >= SMALLEST_SCALE && size0 <= LARGEST_SCALE && size1 >= SMALLEST_SCALE &&
                    size1 <= LARGEST_SCALE;
  number k0 = number_times(1 / size0, conjugate_product(row0, far.value));
  number k1 = number_times(1 / size1, conjugate_product(row1, near.value));
  w[0] = number_product(e.other[0], k0);
  w[1] = number_product(e.other[1], k1);
  *is_exchanged = e.is_exchanged;
  if (scales) {
    set_number(scales, 1, k0);
    set_number(scales + 2, 1, k1);
    scales[4] = (float)near.is_live;
    scales[5] = (float)far.is_live;
  }
  double is_live = near.is_live + far.is_live > 0;
  *p = (channel){row0, is_live};
  *q = (channel){row1, is_live};
  return is_bounded;
}

INLINE void set_mask(float *p, bool is_set) {
  int32_t mask = is_set ? -1 : 0;
  memcpy(p, &mask, sizeof mask);
}

// The second factor of a stage exchanges what it gives, other factors what they are given: then its numbers change
// places, too.
INLINE bool pack_unit_pair(
    const float *t, size_t imaginary, channel *p, channel *q, bool exchanges_outputs, float *packed, float *mask,
    float *scales) {
  number w[2];
  bool is_exchanged, is_bounded = unit_weights(t, imaginary, p, q, w, &is_exchanged, scales);
  bool turned = exchanges_outputs && is_exchanged;
  set_number(packed, 2, w[turned]);
  set_number(packed + 1, 2, w[!turned]);
  set_mask(mask, is_exchanged);
  return is_bounded;
}

INLINE void unpack_unit_pair(
    const float *t, size_t imaginary, channel *p, channel *q, bool exchanges_outputs, const float *mask,
    const float *scales, const float *packed_gradient, float *gradient) {
  bool is_exchanged = exchanged(mask, 1) != 0;
  bool turned = exchanges_outputs && is_exchanged;
  unit_entries e = entries_of(t, imaginary, is_exchanged);
  number other0 = conjugate_product(number_at(scales, 1), number_at(packed_gradient + turned, 2));
  number other1 = conjugate_product(number_at(scales + 2, 1), number_at(packed_gradient + !turned, 2));
  number part0 = conjugate_product(e.other[0], other0), part1 = conjugate_product(e.other[1], other1);
  // An input that is always zero gives no gradient, and no rounding error in its place.
  number rest0 = number_times(scales[4], number_difference(p->value, part0));
  number rest1 = number_times(scales[5], number_difference(q->value, part1));
  number one0 = number_times(1 / squared(e.one[0]), number_product(e.one[0], rest0));
  number one1 = number_times(1 / squared(e.one[1]), number_product(e.one[1], rest1));
  add_number(gradient, imaginary, is_exchanged ? other0 : one0);
  add_number(gradient + 1, imaginary, is_exchanged ? one0 : other0);
  add_number(gradient + 2, imaginary, is_exchanged ? one1 : other1);
  add_number(gradient + 3, imaginary, is_exchanged ? other1 : one1);
  number near = number_sum(rest0, part1), far = number_sum(rest1, part0);
  p->value = is_exchanged ? far : near;
  q->value = is_exchanged ? near : far;
}

INLINE void pack_full_pair(
    const float *t, size_t imaginary, channel *p, channel *q, float *packed, float *scales) {
  for (size_t e = 0; e < 4; e++)
    set_number(packed + e, 4, number_product(number_at(t + e, imaginary), (e & 1 ? q : p)->value));
  if (scales) {
    set_number(scales, 1, p->value);
    set_number(scales + 2, 1, q->value);
  }
  *p = *q = (channel){{1, 0}, p->is_live + q->is_live > 0};
}

INLINE void unpack_full_pair(
    const float *t, size_t imaginary, channel *p, channel *q, const float *scales, const float *packed_gradient,
    float *gradient) {
  p->value = q->value = (number){0, 0};
  for (size_t e = 0; e < 4; e++) {
    channel *read = e & 1 ? q : p;
    number g = conjugate_product(number_at(scales + 2 * (e & 1), 1), number_at(packed_gradient + e, 4));
    add_number(gradient + e, imaginary, g);
    read->value = number_sum(read->value, conjugate_product(number_at(t + e, imaginary), g));
  }
}

INLINE void pack_merged(
    const float *t, size_t imaginary, merged_pairs pairs, channel *x[4], float *packed, float *scales) {
  merge(t, imaginary, pairs, packed, true);
  for (size_t row = 0; row < 4; row++)
    for (size_t j = 0; j < 4; j++) {
      float *entry = packed + row * PAIR(true) + j;
      set_number(entry, 4, number_product(number_at(entry, 4), x[j]->value));
    }
  double is_live = x[0]->is_live + x[1]->is_live + x[2]->is_live + x[3]->is_live > 0;
  for (size_t j = 0; j < 4; j++) {
    if (scales) set_number(scales + 2 * j, 1, x[j]->value);
    *x[j] = (channel){{1, 0}, is_live};
  }
}

INLINE void unpack_merged(
    const float *t, size_t imaginary, merged_pairs pairs, channel *x[4], const float *packed, const float *scales,
    const float *packed_gradient, float *gradient) {
  float d[4 * PAIR(true)];
  for (size_t j = 0; j < 4; j++) {
    number sum = {0, 0}, scale = number_at(scales + 2 * j, 1);
    for (size_t row = 0; row < 4; row++) {
      size_t at = row * PAIR(true) + j;
      number g = number_at(packed_gradient + at, 4);
      sum = number_sum(sum, conjugate_product(number_at(packed + at, 4), g));
      set_number(d + at, 4, conjugate_product(scale, g));
    }
    x[j]->value = sum;
  }
  unmerge(t, imaginary, pairs, d, gradient, true);
}

// MARK: All matrices

typedef struct {
  const float *twiddles;
  size_t imaginary;
  channel *channels;
  // In order of use; the gradient only in unpacking, scales not always in packing.
  float *packed, *scales;
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
  return i < 2 ? exchanges_inputs(kind) : exchanges_outputs(kind);
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
  return all_unit_packing(
      b, (unit_packing){.twiddles = twiddles, .imaginary = imaginary, .channels = channels, .packed = packed,
                        .scales = scales},
      PACK);
}

static void butterfly_packed_counts(const ck_butterfly *b, size_t *packed, size_t *scales) {
  *packed = *scales = 0;
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
