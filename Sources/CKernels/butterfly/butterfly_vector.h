// The butterfly product of one vector, with lanes along its positions. Each number gets the operations of the
// kernels on tiles in their order, so results are identical to those in a tile.

#define VECTOR_BLOCK 64

// The kind of pass `index`; factors in unit form exchange their inputs.
INLINE stage_kind vector_kind(
    const ck_butterfly *b, const ck_butterfly_pass *passes, size_t pass_count, size_t index) {
  if (passes[index].factors == 4) return FOUR_MERGED;
  bool is_full = index == pass_count - 1 || (index == 0 && b->first_is_full);
  return b->has_unit_twiddles && !is_full ? UNIT_ONE : ONE_FACTOR;
}

static size_t butterfly_vector_count(
    const ck_butterfly *b, const ck_butterfly_pass *passes, size_t pass_count) {
  size_t count = 0, size = (size_t)b->size;
  for (size_t i = 0; i < pass_count; i++) {
    stage_kind kind = vector_kind(b, passes, pass_count, i);
    count += iteration_twiddles(kind, b->is_complex) * (kind == FOUR_MERGED ? size / 4 : size / 2);
  }
  return count;
}

// The position that is stored at index `at`: for strides below 8, runs of 64 are transposed as 8 × 8
// matrices.
INLINE size_t vector_position(const ck_butterfly_pass *pass, size_t at) {
  return pass->is_transposed ? (at & ~(size_t)63) | (at & 7) << 3 | (at >> 3 & 7) : at;
}

// A stride of a pass as a distance in memory.
INLINE size_t vector_distance(const ck_butterfly_pass *pass, int32_t stride) {
  return (size_t)stride * (pass->is_transposed ? 8 : 1);
}

// MARK: Twiddles

// Stores `count` rows of four numbers in one lane of the packed vectors: first all real parts, then all
// imaginary parts.
INLINE void set_lane(float *packed, size_t lane, const float *quads, size_t count, bool complex) {
  for (size_t q = 0; q < count; q++)
    for (size_t e = 0; e < 4; e++) {
      packed[(4 * q + e) * 8 + lane] = quads[q * (complex ? 8 : 4) + e];
      if (complex) packed[(4 * count + 4 * q + e) * 8 + lane] = quads[q * 8 + 4 + e];
    }
}

static void butterfly_vector_pack(
    const ck_butterfly *b, const ck_butterfly_pass *passes, size_t pass_count, const float *twiddles,
    size_t imaginary, float *packed, double *scratch) {
  if (b->has_unit_twiddles) initialize_states(b, (position_state *)scratch, (size_t)b->size);
  for (size_t i = 0; i < pass_count; i++) {
    const ck_butterfly_pass *pass = passes + i;
    bool merged = pass->factors == 4;
    size_t near = vector_distance(pass, pass->stride);
    size_t far = merged ? vector_distance(pass, pass->next_stride) : 0;
    ck_butterfly_stage s = {
        .factors = pass->factors,
        .first_factor = pass->first_factor,
        .stride = pass->stride,
        .next_stride = pass->next_stride,
    };
    stage_kind kind = vector_kind(b, passes, pass_count, i);
    size_t count = iteration_twiddles(kind, b->is_complex);
    for (size_t at = 0; at < (size_t)b->size; at += 8) {
      if ((at & near) || (at & far)) continue;
      for (size_t lane = 0; lane < 8; lane++) {
        float floats[32];
        size_t p = vector_position(pass, at + lane);
        if (b->has_unit_twiddles) {
          unit_packing iteration = {
              .twiddles = twiddles,
              .imaginary = imaginary,
              .states = (position_state *)scratch,
              .packed = floats,
          };
          unit_iterations[kind](b, &s, p, PACK, &iteration);
        } else if (b->is_complex) {
          stage_packing(b, &s, p, twiddles, imaginary, floats, floats, PACK, true);
        } else {
          stage_packing(b, &s, p, twiddles, imaginary, floats, floats, PACK, false);
        }
        if (kind == UNIT_ONE) {
          for (size_t e = 0; e < count; e++) packed[8 * e + lane] = floats[e];
        } else {
          set_lane(packed, lane, floats, merged ? 4 : 1, b->is_complex);
        }
      }
      packed += 8 * count;
    }
  }
}

// MARK: Forward

typedef struct {
  v8 re, im;
} lanes;

INLINE lanes load_lanes(const float *re, const float *im, size_t at, bool complex) {
  lanes x = {load8(re + at), (v8)(0.0f)};
  if (complex) x.im = load8(im + at);
  return x;
}

INLINE void store_lanes(float *re, float *im, size_t at, lanes x, bool complex) {
  store8(re + at, x.re);
  if (complex) store8(im + at, x.im);
}

// t·a for entry `entry` of `count` twiddles, as in `times`.
INLINE lanes lanes_times(const float *t, size_t entry, size_t count, lanes a, bool complex) {
  v8 re = load8(t + 8 * entry);
  if (!complex) return (lanes){re * a.re, a.im};
  v8 im = load8(t + 8 * (count + entry));
  return (lanes){FMA(-im, a.im, re * a.re), FMA(im, a.re, re * a.im)};
}

// t·a + s, as in `times_plus`.
INLINE lanes lanes_times_plus(const float *t, size_t entry, size_t count, lanes a, lanes s, bool complex) {
  v8 re = load8(t + 8 * entry);
  s.re = FMA(re, a.re, s.re);
  if (!complex) return s;
  v8 im = load8(t + 8 * (count + entry));
  s.im = FMA(re, a.im, s.im);
  return (lanes){FMA(-im, a.im, s.re), FMA(im, a.re, s.im)};
}

// b in the lanes where rows are exchanged, a in the others.
INLINE v8 chosen(v8i mask, v8 a, v8 b) {
  v8i x, y;
  memcpy(&x, &a, sizeof x);
  memcpy(&y, &b, sizeof y);
  x = (mask & y) | (~mask & x);
  memcpy(&a, &x, sizeof x);
  return a;
}

// One factor in unit form, 8 pairs per iteration.
INLINE const float *vector_unit_pass(size_t near, size_t size, const float *t, float *re, float *im) {
  for (size_t base = 0; base < size; base += 2 * near)
    for (size_t at = base; at < base + near; at += 8) {
      lanes x = load_lanes(re, im, at, true), z = load_lanes(re, im, at + near, true);
      v8i mask;
      memcpy(&mask, t + 32, sizeof mask);
      lanes a = {chosen(mask, x.re, z.re), chosen(mask, x.im, z.im)};
      lanes c = {chosen(mask, z.re, x.re), chosen(mask, z.im, x.im)};
      store_lanes(re, im, at, lanes_times_plus(t, 0, 2, c, a, true), true);
      store_lanes(re, im, at + near, lanes_times_plus(t, 1, 2, a, c, true), true);
      t += 40;
    }
  return t;
}

// One factor, or four merged ones, 8 pairs or quadruples per iteration.
INLINE const float *vector_pass(
    const ck_butterfly_pass *pass, stage_kind kind, size_t size, const float *t, float *re, float *im,
    bool complex) {
  size_t near = vector_distance(pass, pass->stride);
  if (complex && kind == UNIT_ONE) return vector_unit_pass(near, size, t, re, im);
  if (pass->factors == 1) {
    for (size_t base = 0; base < size; base += 2 * near)
      for (size_t at = base; at < base + near; at += 8) {
        lanes a = load_lanes(re, im, at, complex), c = load_lanes(re, im, at + near, complex);
        lanes y = lanes_times(t, 0, 4, a, complex), z = lanes_times(t, 2, 4, a, complex);
        y = lanes_times_plus(t, 1, 4, c, y, complex);
        z = lanes_times_plus(t, 3, 4, c, z, complex);
        store_lanes(re, im, at, y, complex);
        store_lanes(re, im, at + near, z, complex);
        t += complex ? 64 : 32;
      }
    return t;
  }
  size_t far = vector_distance(pass, pass->next_stride);
  size_t outer = near > far ? near : far, inner = near > far ? far : near;
  for (size_t base = 0; base < size; base += 2 * outer)
    for (size_t middle = base; middle < base + outer; middle += 2 * inner)
      for (size_t at = middle; at < middle + inner; at += 8) {
        lanes x[4], y[4];
        const size_t offsets[4] = {at, at + near, at + far, at + near + far};
#pragma clang loop unroll(full)
        for (int i = 0; i < 4; i++) x[i] = load_lanes(re, im, offsets[i], complex);
#pragma clang loop unroll(full)
        for (size_t i = 0; i < 4; i++) y[i] = lanes_times(t, 4 * i, 16, x[0], complex);
#pragma clang loop unroll(full)
        for (size_t j = 1; j < 4; j++)
#pragma clang loop unroll(full)
          for (size_t i = 0; i < 4; i++) y[i] = lanes_times_plus(t, 4 * i + j, 16, x[j], y[i], complex);
#pragma clang loop unroll(full)
        for (int i = 0; i < 4; i++) store_lanes(re, im, offsets[i], y[i], complex);
        t += complex ? 256 : 128;
      }
  return t;
}

INLINE void vector_forward(
    const ck_butterfly *b, const ck_butterfly_pass *passes, size_t pass_count, const float *t, float *re,
    float *im, bool complex) {
  size_t size = (size_t)b->size;
  bool is_transposed = false;
  for (size_t i = 0; i <= pass_count; i++) {
    bool transposed = i < pass_count && passes[i].is_transposed;
    if (transposed != is_transposed) {
      for (size_t at = 0; at < size; at += VECTOR_BLOCK) {
        transpose8(re + at, 8, re + at, 8);
        if (complex) transpose8(im + at, 8, im + at, 8);
      }
      is_transposed = transposed;
    }
    if (i < pass_count)
      t = vector_pass(passes + i, vector_kind(b, passes, pass_count, i), size, t, re, im, complex);
  }
}

static void butterfly_vector_forward(
    const ck_butterfly *b, const ck_butterfly_pass *passes, size_t pass_count, const float *packed, float *re,
    float *im) {
  if (b->is_complex) {
    vector_forward(b, passes, pass_count, packed, re, im, true);
  } else {
    vector_forward(b, passes, pass_count, packed, re, im, false);
  }
}
