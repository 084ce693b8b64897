// A butterfly product with its memory, and functions that run its kernels.
#ifndef CROSS_COMPILED_PRODUCT_H
#define CROSS_COMPILED_PRODUCT_H

#include <string.h>

#include "schedule.h"

static uint64_t random_state = 1;

// Marsaglia's xorshift64*, uniform on [−1, 1).
static float random_float(void) {
  random_state ^= random_state >> 12;
  random_state ^= random_state << 25;
  random_state ^= random_state >> 27;
  return (float)((double)((random_state * 0x2545f4914f6cdd1dull) >> 11) * 0x1p-52 - 1);
}

static void *memory(size_t count, size_t size) {
  void *p = 0;
  if (posix_memalign(&p, CK_ALIGNMENT, (count + CK_SLACK) * size)) abort();
  memset(p, 0, (count + CK_SLACK) * size);
  return p;
}

static float *floats(size_t count) { return memory(count, sizeof(float)); }

static float *random_floats(size_t count, float scale) {
  float *p = floats(count);
  for (size_t i = 0; i < count; i++) p[i] = scale * random_float();
  return p;
}

typedef struct {
  schedule *s;
  bool is_unit;
  size_t plane, packed_count, vector_count;
  float *twiddles, *packed, *scales, *vector_packed;
  float *in, *out, *out_gradient, *in_gradient, *packed_gradient, *gradient, *work;
  double *scratch;
} product;

static void pack(product *p, const ck_butterfly_kernels *k) {
  const ck_butterfly *b = &p->s->butterfly;
  if (p->is_unit) {
    p->is_unit = k->pack_unit(
        b, p->twiddles, p->plane, (size_t)b->size, p->packed, p->scales, p->scratch);
  } else {
    k->pack(b, p->twiddles, p->plane, p->packed);
  }
}

typedef enum {
  FULL_FORM,
  UNIT_FORM,
  UNIT_FORM_AFTER_FIRST,
  // Unit form with diagonals so large that no rows are exchanged.
  DOMINANT_DIAGONALS,
  DOMINANT_DIAGONALS_AFTER_FIRST
} twiddle_form;

// A product with random twiddles and two random tiles, in full form if the twiddles do not allow the unit
// form.
static product new_product(
    const ck_butterfly_kernels *k, int32_t size, bool is_complex, int32_t blocks, bool increasing,
    twiddle_form form) {
  product p = {.s = new_schedule(size, is_complex, blocks, increasing), .is_unit = form != FULL_FORM};
  ck_butterfly *b = &p.s->butterfly;
  b->has_unit_twiddles = p.is_unit;
  b->first_is_full = form == UNIT_FORM_AFTER_FIRST || form == DOMINANT_DIAGONALS_AFTER_FIRST;
  size_t n = (size_t)size, rows = ck_butterfly_rows(n) * CK_TILE_ROW, tile = n * CK_TILE_ROW, scales;
  p.plane = 2 * n * p.s->factor_count;
  p.twiddles = random_floats(2 * p.plane, is_complex ? 0.85f : 1.2f);
  if (form >= DOMINANT_DIAGONALS)
    for (size_t i = 0; i < p.plane; i++) {
      bool is_diagonal = i % 4 == 0 || i % 4 == 3;
      p.twiddles[i] = is_diagonal ? 0.8f + 0.1f * p.twiddles[i] : 0.5f * p.twiddles[i];
      p.twiddles[p.plane + i] *= 0.5f;
    }
  // A window that starts with zero, for which no scale exists.
  if (b->first_is_full)
    p.twiddles[0] = p.twiddles[2] = p.twiddles[p.plane] = p.twiddles[p.plane + 2] = 0;
  k->packed_counts(b, &p.packed_count, &scales);
  p.packed = floats(p.packed_count);
  p.scales = floats(scales);
  p.packed_gradient = floats(p.packed_count);
  p.gradient = floats(2 * p.plane);
  p.scratch = memory(CK_UNIT_PACKING_SCRATCH * n, sizeof(double));
  p.in = random_floats(2 * tile, 1);
  p.out_gradient = random_floats(2 * tile, 1);
  p.out = floats(2 * tile);
  p.in_gradient = floats(2 * tile);
  p.work = floats(CK_TILES * rows * ((size_t)b->stage_count + 1));
  pack(&p, k);
  if (size >= 64) {
    p.vector_count = k->vector_count(b, p.s->passes, p.s->pass_count);
    p.vector_packed = floats(p.vector_count);
    k->vector_pack(
        b, p.s->passes, p.s->pass_count, p.twiddles, p.plane, p.vector_packed, p.scratch);
  }
  return p;
}

static void free_product(product *p) {
  float *all[] = {p->twiddles, p->packed,      p->scales,          p->vector_packed, p->in,   p->out,
                  p->out_gradient, p->in_gradient, p->packed_gradient, p->gradient,      p->work};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) free(all[i]);
  free(p->scratch);
  free(p->s);
}

// A pair of adjacent tiles.
static ck_tile_pair two_tiles(const product *p, float *tiles) {
  return (ck_tile_pair){
      {.tiled = tiles}, {.tiled = tiles + (size_t)p->s->butterfly.size * CK_TILE_ROW}};
}

static void run_forward(product *p, const ck_butterfly_kernels *k) {
  ck_tile_pair in = two_tiles(p, p->in), out = two_tiles(p, p->out);
  k->forward(&p->s->butterfly, p->packed, &in, &out, 0, 0, p->work);
}

static void run_backward(product *p, const ck_butterfly_kernels *k) {
  ck_tile_pair in = two_tiles(p, p->in), out_gradient = two_tiles(p, p->out_gradient);
  ck_tile_pair in_gradient = two_tiles(p, p->in_gradient);
  k->backward(
      &p->s->butterfly, p->packed, &in, &out_gradient, &in_gradient, p->packed_gradient, 0, 0, p->work);
}

static void unpack(product *p, const ck_butterfly_kernels *k) {
  const ck_butterfly *b = &p->s->butterfly;
  if (p->is_unit) {
    k->unpack_unit_gradient(
        b, p->twiddles, p->plane, p->packed, p->scales, p->packed_gradient, p->gradient, p->scratch);
  } else {
    k->unpack_gradient(b, p->twiddles, p->plane, p->packed_gradient, p->gradient);
  }
}

#endif
