import Glibc

/// Whether the tests run under a sanitizer, whose own memory would be measured with the program's.
package enum Sanitizer {
  package static var isOn: Bool {
    dlsym(nil, "__tsan_init") != nil || dlsym(nil, "__asan_init") != nil
  }
}
