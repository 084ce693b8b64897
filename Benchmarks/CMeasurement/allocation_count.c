// Definitions of the allocation functions in the program take precedence over those of the C library in every
// linked or loaded library, so each allocation of the process is counted, in Swift, C and C++ alike, without
// LD_PRELOAD. They call glibc's own at the cost of an increment and an addition.

#include "measurement.h"

#include <errno.h>
#include <stddef.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static __thread uint64_t allocations __attribute__((tls_model("initial-exec")));
static __thread uint64_t allocated_bytes __attribute__((tls_model("initial-exec")));

uint64_t measurement_allocation_count(void) { return allocations; }

uint64_t measurement_allocated_bytes(void) { return allocated_bytes; }

// A sanitizer has its own definitions, which must not be replaced; nothing is counted then.
#if !__has_feature(thread_sanitizer) && !__has_feature(address_sanitizer)

static void record(size_t size) {
  allocations++;
  allocated_bytes += size;
}

void *malloc(size_t size) {
  record(size);
  return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
  record(count * size);
  return __libc_calloc(count, size);
}

void *realloc(void *block, size_t size) {
  record(size);
  return __libc_realloc(block, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  record(size);
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **result, size_t alignment, size_t size) {
  record(size);
  void *block = __libc_memalign(alignment, size);
  if (block == NULL) return ENOMEM;
  *result = block;
  return 0;
}

#endif
