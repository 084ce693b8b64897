// max(x, 0) and its derivative, vectorized explicitly: a compiler's vector loop would exclude working in
// place.

static void rectify(const float *x, size_t n, float *out) {
  size_t i = 0;
  for (; i + V <= n; i += V) {
    vf v = load(x + i);
    store(out + i, v < splat(0) ? splat(0) : v);
  }
  for (; i < n; i++) out[i] = x[i] < 0 ? 0 : x[i];
}

static void rectify_gradient(const float *gradient, const float *y, size_t n, float *out) {
  size_t i = 0;
  for (; i + V <= n; i += V) {
    vf v = load(gradient + i);
    store(out + i, load(y + i) > splat(0) ? v : splat(0));
  }
  for (; i < n; i++) out[i] = y[i] > 0 ? gradient[i] : 0;
}
