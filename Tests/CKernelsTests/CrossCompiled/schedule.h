// The schedules of butterfly products as made by StructuredMaps, for programs without Swift.
#ifndef CROSS_COMPILED_SCHEDULE_H
#define CROSS_COMPILED_SCHEDULE_H

#include <stdlib.h>

#include "kernels.h"

#define MAXIMUM_FACTORS 64

typedef struct {
  ck_butterfly butterfly;
  ck_butterfly_phase phases[MAXIMUM_FACTORS];
  ck_butterfly_stage stages[MAXIMUM_FACTORS];
  ck_butterfly_pass passes[MAXIMUM_FACTORS];
  size_t pass_count, factor_count;
  int32_t strides[MAXIMUM_FACTORS];
} schedule;

// Whether the four factors from i on can be merged.
static bool can_merge(const int32_t *s, size_t i, size_t end) {
  return i + 4 <= end && s[i] == s[i + 3] && s[i + 1] == s[i + 2] && s[i] != s[i + 1];
}

// Blocks of log2 n factors, of alternating directions.
static schedule *new_schedule(int32_t size, bool is_complex, int32_t blocks, bool increasing) {
  schedule *s = calloc(1, sizeof *s);
  if (!s) abort();
  int32_t log = __builtin_ctz((unsigned)size);
  for (int32_t b = 0; b < blocks; b++)
    for (int32_t i = 0; i < log; i++)
      s->strides[s->factor_count++] = 1 << ((b % 2 == 0) == increasing ? i : log - 1 - i);
  ck_butterfly *b = &s->butterfly;
  *b = (ck_butterfly){.size = size, .is_complex = is_complex, .phases = s->phases, .stages = s->stages};
  for (size_t start = 0; start < s->factor_count;) {
    bool over_columns = s->strides[start] >= CK_TILE_PITCH;
    size_t end = start;
    while (end < s->factor_count && (s->strides[end] >= CK_TILE_PITCH) == over_columns) end++;
    int32_t steps = over_columns ? size / CK_TILE_PITCH : size < CK_TILE_PITCH ? size : CK_TILE_PITCH;
    int32_t columns = over_columns ? (128 / steps < 1 ? 1 : 128 / steps > 16 ? 16 : 128 / steps) : 0;
    int32_t step = over_columns ? CK_TILE_PITCH : 1;
    ck_butterfly_phase *phase = s->phases + b->phase_count++;
    *phase = (ck_butterfly_phase){
        over_columns, over_columns ? CK_TILE_PITCH / columns : size / steps, columns, b->stage_count, 0};
    for (size_t i = start; i < end;) {
      bool is_single =
          i + 2 > end || s->strides[i] == s->strides[i + 1] || can_merge(s->strides, i + 1, end);
      int32_t count = can_merge(s->strides, i, end) ? 4 : is_single ? 1 : 2;
      int32_t near = s->strides[i], far = count == 1 ? 0 : s->strides[i + 1];
      int32_t smaller = (count == 1 || near < far ? near : far) / step, span = smaller * (count == 1 ? 2 : 4);
      s->stages[b->stage_count++] = (ck_butterfly_stage){
          count, (int32_t)i, near, far, steps / span, span, over_columns ? smaller : 1,
          over_columns ? columns : smaller, near / step, far / step};
      phase->stage_count++;
      if (count == 4) {
        s->passes[s->pass_count++] =
            (ck_butterfly_pass){4, (int32_t)i, near, far, (near > far ? near : far) < 8};
      } else {
        for (int32_t k = 0; k < count; k++)
          s->passes[s->pass_count++] = (ck_butterfly_pass){
              1, (int32_t)i + k, s->strides[i + (size_t)k], 0, s->strides[i + (size_t)k] < 8};
      }
      i += (size_t)count;
    }
    start = end;
  }
  return s;
}

// Whether some factor can have the unit form: it is neither merged nor the last.
static bool may_use_unit_form(const schedule *s) {
  if (!s->butterfly.is_complex) return false;
  for (int32_t i = 0; i < s->butterfly.stage_count; i++) {
    int32_t factors = s->stages[i].factors;
    if (factors == 2 || (factors == 1 && i < s->butterfly.stage_count - 1)) return true;
  }
  return false;
}

#endif
