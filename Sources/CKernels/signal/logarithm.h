// The natural logarithm.

// x = 2^e · (1 + f) with 1 + f in [√½, √2); ln(1 + f) = f − f²/2 + f³ q(f) with the coefficients of Cephes'
// logf. ln 2 is split so that the product of e and the larger part is exact.
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

// Copies fewer than V floats; memcpy of a variable length would call the library.
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
