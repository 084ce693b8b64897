import Foundation
import TestSupport
import Testing

/// The program under a limit of its address space, which is how clusters limit memory.
@Suite(.disabled(if: Sanitizer.isOn, "a sanitizer reserves address space of its own"))
struct AddressSpaceTests {
  static let commands = [
    "doctor", "preprocess \(BuiltInCorpus.path) --out out",
    "train \(BuiltInCorpus.path) --out out --epochs 1",
  ]

  private static let compiler = ["/usr/bin/cc", "/usr/bin/gcc", "/usr/bin/clang"]
    .first { FileManager.default.isExecutableFile(atPath: $0) }

  /// Reports as many processors as the variable CORES names.
  private static let simulatedCores = """
    #define _GNU_SOURCE
    #include <sched.h>
    #include <stdlib.h>
    #include <string.h>
    #include <unistd.h>
    #include <sys/syscall.h>
    #include <dlfcn.h>
    static int count(void) { return atoi(getenv("CORES")); }
    long sysconf(int name) {
      long (*real)(int) = dlsym(RTLD_NEXT, "sysconf");
      return name == _SC_NPROCESSORS_CONF || name == _SC_NPROCESSORS_ONLN ? count() : real(name);
    }
    int get_nprocs(void) { return count(); }
    int sched_getaffinity(pid_t process, size_t size, cpu_set_t *set) {
      memset(set, 0, size);
      for (int i = 0; i < count(); i++) CPU_SET_S(i, size, set);
      return 0;
    }
    """

  @Test(.enabled(if: compiler != nil, "no C compiler is installed"), arguments: [16, 64], commands)
  func `on many cores the program needs less than a gigabyte of address space`(
    cores: Int, command: String
  ) throws {
    let folder = try TemporaryFolder()
    try Data(Self.simulatedCores.utf8).write(to: folder.appending("cores.c"))
    let compiler = try #require(Self.compiler)
    #expect(try Shell.run("\(compiler) -shared -fPIC -o cores.so cores.c -ldl", in: folder) == 0)
    // The limit is in units of 1024 bytes.
    let line = """
      ulimit -v 976562
      export CORES=\(cores) LD_PRELOAD=$PWD/cores.so
      timeout -s KILL 120 "$kaleido" \(command) > out.txt 2> errors.txt
      """
    let status = try Shell.run(line, in: folder)
    let errors = try String(contentsOf: folder.appending("errors.txt"), encoding: .utf8)
    #expect(status == 0, "\(errors)")
  }

  @Test(arguments: [60_000, 100_000, 150_000, 300_000], commands)
  func `a limit that is too low ends the program, which never hangs`(kilobytes: Int, command: String) throws {
    let folder = try TemporaryFolder()
    let line =
      "ulimit -v \(kilobytes); timeout -s KILL 60 \"$kaleido\" \(command) > out.txt 2> errors.txt"
    let status = try Shell.run(line, in: folder)
    let errors = try String(contentsOf: folder.appending("errors.txt"), encoding: .utf8)
    #expect(status != 137, "\(errors)")
    #expect(status == 0 || !errors.isEmpty)
  }
}
