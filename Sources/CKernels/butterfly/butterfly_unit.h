// The unit form of one matrix, and the unpacking of its gradient.
//
// The output of a factor may be scaled position by position if the next factor compensates for the scales.
// The rows of each 2 × 2 matrix (a b; c d) are scaled so that two entries become one: the diagonal or, where
// it is much smaller, the other two, with rows exchanged. The last factor and merged factors compensate for
// all scales and stay in full form; so may the first factor, which has no scales to compensate for. Scales
// are complex and in double precision, so an entry is rounded once.
//
// The gradient with respect to an entry that became one is not summed over vectors. It follows from Σ g
// conj(y) at the outputs y of the matrix, which equals Σ conj(t) ∂L/∂t over the entries t of the next factor
// that read y.

typedef struct {
  double re, im;
} number;

// The state of a position between two factors: in packing, the scale s with y = s · (the value in the
// kernels), and whether y may be nonzero (0 or 1); in unpacking, Σ g conj(y).
typedef struct {
  number value;
  double may_be_nonzero;
} position_state;

_Static_assert(sizeof(position_state) == CK_UNIT_PACKING_SCRATCH * sizeof(double), "scratch per position");

// Squared: rows are exchanged if that at least halves the product of the two other entries. Nearly balanced
// matrices, such as those of a Fourier transform, thus keep their order while they are trained.
#define WORTH_EXCHANGING 4.0
// The largest ratio of an entry to the one that becomes one, with which rounding errors of gradients grow.
#define LARGEST_RATIO 16.0
// Limits of the squared magnitude of scales.
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

// The entries of both rows that become one, and the other ones.
typedef struct {
  bool is_exchanged;
  number one[2], other[2];
} unit_entries;

INLINE unit_entries entries_of(const float *t, size_t imaginary, bool is_exchanged) {
  number a = number_at(t, imaginary), b = number_at(t + 1, imaginary);
  number c = number_at(t + 2, imaginary), d = number_at(t + 3, imaginary);
  return is_exchanged ? (unit_entries){true, {b, c}, {a, d}} : (unit_entries){false, {a, d}, {b, c}};
}

// False for NaN.
INLINE bool are_balanced(const unit_entries *e) {
  return squared(e->other[0]) <= LARGEST_RATIO * LARGEST_RATIO * squared(e->one[0]) &&
         squared(e->other[1]) <= LARGEST_RATIO * LARGEST_RATIO * squared(e->one[1]);
}

// The number of floats of scales for unpacking: per pair in unit form, merged matrix, and pair in full form.
#define UNIT_SCALES 6
#define MERGED_SCALES 8
#define FULL_SCALES 4

// Computes w in yᵢ' = x_one + wᵢ x_other for the pair of positions p and q, and replaces their scales by
// those of the outputs. False if a number is too large.
INLINE bool unit_weights(
    const float *t, size_t imaginary, position_state *p, position_state *q, number w[2], bool *is_exchanged,
    float *scales) {
  unit_entries e = entries_of(t, imaginary, false), exchanged = entries_of(t, imaginary, true);
  double others = squared(e.other[0]) * squared(e.other[1]), ones = squared(e.one[0]) * squared(e.one[1]);
  if (others > WORTH_EXCHANGING * ones || (!are_balanced(&e) && are_balanced(&exchanged))) e = exchanged;
  // The entry that becomes one is at `near` in row 0, at `far` in row 1.
  position_state near = e.is_exchanged ? *q : *p, far = e.is_exchanged ? *p : *q;
  number row0 = number_product(e.one[0], near.value), row1 = number_product(e.one[1], far.value);
  double size0 = squared(row0), size1 = squared(row1);
  bool is_bounded = are_balanced(&e) && size0 >= SMALLEST_SCALE && size0 <= LARGEST_SCALE &&
                    size1 >= SMALLEST_SCALE && size1 <= LARGEST_SCALE;
  number k0 = number_times(1 / size0, conjugate_product(row0, far.value));
  number k1 = number_times(1 / size1, conjugate_product(row1, near.value));
  w[0] = number_product(e.other[0], k0);
  w[1] = number_product(e.other[1], k1);
  *is_exchanged = e.is_exchanged;
  if (scales) {
    set_number(scales, 1, k0);
    set_number(scales + 2, 1, k1);
    scales[4] = (float)near.may_be_nonzero;
    scales[5] = (float)far.may_be_nonzero;
  }
  double may_be_nonzero = near.may_be_nonzero + far.may_be_nonzero > 0;
  *p = (position_state){row0, may_be_nonzero};
  *q = (position_state){row1, may_be_nonzero};
  return is_bounded;
}

INLINE void set_mask(float *p, bool is_set) {
  int32_t mask = is_set ? -1 : 0;
  memcpy(p, &mask, sizeof mask);
}

// The second factor of a stage exchanges its outputs, other factors their inputs; with exchanged outputs the
// order of w is exchanged, too.
INLINE bool pack_unit_pair(
    const float *t, size_t imaginary, position_state *p, position_state *q, bool exchanges_outputs,
    float *packed, float *mask, float *scales) {
  number w[2];
  bool is_exchanged, is_bounded = unit_weights(t, imaginary, p, q, w, &is_exchanged, scales);
  bool swaps = exchanges_outputs && is_exchanged;
  set_number(packed, 2, w[swaps]);
  set_number(packed + 1, 2, w[!swaps]);
  set_mask(mask, is_exchanged);
  return is_bounded;
}

INLINE void unpack_unit_pair(
    const float *t, size_t imaginary, position_state *p, position_state *q, bool exchanges_outputs,
    const float *mask, const float *scales, const float *packed_gradient, float *gradient) {
  bool is_exchanged = exchanged(mask, 1) != 0;
  bool swaps = exchanges_outputs && is_exchanged;
  unit_entries e = entries_of(t, imaginary, is_exchanged);
  number other0 = conjugate_product(number_at(scales, 1), number_at(packed_gradient + swaps, 2));
  number other1 = conjugate_product(number_at(scales + 2, 1), number_at(packed_gradient + !swaps, 2));
  number part0 = conjugate_product(e.other[0], other0), part1 = conjugate_product(e.other[1], other1);
  // The gradient for an input that is always zero must be exactly zero, without a rounding error.
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
    const float *t, size_t imaginary, position_state *p, position_state *q, float *packed, float *scales) {
  for (size_t e = 0; e < 4; e++)
    set_number(packed + e, 4, number_product(number_at(t + e, imaginary), (e & 1 ? q : p)->value));
  if (scales) {
    set_number(scales, 1, p->value);
    set_number(scales + 2, 1, q->value);
  }
  *p = *q = (position_state){{1, 0}, p->may_be_nonzero + q->may_be_nonzero > 0};
}

INLINE void unpack_full_pair(
    const float *t, size_t imaginary, position_state *p, position_state *q, const float *scales,
    const float *packed_gradient, float *gradient) {
  p->value = q->value = (number){0, 0};
  for (size_t e = 0; e < 4; e++) {
    position_state *read = e & 1 ? q : p;
    number g = conjugate_product(number_at(scales + 2 * (e & 1), 1), number_at(packed_gradient + e, 4));
    add_number(gradient + e, imaginary, g);
    read->value = number_sum(read->value, conjugate_product(number_at(t + e, imaginary), g));
  }
}

INLINE void pack_merged(
    const float *t, size_t imaginary, merged_pairs pairs, position_state *x[4], float *packed,
    float *scales) {
  merge(t, imaginary, pairs, packed, true);
  for (size_t row = 0; row < 4; row++)
    for (size_t j = 0; j < 4; j++) {
      float *entry = packed + row * PAIR(true) + j;
      set_number(entry, 4, number_product(number_at(entry, 4), x[j]->value));
    }
  double may_be_nonzero =
      x[0]->may_be_nonzero + x[1]->may_be_nonzero + x[2]->may_be_nonzero + x[3]->may_be_nonzero > 0;
  for (size_t j = 0; j < 4; j++) {
    if (scales) set_number(scales + 2 * j, 1, x[j]->value);
    *x[j] = (position_state){{1, 0}, may_be_nonzero};
  }
}

INLINE void unpack_merged(
    const float *t, size_t imaginary, merged_pairs pairs, position_state *x[4], const float *packed,
    const float *scales, const float *packed_gradient, float *gradient) {
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
