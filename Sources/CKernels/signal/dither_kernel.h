// Normal noise that depends only on its key.

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

// Two normal variates from two words: radius √(−2 ln u) with u = (⌊w₀ / 2⁸⌋ + 1) / 2²⁴, angle 2π · w₁ / 2³².
// The angle is reduced to ±π/4 in integers; sine and cosine are those of Cephes' sinf and cosf.
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
    // Sample 4q + j uses variate j of counter q.
    for (size_t q = 0; q < V; q++)
      for (size_t j = 0; j < 4; j++)
        if (at + 4 * q + j < n) x[at + 4 * q + j] = FMA1(scale, g[j][q], x[at + 4 * q + j]);
  }
}
