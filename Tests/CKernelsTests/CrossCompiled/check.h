#ifndef CROSS_COMPILED_CHECK_H
#define CROSS_COMPILED_CHECK_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

static int check_count, failure_count;

__attribute__((format(printf, 2, 3))) static void check(bool holds, const char *what, ...) {
  check_count++;
  if (holds) return;
  failure_count++;
  va_list arguments;
  va_start(arguments, what);
  fputs("failed: ", stdout);
  vprintf(what, arguments);
  putchar('\n');
  va_end(arguments);
}

#endif
