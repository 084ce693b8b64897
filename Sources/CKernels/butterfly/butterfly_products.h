// Products of one tile or two. Two are processed at once if the vectors of the instruction set are wide
// enough, else one after the other.
#if V == 16
void ck_butterfly_forward_two_avx512(
    const ck_butterfly *, const float *, const ck_tile_pair *, const ck_tile_pair *,
    const ck_tile_pair *, const ck_tile_pair *, float *);
void ck_butterfly_backward_two_avx512(
    const ck_butterfly *, const float *, const ck_tile_pair *, const ck_tile_pair *,
    const ck_tile_pair *, float *, const ck_tile_pair *, const ck_tile_pair *, float *);
#endif

static void butterfly_forward(
    const ck_butterfly *b, const float *packed, const ck_tile_pair *in, const ck_tile_pair *out,
    const ck_tile_pair *next_in, const ck_tile_pair *next_out, float *work) {
  bool has_second = is_present(&in->second);
#if V == 16
  if (has_second) {
    ck_butterfly_forward_two_avx512(b, packed, in, out, next_in, next_out, work);
    return;
  }
#endif
  tiles_forward(
      b, packed, &in->first, 0, &out->first, 0, prefetching_begin(b, next_in, next_out), work);
  if (has_second)
    tiles_forward(b, packed, &in->second, 0, &out->second, 0, prefetching_begin(b, 0, 0), work);
}

static void butterfly_backward(
    const ck_butterfly *b, const float *packed, const ck_tile_pair *in, const ck_tile_pair *out_gradient,
    const ck_tile_pair *in_gradient, float *packed_gradient, const ck_tile_pair *next_in,
    const ck_tile_pair *next_out_gradient, float *work) {
  bool has_second = is_present(&in->second);
#if V == 16
  if (has_second) {
    ck_butterfly_backward_two_avx512(
        b, packed, in, out_gradient, in_gradient, packed_gradient, next_in, next_out_gradient, work);
    return;
  }
#endif
  tiles_backward(
      b, packed, &in->first, 0, &out_gradient->first, 0, in_gradient ? &in_gradient->first : 0, 0,
      packed_gradient, prefetching_begin(b, next_in, next_out_gradient), work);
  if (has_second) {
    tiles_backward(
        b, packed, &in->second, 0, &out_gradient->second, 0, in_gradient ? &in_gradient->second : 0, 0,
        packed_gradient, prefetching_begin(b, 0, 0), work);
  }
}
