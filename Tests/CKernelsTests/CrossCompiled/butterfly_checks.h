// Checks of butterfly products of every size against their definition in double precision.
#ifndef CROSS_COMPILED_BUTTERFLY_CHECKS_H
#define CROSS_COMPILED_BUTTERFLY_CHECKS_H

#include <math.h>

#include "check.h"
#include "side_by_side.h"
#include "reference.h"

// Checks that the product of a single vector is identical to that in a tile.
static void check_vector(const product *p, const ck_butterfly_kernels *k) {
  size_t n = (size_t)p->s->butterfly.size;
  bool is_complex = p->s->butterfly.is_complex;
  float *re = floats(n), *im = floats(n);
  for (size_t lane = 0; lane < 8; lane++) {
    for (size_t i = 0; i < n; i++) {
      re[i] = p->in[i * CK_TILE_ROW + lane];
      im[i] = is_complex ? p->in[i * CK_TILE_ROW + 8 + lane] : 0;
    }
    k->vector_forward(&p->s->butterfly, p->s->passes, p->s->pass_count, p->vector_packed, re, im);
    bool is_same = true;
    for (size_t i = 0; i < n; i++) {
      const float *row = p->out + i * CK_TILE_ROW + lane;
      is_same &= !memcmp(re + i, row, sizeof(float));
      if (is_complex) is_same &= !memcmp(im + i, row + 8, sizeof(float));
    }
    check(is_same, "vector %zu alone, size %zu: differs from that in a tile", lane, n);
  }
  free(re);
  free(im);
}

// Checks that vectors in rows, fewer than the lanes and shorter than the map, give the results of a tile.
static void check_rows(product *p, const ck_butterfly_kernels *k) {
  size_t n = (size_t)p->s->butterfly.size, width = p->s->butterfly.is_complex ? 2 : 1;
  size_t lanes = width == 2 ? 8 : 16, length = n > 3 ? n - n / 4 + 1 : n, stride = width * length + 3;
  for (size_t count = 1; count <= lanes; count += 5) {
    // Not aligned to vectors.
    float *in = random_floats(lanes * stride + 1, 1) + 1, *out = floats(lanes * stride + 1) + 1;
    memset(p->in, 0, 2 * n * CK_TILE_ROW * sizeof(float));
    for (size_t v = 0; v < count; v++)
      for (size_t i = 0; i < length; i++)
        for (size_t e = 0; e < width; e++)
          p->in[i * CK_TILE_ROW + v + 8 * e] = in[v * stride + width * i + e];
    ck_tile rows = {
        .rows = in, .stride = stride, .count = (int32_t)count, .length = (int32_t)length,
        .is_complex = width == 2, .lanes = (int32_t)lanes};
    ck_tile_pair from = {rows, {0}}, to = {rows, {0}};
    to.first.rows = out;
    run_forward(p, k);
    k->forward(&p->s->butterfly, p->packed, &from, &to, 0, 0, p->work);
    bool is_same = true;
    for (size_t v = 0; v < count; v++)
      for (size_t i = 0; i < length; i++)
        for (size_t e = 0; e < width; e++)
          is_same &= !memcmp(
              out + v * stride + width * i + e, p->out + i * CK_TILE_ROW + v + 8 * e, sizeof(float));
    check(is_same, "%zu rows, size %zu: differ from a tile", count, n);
    free(in - 1);
    free(out - 1);
  }
}

typedef void (*forward_of_two)(
    const ck_butterfly *, const float *, const ck_tile_pair *, const ck_tile_pair *,
    const ck_tile_pair *, const ck_tile_pair *, float *);
typedef void (*backward_of_two)(
    const ck_butterfly *, const float *, const ck_tile_pair *, const ck_tile_pair *,
    const ck_tile_pair *, float *, const ck_tile_pair *, const ck_tile_pair *, float *);

// Checks that a complex product of real rows, which omits zeros, gives the results of tiles that contain
// them; for two tiles at once, of which the second may be incomplete.
static void check_real_rows(
    product *p, forward_of_two forward, backward_of_two backward, const char *kernels) {
  const ck_butterfly *b = &p->s->butterfly;
  size_t n = (size_t)b->size, length = n - n / 5, stride = length + 1, tile = n * CK_TILE_ROW;
  for (size_t count = 1; count <= 8; count += 7) {
    float *in = random_floats(16 * stride + 1, 1) + 1;
    memset(p->in, 0, 2 * tile * sizeof(float));
    for (size_t v = 0; v < 8 + count; v++)
      for (size_t i = 0; i < length; i++)
        p->in[v / 8 * tile + i * CK_TILE_ROW + v % 8] = in[v * stride + i];
    ck_tile first = {
        .rows = in, .stride = stride, .count = 8, .length = (int32_t)length, .lanes = 8};
    ck_tile second = first;
    second.rows += 8 * stride;
    second.count = (int32_t)count;
    ck_tile_pair rows = {first, second}, from = two_tiles(p, p->in), to = two_tiles(p, p->out);
    ck_tile_pair gradient = two_tiles(p, p->out_gradient), other = two_tiles(p, p->in_gradient);
    forward(b, p->packed, &from, &to, 0, 0, p->work);
    forward(b, p->packed, &rows, &other, 0, 0, p->work);
    // Zeros may differ in sign.
    bool is_same = true;
    for (size_t i = 0; i < 2 * tile; i++) is_same &= p->out[i] == p->in_gradient[i];
    check(is_same, "8 + %zu real rows, size %zu, %s: outputs differ", count, n, kernels);
    float *d = floats(p->packed_count), *e = floats(p->packed_count);
    backward(b, p->packed, &from, &gradient, 0, d, 0, 0, p->work);
    backward(b, p->packed, &rows, &gradient, 0, e, 0, 0, p->work);
    is_same = true;
    for (size_t i = 0; i < p->packed_count; i++) is_same &= d[i] == e[i];
    check(is_same, "8 + %zu real rows, size %zu, %s: gradients differ", count, n, kernels);
    free(in - 1);
    free(d);
    free(e);
  }
}

// Runs each tile in a separate call, since kernels for wide vectors process two at once.
static void run_one_by_one(product *p, const ck_butterfly_kernels *k) {
  for (size_t i = 0; i < 2; i++) {
    size_t tile = i * (size_t)p->s->butterfly.size * CK_TILE_ROW;
    ck_tile_pair in = {.first = {.tiled = p->in + tile}}, out = {.first = {.tiled = p->out + tile}};
    ck_tile_pair out_gradient = {.first = {.tiled = p->out_gradient + tile}};
    ck_tile_pair in_gradient = {.first = {.tiled = p->in_gradient + tile}};
    k->forward(&p->s->butterfly, p->packed, &in, &out, 0, 0, p->work);
    k->backward(
        &p->s->butterfly, p->packed, &in, &out_gradient, &in_gradient, p->packed_gradient, 0, 0, p->work);
  }
}

// Checks that the kernels for two tiles at once give the results of separate calls. Twiddle gradients agree
// only to rounding, since corresponding lanes of the tiles are added first.
static void check_side_by_side(product *p, const ck_butterfly_kernels *k) {
  const ck_butterfly *b = &p->s->butterfly;
  size_t tile = (size_t)b->size * CK_TILE_ROW, bytes = 2 * tile * sizeof(float);
  float *out = floats(2 * tile), *d = floats(p->packed_count);
  memset(p->packed_gradient, 0, p->packed_count * sizeof(float));
  run_one_by_one(p, k);
  ck_tile_pair in = two_tiles(p, p->in), to = two_tiles(p, out), gradient = two_tiles(p, p->out_gradient);
  side_by_side_forward(b, p->packed, &in, &to, 0, 0, p->work);
  check(!memcmp(out, p->out, bytes), "size %d: outputs of two tiles at once differ", b->size);
  side_by_side_backward(b, p->packed, &in, &gradient, &to, d, 0, 0, p->work);
  check(!memcmp(out, p->in_gradient, bytes), "size %d: input gradients of two tiles at once differ", b->size);
  float largest = 0, error = 0;
  for (size_t i = 0; i < p->packed_count; i++) {
    largest = fmaxf(largest, fabsf(d[i]));
    error = fmaxf(error, fabsf(d[i] - p->packed_gradient[i]));
  }
  check(
      error <= 2e-6f * largest, "size %d: twiddle gradients of two tiles at once differ by %g", b->size,
      error / largest);
  free(out);
  free(d);
}

static void check_product(
    const ck_butterfly_kernels *k, int32_t size, bool is_complex, int32_t blocks, bool increasing) {
  const twiddle_form last = is_complex ? DOMINANT_DIAGONALS_AFTER_FIRST : FULL_FORM;
  for (twiddle_form form = FULL_FORM; form <= last; form++) {
    random_state = 88172645463325252ull + (uint64_t)(size + 7 * blocks + increasing);
    product p = new_product(k, size, is_complex, blocks, increasing, form);
    check(p.is_unit || form < DOMINANT_DIAGONALS, "size %d, %d blocks: no unit form", size, blocks);
    if (p.is_unit == (form != FULL_FORM)) {
      errors e = compare(&p, k);
      check(
          e.output < 1e-6 && e.input_gradient < 1e-6 && e.twiddle_gradient < 4e-6,
          "size %d, %d blocks, complex %d, form %d: errors %.2g, %.2g and %.2g", size, blocks, is_complex,
          form, e.output, e.input_gradient, e.twiddle_gradient);
      if (p.vector_packed) check_vector(&p, k);
      if (size <= 1024) check_rows(&p, k);
      if (size <= 1024 && is_complex) {
        check_real_rows(&p, k->forward, k->backward, k->name);
        check_real_rows(&p, side_by_side_forward, side_by_side_backward, "two tiles at once");
      }
      // Only the best kernels round like those for two tiles.
      if (size <= 1024 && !strcmp(k->name, ck_butterfly_best()->name)) check_side_by_side(&p, k);
    }
    free_product(&p);
  }
}

static void check_butterflies(const ck_butterfly_kernels *k) {
  for (int is_complex = 0; is_complex < 2; is_complex++)
    for (int increasing = 0; increasing < 2; increasing++)
      for (int32_t size = 2; size <= 8192; size *= 2)
        for (int32_t blocks = 1; blocks <= (size > 1024 ? 1 : size > 128 ? 2 : 3); blocks++)
          check_product(k, size, is_complex, blocks, increasing);
}

#endif
