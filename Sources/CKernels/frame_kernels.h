// The frame kernels, compiled once per instruction set. The including file defines
//   V         lanes of a vector: 4, 8 or 16
//   CK_FUSED  1 where a fused multiply-add is one instruction
//   CK_TABLE, CK_NAME
#include <string.h>

#include "kernels.h"

typedef float vf __attribute__((ext_vector_type(V)));
typedef int32_t vi __attribute__((ext_vector_type(V)));
typedef uint32_t vu __attribute__((ext_vector_type(V)));
typedef uint64_t vu64 __attribute__((ext_vector_type(V)));

// Functions that take vectors wider than the instruction set's are always inlined: they have no calling convention.
#pragma clang diagnostic ignored "-Wpsabi"

#define INLINE static inline __attribute__((always_inline))

#if CK_FUSED
#define FMA(a, b, c) __builtin_elementwise_fma((a), (b), (c))
#define FMA1(a, b, c) __builtin_fmaf((a), (b), (c))
#else
#define FMA(a, b, c) ((a) * (b) + (c))
#define FMA1(a, b, c) ((a) * (b) + (c))
#endif

INLINE vf splat(float x) { return (vf)(x); }

INLINE vf load(const float *p) {
  vf v;
  memcpy(&v, p, sizeof v);
  return v;
}

INLINE void store(float *p, vf v) { memcpy(p, &v, sizeof v); }

// MARK: Shuffles

#if V == 4
#define EVEN(a, b) __builtin_shufflevector(a, b, 0, 2, 4, 6)
#define ODD(a, b) __builtin_shufflevector(a, b, 1, 3, 5, 7)
#define EVEN_REVERSED(a, b) __builtin_shufflevector(a, b, 6, 4, 2, 0)
#define ODD_REVERSED(a, b) __builtin_shufflevector(a, b, 7, 5, 3, 1)
#define REVERSED(a) __builtin_shufflevector(a, a, 3, 2, 1, 0)
#define LOW_WORDS(a, b) __builtin_shufflevector(a, b, 0, 4, 1, 5)
#define HIGH_WORDS(a, b) __builtin_shufflevector(a, b, 2, 6, 3, 7)
#define LOW_PAIRS(a, b) __builtin_shufflevector(a, b, 0, 1, 4, 5)
#define HIGH_PAIRS(a, b) __builtin_shufflevector(a, b, 2, 3, 6, 7)
#define SHIFTED(before, here) __builtin_shufflevector(before, here, 3, 4, 5, 6)
#elif V == 8
#define EVEN(a, b) __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14)
#define ODD(a, b) __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15)
#define EVEN_REVERSED(a, b) __builtin_shufflevector(a, b, 14, 12, 10, 8, 6, 4, 2, 0)
#define ODD_REVERSED(a, b) __builtin_shufflevector(a, b, 15, 13, 11, 9, 7, 5, 3, 1)
#define REVERSED(a) __builtin_shufflevector(a, a, 7, 6, 5, 4, 3, 2, 1, 0)
#define LOW_WORDS(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 4, 12, 5, 13)
#define HIGH_WORDS(a, b) __builtin_shufflevector(a, b, 2, 10, 3, 11, 6, 14, 7, 15)
#define LOW_PAIRS(a, b) __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13)
#define HIGH_PAIRS(a, b) __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15)
#define SHIFTED(before, here) __builtin_shufflevector(before, here, 7, 8, 9, 10, 11, 12, 13, 14)
#else
#define EVEN(a, b) \
  __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30)
#define ODD(a, b) \
  __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31)
#define EVEN_REVERSED(a, b) \
  __builtin_shufflevector(a, b, 30, 28, 26, 24, 22, 20, 18, 16, 14, 12, 10, 8, 6, 4, 2, 0)
#define ODD_REVERSED(a, b) \
  __builtin_shufflevector(a, b, 31, 29, 27, 25, 23, 21, 19, 17, 15, 13, 11, 9, 7, 5, 3, 1)
#define REVERSED(a) __builtin_shufflevector(a, a, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
#define LOW_WORDS(a, b) \
  __builtin_shufflevector(a, b, 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29)
#define HIGH_WORDS(a, b) \
  __builtin_shufflevector(a, b, 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31)
#define LOW_PAIRS(a, b) \
  __builtin_shufflevector(a, b, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29)
#define HIGH_PAIRS(a, b) \
  __builtin_shufflevector(a, b, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31)
#define SHIFTED(before, here) \
  __builtin_shufflevector( \
      before, here, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30)
#endif

typedef float v4 __attribute__((ext_vector_type(4)));
typedef int32_t v4i __attribute__((ext_vector_type(4)));

INLINE v4 load4(const float *p) {
  v4 v;
  memcpy(&v, p, sizeof v);
  return v;
}

// The quarters p[0 ..< 4] of rows 0, 4, 8 …: the loads do the long part of a transposition, and cost less than
// shuffles across a whole vector would.
INLINE vf load_quarters(const float *p, size_t stride) {
#if V == 16
  __m512 v = _mm512_castps128_ps512(_mm_loadu_ps(p));
  v = _mm512_mask_broadcast_f32x4(v, 0x00f0, _mm_loadu_ps(p + 4 * stride));
  v = _mm512_mask_broadcast_f32x4(v, 0x0f00, _mm_loadu_ps(p + 8 * stride));
  v = _mm512_mask_broadcast_f32x4(v, 0xf000, _mm_loadu_ps(p + 12 * stride));
  vf r;
  memcpy(&r, &v, sizeof r);
  return r;
#elif V == 8
  v4 low = load4(p), high = load4(p + 4 * stride);
  return __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7);
#else
  (void)stride;
  return load(p);
#endif
}

// Columns of the V rows at p, p + stride …: r[j] is column j.
INLINE void load_columns(const float *p, size_t stride, vf r[V]) {
#pragma clang loop unroll(full)
  for (int c = 0; c < V; c += 4) {
    vf a = load_quarters(p + c, stride), b = load_quarters(p + c + stride, stride);
    vf d = load_quarters(p + c + 2 * stride, stride), e = load_quarters(p + c + 3 * stride, stride);
    vf ab = LOW_WORDS(a, b), AB = HIGH_WORDS(a, b), de = LOW_WORDS(d, e), DE = HIGH_WORDS(d, e);
    r[c] = LOW_PAIRS(ab, de);
    r[c + 1] = HIGH_PAIRS(ab, de);
    r[c + 2] = LOW_PAIRS(AB, DE);
    r[c + 3] = HIGH_PAIRS(AB, DE);
  }
}

// MARK: Logarithm

// x = 2^e · (1 + f) with 1 + f in [√½, √2); ln(1 + f) = f − f²/2 + f³ q(f), the coefficients of Cephes' logf.
// ln 2 is split so that e times its larger part is exact.
INLINE vf log_positive(vf x) {
  vi bits;
  memcpy(&bits, &x, sizeof x);
  vi e = (bits - 0x3f3504f3) >> 23;
  vi mantissa = bits - (vi)((vu)e << 23);
  vf m;
  memcpy(&m, &mantissa, sizeof m);
  vf f = m - splat(1);
  vf exponent = __builtin_convertvector(e, vf);
  vf square = f * f;
  vf q = splat(7.0376836292e-2f);
  q = FMA(q, f, splat(-1.1514610310e-1f));
  q = FMA(q, f, splat(1.1676998740e-1f));
  q = FMA(q, f, splat(-1.2420140846e-1f));
  q = FMA(q, f, splat(1.4249322787e-1f));
  q = FMA(q, f, splat(-1.6668057665e-1f));
  q = FMA(q, f, splat(2.0000714765e-1f));
  q = FMA(q, f, splat(-2.4999993993e-1f));
  q = FMA(q, f, splat(3.3333331174e-1f));
  vf y = q * (square * f);
  y = FMA(exponent, splat(-2.12194440e-4f), y);
  y = FMA(square, splat(-0.5f), y);
  vf r = f + y;
  r = FMA(exponent, splat(0.693359375f), r);
  return x < splat(__builtin_inff()) ? r : x;
}

INLINE vf floored(vf x, float floor) { return x < splat(floor) ? splat(floor) : x; }

// A loop of its own: memcpy with a length that is not known calls the library.
INLINE void copy_few(float *to, const float *from, size_t n) {
#pragma clang loop vectorize(disable) unroll(disable)
  for (size_t i = 0; i < n; i++) to[i] = from[i];
}

static void logarithm(float *x, size_t n) {
  size_t i = 0;
  for (; i + V <= n; i += V) store(x + i, log_positive(load(x + i)));
  if (i < n) {
    float last[V];
    for (int j = 0; j < V; j++) last[j] = 1;
    copy_few(last, x + i, n - i);
    store(last, log_positive(load(last)));
    copy_few(x + i, last, n - i);
  }
}

// MARK: Samples

static void convert_int16(const int16_t *in, float *out, size_t n) {
  typedef int16_t vs __attribute__((ext_vector_type(V)));
  size_t i = 0;
  for (; i + V <= n; i += V) {
    vs s;
    memcpy(&s, in + i, sizeof s);
    store(out + i, __builtin_convertvector(s, vf));
  }
  for (; i < n; i++) out[i] = (float)in[i];
}

// Sums have 64 lanes: element i goes to lane i mod 64, four columns of 16; the columns are added pairwise, then
// the 16 lanes pairwise in double precision.
#define PART (16 / V)

typedef double vd __attribute__((ext_vector_type(V)));

INLINE double lanes_total(const vf a[4][PART]) {
  double t[16];
  for (int p = 0; p < PART; p++) {
    vd d = __builtin_convertvector((a[0][p] + a[1][p]) + (a[2][p] + a[3][p]), vd);
    memcpy(t + V * p, &d, sizeof d);
  }
  typedef double vd8 __attribute__((ext_vector_type(8)));
  typedef double vd4 __attribute__((ext_vector_type(4)));
  typedef double vd2 __attribute__((ext_vector_type(2)));
  vd8 t8, u8;
  memcpy(&t8, t, sizeof t8);
  memcpy(&u8, t + 8, sizeof u8);
  t8 += u8;
  vd4 t4 = t8.lo + t8.hi;
  vd2 t2 = t4.lo + t4.hi;
  return t2.x + t2.y;
}

INLINE double sum_inline(const float *x, size_t n) {
  vf a[4][PART] = {0};
  size_t i = 0;
  for (; i + 64 <= n; i += 64)
    for (int c = 0; c < 4; c++)
      for (int p = 0; p < PART; p++) a[c][p] += load(x + i + 16 * c + V * p);
  // Whole columns that are left over; N = 400 leaves one and no more.
  for (int c = 0; c < 3; c++)
    if (i + 16 <= n) {
      for (int p = 0; p < PART; p++) a[c][p] += load(x + i + V * p);
      i += 16;
    }
  if (i < n) {
    // The lanes that follow: i mod 64 is a multiple of 16 here.
    vf tail[4][PART];
    float lanes[64] = {0};
    memcpy(lanes + i % 64, x + i, (n - i) * sizeof(float));
    memcpy(tail, lanes, sizeof lanes);
    for (int c = 0; c < 4; c++)
      for (int p = 0; p < PART; p++) a[c][p] += tail[c][p];
  }
  return lanes_total(a);
}

static double sum(const float *x, size_t n) { return sum_inline(x, n); }

static float energy(const float *x, size_t n, float mean) {
  vf a[4][PART] = {0};
  vf m = splat(mean);
  size_t i = 0;
  for (; i + 64 <= n; i += 64)
    for (int c = 0; c < 4; c++)
      for (int p = 0; p < PART; p++) {
        vf d = load(x + i + 16 * c + V * p) - m;
        a[c][p] = FMA(d, d, a[c][p]);
      }
  if (i < n) {
    vf tail[4][PART];
    float lanes[64];
    for (int j = 0; j < 64; j++) lanes[j] = mean;
    memcpy(lanes, x + i, (n - i) * sizeof(float));
    memcpy(tail, lanes, sizeof lanes);
    for (int c = 0; c < 4; c++)
      for (int p = 0; p < PART; p++) {
        vf d = tail[c][p] - m;
        a[c][p] = FMA(d, d, a[c][p]);
      }
  }
  return (float)lanes_total(a);
}

static float window(
    const float *x, const float *w, float *out, size_t n, float c, bool removes_mean) {
  float mean = 0, offset = 0;
  if (removes_mean && n > 0) {
    double m = sum_inline(x, n) / (double)n;
    mean = (float)m;
    offset = (float)(m * (1 - (double)c));
  }
  vf minus_c = splat(-c), o = splat(offset);
  size_t i = 0;
  vf before = splat(x[0]);
  for (; i + V <= n; i += V) {
    vf here = load(x + i);
    store(out + i, (FMA(minus_c, SHIFTED(before, here), here) - o) * load(w + i));
    before = here;
  }
  for (; i < n; i++) out[i] = (FMA1(-c, x[i > 0 ? i - 1 : 0], x[i]) - offset) * w[i];
  return mean;
}

// MARK: Spectrum

// With E = Z_k + conj Z_{m−k}, O = −i (Z_k − conj Z_{m−k}) and T = exp(−πik/m) O:
// 2 X_k = E + T and 2 X_{m−k} = conj(E − T).
static void power(float *z, const float *twiddles, size_t m, bool magnitude, float *out) {
  size_t half = m / 2;
  const float *wr = twiddles;
  const float *wi = twiddles + (half + 1 + CK_SLACK - 1) / CK_SLACK * CK_SLACK;
  z[2 * m] = z[0];
  z[2 * m + 1] = z[1];
  size_t k = 0;
  for (; k + V <= half; k += V) {
    vf a0 = load(z + 2 * k), a1 = load(z + 2 * k + V);
    const float *back = z + 2 * (m - k - (V - 1));
    vf b0 = load(back), b1 = load(back + V);
    vf ar = EVEN(a0, a1), ai = ODD(a0, a1);
    vf br = EVEN_REVERSED(b0, b1), bi = ODD_REVERSED(b0, b1);
    vf er = ar + br, ei = ai - bi, or = ai + bi, oi = br - ar;
    vf cr = load(wr + k), ci = load(wi + k);
    vf tr = FMA(cr, or, -(ci * oi));
    vf ti = FMA(cr, oi, ci * or);
    vf pr = er + tr, pi = ei + ti, qr = er - tr, qi = ei - ti;
    vf p = FMA(pr, pr, pi * pi), q = FMA(qr, qr, qi * qi);
    if (magnitude) {
      p = __builtin_elementwise_sqrt(p);
      q = __builtin_elementwise_sqrt(q);
    }
    store(out + k, p);
    store(out + m - k - (V - 1), REVERSED(q));
  }
  for (; k <= half; k++) {
    float ar = z[2 * k], ai = z[2 * k + 1], br = z[2 * (m - k)], bi = z[2 * (m - k) + 1];
    float er = ar + br, ei = ai - bi, or = ai + bi, oi = br - ar;
    float cr = wr[k], ci = wi[k];
    float tr = FMA1(cr, or, -(ci * oi));
    float ti = FMA1(cr, oi, ci * or);
    float pr = er + tr, pi = ei + ti, qr = er - tr, qi = ei - ti;
    float p = FMA1(pr, pr, pi * pi), q = FMA1(qr, qr, qi * qi);
    out[m - k] = magnitude ? __builtin_sqrtf(q) : q;
    out[k] = magnitude ? __builtin_sqrtf(p) : p;
  }
}

// MARK: Mel

// Four rising lanes and four falling ones.
typedef float v8 __attribute__((ext_vector_type(8)));

// In each half: (a₀ + a₁, a₂ + a₃, b₀ + b₁, b₂ + b₃)
INLINE v8 pair_sums(v8 a, v8 b) {
  return __builtin_shufflevector(a, b, 0, 2, 8, 10, 4, 6, 12, 14) +
         __builtin_shufflevector(a, b, 1, 3, 9, 11, 5, 7, 13, 15);
}

INLINE v4 kept(v4 x, int32_t n) {
  v4i bits, mask = (v4i){0, 1, 2, 3} < (v4i)(n);
  memcpy(&bits, &x, sizeof x);
  bits &= mask;
  memcpy(&x, &bits, sizeof x);
  return x;
}

INLINE v8 weighted(const float *w, v4 x, v8 sum) {
  v8 v, both = __builtin_shufflevector(x, x, 0, 1, 2, 3, 0, 1, 2, 3);
  memcpy(&v, w, sizeof v);
  return FMA(v, both, sum);
}

// The sides of one segment. What follows it in `p` is masked off, for it may not be a number.
INLINE v8 segment(int32_t width, const float **w, const float **p) {
  v8 sum = (v8)(0.0f);
  for (; width > 4; width -= 4, *p += 4, *w += 8) sum = weighted(*w, load4(*p), sum);
  if (width > 0) {
    sum = weighted(*w, kept(load4(*p), width), sum);
    *p += width;
    *w += 8;
  }
  return sum;
}

static void mel(const ck_filter_bank *bank, const float *power, float *scratch, float *out) {
  int32_t segments = bank->bins + 1;
  float *rises = scratch, *falls = scratch + (segments + 3) / 4 * 4 + 16;
  const float *w = bank->weights, *p = power + bank->firstPoint;
  const int32_t *widths = bank->widths;
  for (int32_t s = 0; s < segments; s += 4) {
    v8 s0 = segment(widths[s], &w, &p);
    v8 s1 = segment(s + 1 < segments ? widths[s + 1] : 0, &w, &p);
    v8 s2 = segment(s + 2 < segments ? widths[s + 2] : 0, &w, &p);
    v8 s3 = segment(s + 3 < segments ? widths[s + 3] : 0, &w, &p);
    v8 sums = pair_sums(pair_sums(s0, s1), pair_sums(s2, s3));
    v4 r = sums.lo, f = sums.hi;
    memcpy(rises + s, &r, sizeof r);
    memcpy(falls + s, &f, sizeof f);
  }
  int32_t b = 0;
  for (; b + V <= bank->bins; b += V) {
    vf x = floored(load(rises + b) + load(falls + b + 1), bank->floor);
    store(out + b, bank->logarithm ? log_positive(x) : x);
  }
  if (b < bank->bins) {
    vf x = floored(load(rises + b) + load(falls + b + 1), bank->floor);
    if (bank->logarithm) x = log_positive(x);
    float last[V];
    store(last, x);
    // Four at a time: forty bins leave eight.
    int32_t i = 0;
    for (; b + 4 <= bank->bins; b += 4, i += 4) memcpy(out + b, last + i, 4 * sizeof(float));
    copy_few(out + b, last + i, (size_t)(bank->bins - b));
  }
}

static void mel_group(
    const ck_filter_bank *bank, const float *power, size_t stride, float *scratch, float *out) {
  size_t end = (size_t)bank->endPoint;
  for (size_t k = (size_t)bank->firstPoint / V * V; k < end; k += V) {
    vf r[V];
    load_columns(power + k, stride, r);
    for (int i = 0; i < V; i++) store(scratch + (k + (size_t)i) * V, r[i]);
  }
  const float *w = bank->weights, *p = scratch + (size_t)bank->firstPoint * V;
  vf floor = splat(bank->floor);
  vf rising = splat(0);
  for (int32_t s = 0; s <= bank->bins; s++) {
    vf r0 = splat(0), r1 = r0, r2 = r0, r3 = r0, f0 = r0, f1 = r0, f2 = r0, f3 = r0;
    int32_t width = bank->widths[s];
    for (; width > 3; width -= 4, p += 4 * V, w += 8) {
      vf x0 = load(p), x1 = load(p + V), x2 = load(p + 2 * V), x3 = load(p + 3 * V);
      r0 = FMA(splat(w[0]), x0, r0);
      r1 = FMA(splat(w[1]), x1, r1);
      r2 = FMA(splat(w[2]), x2, r2);
      r3 = FMA(splat(w[3]), x3, r3);
      f0 = FMA(splat(w[4]), x0, f0);
      f1 = FMA(splat(w[5]), x1, f1);
      f2 = FMA(splat(w[6]), x2, f2);
      f3 = FMA(splat(w[7]), x3, f3);
    }
    if (width > 0) {
      vf x0 = load(p);
      r0 = FMA(splat(w[0]), x0, r0);
      f0 = FMA(splat(w[4]), x0, f0);
      if (width > 1) {
        vf x1 = load(p + V);
        r1 = FMA(splat(w[1]), x1, r1);
        f1 = FMA(splat(w[5]), x1, f1);
      }
      if (width > 2) {
        vf x2 = load(p + 2 * V);
        r2 = FMA(splat(w[2]), x2, r2);
        f2 = FMA(splat(w[6]), x2, f2);
      }
      p += width * V;
      w += 8;
    }
    if (s > 0) {
      vf x = rising + ((f0 + f1) + (f2 + f3));
      x = x < floor ? floor : x;
      store(out + (size_t)(s - 1) * V, bank->logarithm ? log_positive(x) : x);
    }
    rising = (r0 + r1) + (r2 + r3);
  }
}

// MARK: Matrix

static void matrix(const float *matrix, size_t rows, size_t columns, const float *x, float *out) {
  for (size_t k = 0; k < rows; k++) {
    float s = 0;
    for (size_t b = 0; b < columns; b++) s = FMA1(matrix[k * columns + b], x[b], s);
    out[k] = s;
  }
}

static void matrix_group(const float *matrix, size_t rows, size_t columns, const float *x, float *out) {
  for (size_t k = 0; k < rows; k++) {
    vf s = splat(0);
    for (size_t b = 0; b < columns; b++) s = FMA(splat(matrix[k * columns + b]), load(x + b * V), s);
    store(out + k * V, s);
  }
}

static void store_rows(const float *x, size_t channels, size_t frames, float *rows) {
  if (channels < V) {
    for (size_t f = 0; f < frames; f++)
      for (size_t c = 0; c < channels; c++) rows[f * channels + c] = x[c * V + f];
    return;
  }
  for (size_t c = 0; c < channels; c += V) {
    // The last block overlaps the one before it.
    size_t at = c + V <= channels ? c : channels - V;
    vf r[V];
    load_columns(x + at * V, V, r);
    for (size_t f = 0; f < V; f++)
      if (f < frames) store(rows + f * channels + at, r[f]);
  }
}

// MARK: Dither

INLINE void philox_round(vu c[4], uint32_t k0, uint32_t k1) {
  vu64 p0 = __builtin_convertvector(c[0], vu64) * 0xD2511F53u;
  vu64 p1 = __builtin_convertvector(c[2], vu64) * 0xCD9E8D57u;
  vu h0 = __builtin_convertvector(p0 >> 32, vu), l0 = __builtin_convertvector(p0, vu);
  vu h1 = __builtin_convertvector(p1 >> 32, vu), l1 = __builtin_convertvector(p1, vu);
  vu n0 = h1 ^ c[1] ^ k0, n2 = h0 ^ c[3] ^ k1;
  c[0] = n0;
  c[1] = l1;
  c[2] = n2;
  c[3] = l0;
}

// Two normal variates of two words: radius √(−2 ln u) with u = (w₀ div 2⁸ + 1) / 2²⁴, angle w₁ / 2³² of a turn. The
// angle is reduced to an eighth of a turn in integers; sine and cosine are Cephes' sinf and cosf.
INLINE void box_muller(vu w0, vu w1, vf *first, vf *second) {
  vf u = (__builtin_convertvector((vi)(w0 >> 8), vf) + splat(1)) * splat(0x1p-24f);
  vf r = __builtin_elementwise_sqrt(log_positive(u) * splat(-2));
  vu quarter = (w1 + 0x20000000u) >> 30;
  vi rest = (vi)(w1 - (quarter << 30));
  vf a = __builtin_convertvector(rest, vf) * splat(0x1.921fb6p0f * 0x1p-30f);
  vf z = a * a;
  vf s = FMA(z, splat(-1.9515295891e-4f), splat(8.3321608736e-3f));
  s = FMA(s, z, splat(-1.6666654611e-1f));
  s = FMA(s * z, a, a);
  vf c = FMA(z, splat(2.443315711809948e-5f), splat(-1.388731625493765e-3f));
  c = FMA(c, z, splat(4.166664568298827e-2f));
  c = FMA(c * z, z, FMA(z, splat(-0.5f), splat(1)));
  vi swap = (vi)((quarter & 1) != 0);
  vf cosine = swap ? s : c, sine = swap ? c : s;
  cosine = (vi)(((quarter + 1) & 2) != 0) ? -cosine : cosine;
  sine = (vi)((quarter & 2) != 0) ? -sine : sine;
  *first = r * cosine;
  *second = r * sine;
}

static void dither(float *x, size_t n, float scale, uint64_t seed, uint64_t utterance, uint64_t frame) {
  vu lane;
  for (int i = 0; i < V; i++) lane[i] = (uint32_t)i;
  for (size_t at = 0; at < n; at += 4 * V) {
    vu c[4] = {
        (lane + (uint32_t)(at / 4)) | ((vu){0} + (uint32_t)((frame >> 32) << 16)),
        (vu){0} + (uint32_t)frame,
        (vu){0} + (uint32_t)utterance,
        (vu){0} + (uint32_t)(utterance >> 32),
    };
    uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
    for (int round = 0; round < 10; round++) {
      philox_round(c, k0, k1);
      k0 += 0x9E3779B9u;
      k1 += 0xBB67AE85u;
    }
    vf g[4];
    box_muller(c[0], c[1], &g[0], &g[1]);
    box_muller(c[2], c[3], &g[2], &g[3]);
    // Sample 4q + j takes variate j of quadruple q.
    for (size_t q = 0; q < V; q++)
      for (size_t j = 0; j < 4; j++)
        if (at + 4 * q + j < n) x[at + 4 * q + j] = FMA1(scale, g[j][q], x[at + 4 * q + j]);
  }
}

const ck_kernels CK_TABLE = {
    .name = CK_NAME,
    .group = V,
    .convert_int16 = convert_int16,
    .sum = sum,
    .energy = energy,
    .window = window,
    .power = power,
    .mel = mel,
    .mel_group = mel_group,
    .matrix = matrix,
    .matrix_group = matrix_group,
    .store_rows = store_rows,
    .logarithm = logarithm,
    .dither = dither,
};
