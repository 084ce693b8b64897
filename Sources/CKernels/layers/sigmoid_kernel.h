// Sigmoid and hyperbolic tangent, computed from the exponential function. NaN passes through every step:
// comparisons with it are false, and the power of two is multiplied, not added to the exponent.

// exp x for −87 ≤ x ≤ 88: 2ⁿ · exp r with |r| ≤ ln 2 / 2, exp r by the polynomial of Cephes' expf (Moshier).
INLINE vf exponential(vf x) {
  // Adding 1.5 · 2²³ rounds to an integer, which is then in the low bits.
  vf shifted = FMA(x, splat(1.44269504088896341f), splat(12582912.0f));
  vf n = shifted - splat(12582912.0f);
  vf r = FMA(n, splat(-0.693359375f), x);
  r = FMA(n, splat(2.12194440e-4f), r);
  vf p = splat(1.9875691500e-4f);
  p = FMA(p, r, splat(1.3981999507e-3f));
  p = FMA(p, r, splat(8.3334519073e-3f));
  p = FMA(p, r, splat(4.1665795894e-2f));
  p = FMA(p, r, splat(1.6666665459e-1f));
  p = FMA(p, r, splat(5.0000001201e-1f));
  p = FMA(p, r * r, r) + splat(1.0f);
  vu bits;
  memcpy(&bits, &shifted, sizeof bits);
  bits = (bits + 127u) << 23;
  vf power;
  memcpy(&power, &bits, sizeof power);
  return p * power;
}

INLINE vf sigmoid_of(vf x) {
  vf y = -x;
  y = y > splat(87.0f) ? splat(87.0f) : y;
  y = y < splat(-87.0f) ? splat(-87.0f) : y;
  return splat(1.0f) / (splat(1.0f) + exponential(y));
}

INLINE vf hyperbolic_tangent_of(vf x) {
  vi bits;
  memcpy(&bits, &x, sizeof bits);
  vi sign = bits & (vi)((int32_t)0x80000000u);
  bits ^= sign;
  vf a;
  memcpy(&a, &bits, sizeof a);
  // Near 0 the polynomial of Cephes' tanhf, elsewhere 1 − 2 / (exp 2|x| + 1), which is 1 from 10 on.
  vf z = a * a;
  vf p = splat(-5.70498872745e-3f);
  p = FMA(p, z, splat(2.06390887954e-2f));
  p = FMA(p, z, splat(-5.37397155531e-2f));
  p = FMA(p, z, splat(1.33314422036e-1f));
  p = FMA(p, z, splat(-3.33332819422e-1f));
  vf near = FMA(p * z, a, a);
  vf b = a > splat(10.0f) ? splat(10.0f) : a;
  vf far = splat(1.0f) - splat(2.0f) / (exponential(b + b) + splat(1.0f));
  vf y = a < splat(0.625f) ? near : far;
  memcpy(&bits, &y, sizeof bits);
  bits |= sign;
  memcpy(&y, &bits, sizeof y);
  return y;
}

#define EACH_ELEMENT(NAME)                                             \
  static void NAME(const float *x, size_t n, float *out) {             \
    size_t i = 0;                                                      \
    for (; i + V <= n; i += V) store(out + i, NAME##_of(load(x + i))); \
    if (i < n) {                                                       \
      float rest[V] = {0};                                             \
      memcpy(rest, x + i, (n - i) * sizeof(float));                    \
      store(rest, NAME##_of(load(rest)));                              \
      memcpy(out + i, rest, (n - i) * sizeof(float));                  \
    }                                                                  \
  }

EACH_ELEMENT(sigmoid)
EACH_ELEMENT(hyperbolic_tangent)
