// One tile or two: where the instruction set has vectors for two, both at once, elsewhere one after the other.
#if V == 16
void ck_butterfly_forward_two_avx512(
    const ck_butterfly *, const float *, const float *, const float *, float *, float *,
    const ck_butterfly_next *, float *);
void ck_butterfly_backward_two_avx512(
    const ck_butterfly *, const float *, const float *, const float *, const float *, const float *, float *,
    float *, float *, const ck_butterfly_next *, float *);
#endif

static void butterfly_forward(
    const ck_butterfly *b, const float *packed, const float *in, const float *in_second, float *out,
    float *out_second, const ck_butterfly_next *next, float *work) {
#if V == 16
  if (in_second) {
    ck_butterfly_forward_two_avx512(b, packed, in, in_second, out, out_second, next, work);
    return;
  }
#endif
  tiles_forward(b, packed, in, 0, out, 0, next, work);
  if (in_second) tiles_forward(b, packed, in_second, 0, out_second, 0, 0, work);
}

static void butterfly_backward(
    const ck_butterfly *b, const float *packed, const float *in, const float *in_second,
    const float *out_gradient, const float *out_gradient_second, float *in_gradient, float *in_gradient_second,
    float *packed_gradient, const ck_butterfly_next *next, float *work) {
#if V == 16
  if (in_second) {
    ck_butterfly_backward_two_avx512(
        b, packed, in, in_second, out_gradient, out_gradient_second, in_gradient, in_gradient_second,
        packed_gradient, next, work);
    return;
  }
#endif
  tiles_backward(b, packed, in, 0, out_gradient, 0, in_gradient, 0, packed_gradient, next, work);
  if (in_second) {
    tiles_backward(
        b, packed, in_second, 0, out_gradient_second, 0, in_gradient_second, 0, packed_gradient, 0, work);
  }
}
