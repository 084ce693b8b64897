// Vectors of V lanes: loads, shuffles and transposition.
typedef float vf __attribute__((ext_vector_type(V)));
typedef int32_t vi __attribute__((ext_vector_type(V)));
typedef uint32_t vu __attribute__((ext_vector_type(V)));
typedef uint64_t vu64 __attribute__((ext_vector_type(V)));

// Functions with vectors wider than those of the instruction set have no calling convention: always inlined.
#pragma clang diagnostic ignored "-Wpsabi"

#define INLINE static inline __attribute__((always_inline))

// a·b + c, rounded once if the instruction set has a fused multiply-add, else twice. FMA1 is for one number.
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

typedef float v8 __attribute__((ext_vector_type(8)));
typedef int32_t v8i __attribute__((ext_vector_type(8)));

INLINE v4 load4(const float *p) {
  v4 v;
  memcpy(&v, p, sizeof v);
  return v;
}

INLINE void store4(float *p, v4 v) { memcpy(p, &v, sizeof v); }

INLINE v8 load8(const float *p) {
  v8 v;
  memcpy(&v, p, sizeof v);
  return v;
}

INLINE void store8(float *p, v8 v) { memcpy(p, &v, sizeof v); }

// In each half: (a₀ + a₁, a₂ + a₃, b₀ + b₁, b₂ + b₃)
INLINE v8 pair_sums(v8 a, v8 b) {
  return __builtin_shufflevector(a, b, 0, 2, 8, 10, 4, 6, 12, 14) +
         __builtin_shufflevector(a, b, 1, 3, 9, 11, 5, 7, 13, 15);
}

// p[0 ..< 4] of rows 0, 4, 8 …: loads do the outer part of a transposition, at lower cost than shuffles
// across a whole vector.
INLINE vf load_quarters(const float *p, size_t stride) {
#if V == 16 && defined(CK_WIDE_ON_AVX2)
  v8 low = __builtin_shufflevector(load4(p), load4(p + 4 * stride), 0, 1, 2, 3, 4, 5, 6, 7);
  v8 high = __builtin_shufflevector(load4(p + 8 * stride), load4(p + 12 * stride), 0, 1, 2, 3, 4, 5, 6, 7);
  return __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
#elif V == 16
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

// The columns of the V rows at p, p + stride …: r[j] is column j.
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
