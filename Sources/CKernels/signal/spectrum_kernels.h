// Kernels from Fourier transforms to feature rows.

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

// The first n lanes of x, zeros in the others.
INLINE v4 first_lanes(v4 x, int32_t n) {
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

// The sums of one segment: four rising lanes, then four falling ones. Values past its end are masked, since
// they may be NaN.
INLINE v8 segment(int32_t width, const float **w, const float **p) {
  v8 sum = (v8)(0.0f);
  for (; width > 4; width -= 4, *p += 4, *w += 8) sum = weighted(*w, load4(*p), sum);
  if (width > 0) {
    sum = weighted(*w, first_lanes(load4(*p), width), sum);
    *p += width;
    *w += 8;
  }
  return sum;
}

static void mel(const ck_filter_bank *bank, const float *power, float *scratch, float *out) {
  int32_t segments = bank->bins + 1;
  float *rising = scratch, *falling = scratch + (segments + 3) / 4 * 4 + 16;
  const float *w = bank->weights, *p = power + bank->first_point;
  const int32_t *widths = bank->widths;
  for (int32_t s = 0; s < segments; s += 4) {
    v8 s0 = segment(widths[s], &w, &p);
    v8 s1 = segment(s + 1 < segments ? widths[s + 1] : 0, &w, &p);
    v8 s2 = segment(s + 2 < segments ? widths[s + 2] : 0, &w, &p);
    v8 s3 = segment(s + 3 < segments ? widths[s + 3] : 0, &w, &p);
    v8 sums = pair_sums(pair_sums(s0, s1), pair_sums(s2, s3));
    v4 r = sums.lo, f = sums.hi;
    memcpy(rising + s, &r, sizeof r);
    memcpy(falling + s, &f, sizeof f);
  }
  int32_t b = 0;
  for (; b + V <= bank->bins; b += V) {
    vf x = floored(load(rising + b) + load(falling + b + 1), bank->floor);
    store(out + b, bank->logarithm ? log_positive(x) : x);
  }
  if (b < bank->bins) {
    vf x = floored(load(rising + b) + load(falling + b + 1), bank->floor);
    if (bank->logarithm) x = log_positive(x);
    float last[V];
    store(last, x);
    // Four at a time: 40 bins leave 8.
    int32_t i = 0;
    for (; b + 4 <= bank->bins; b += 4, i += 4) memcpy(out + b, last + i, 4 * sizeof(float));
    copy_few(out + b, last + i, (size_t)(bank->bins - b));
  }
}

static void mel_group(
    const ck_filter_bank *bank, const float *power, size_t stride, float *scratch, float *out) {
  size_t end = (size_t)bank->end_point;
  for (size_t k = (size_t)bank->first_point / V * V; k < end; k += V) {
    vf r[V];
    load_columns(power + k, stride, r);
    for (int i = 0; i < V; i++) store(scratch + (k + (size_t)i) * V, r[i]);
  }
  const float *w = bank->weights, *p = scratch + (size_t)bank->first_point * V;
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
    // The last block overlaps the previous one.
    size_t at = c + V <= channels ? c : channels - V;
    vf r[V];
    load_columns(x + at * V, V, r);
    for (size_t f = 0; f < V; f++)
      if (f < frames) store(rows + f * channels + at, r[f]);
  }
}
