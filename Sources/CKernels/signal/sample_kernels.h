// Kernels from samples to windowed frames.

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

// Sums have 64 lanes, element i in lane i mod 64, as four columns of 16. The columns are added pairwise, then
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
  // The remaining whole columns; n = 400 leaves exactly one.
  for (int c = 0; c < 3; c++)
    if (i + 16 <= n) {
      for (int p = 0; p < PART; p++) a[c][p] += load(x + i + V * p);
      i += 16;
    }
  if (i < n) {
    // The remaining lanes; i mod 64 is a multiple of 16 here.
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
  vf previous = splat(x[0]);
  for (; i + V <= n; i += V) {
    vf current = load(x + i);
    store(out + i, (FMA(minus_c, SHIFTED(previous, current), current) - o) * load(w + i));
    previous = current;
  }
  for (; i < n; i++) out[i] = (FMA1(-c, x[i > 0 ? i - 1 : 0], x[i]) - offset) * w[i];
  return mean;
}
