// One group of vectors or two: where the instruction set has vectors for two, both at once, elsewhere one after the
// other.
#if V == 16
void ck_butterfly_forward_two_avx512(
    const ck_butterfly *, const float *, const ck_butterfly_ends *, const ck_butterfly_ends *,
    const ck_butterfly_ends *, const ck_butterfly_ends *, float *);
void ck_butterfly_backward_two_avx512(
    const ck_butterfly *, const float *, const ck_butterfly_ends *, const ck_butterfly_ends *,
    const ck_butterfly_ends *, float *, const ck_butterfly_ends *, const ck_butterfly_ends *, float *);
#endif

static void butterfly_forward(
    const ck_butterfly *b, const float *packed, const ck_butterfly_ends *in, const ck_butterfly_ends *out,
    const ck_butterfly_ends *next_in, const ck_butterfly_ends *next_out, float *work) {
  bool are_two = are_there(&in->second);
#if V == 16
  if (are_two) {
    ck_butterfly_forward_two_avx512(b, packed, in, out, next_in, next_out, work);
    return;
  }
#endif
  tiles_forward(
      b, packed, &in->first, 0, &out->first, 0, prefetching_begin(b, next_in, next_out), work);
  if (are_two)
    tiles_forward(b, packed, &in->second, 0, &out->second, 0, prefetching_begin(b, 0, 0), work);
}

static void butterfly_backward(
    const ck_butterfly *b, const float *packed, const ck_butterfly_ends *in, const ck_butterfly_ends *out_gradient,
    const ck_butterfly_ends *in_gradient, float *packed_gradient, const ck_butterfly_ends *next_in,
    const ck_butterfly_ends *next_out_gradient, float *work) {
  bool are_two = are_there(&in->second);
#if V == 16
  if (are_two) {
    ck_butterfly_backward_two_avx512(
        b, packed, in, out_gradient, in_gradient, packed_gradient, next_in, next_out_gradient, work);
    return;
  }
#endif
  tiles_backward(
      b, packed, &in->first, 0, &out_gradient->first, 0, in_gradient ? &in_gradient->first : 0, 0,
      packed_gradient, prefetching_begin(b, next_in, next_out_gradient), work);
  if (are_two) {
    tiles_backward(
        b, packed, &in->second, 0, &out_gradient->second, 0, in_gradient ? &in_gradient->second : 0, 0,
        packed_gradient, prefetching_begin(b, 0, 0), work);
  }
}
