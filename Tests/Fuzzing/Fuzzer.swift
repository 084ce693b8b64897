import Foundation
import FuzzTargets
import Glibc

/// libFuzzer, whose own `main` calls the functions below, with the parser that the variable FUZZ_TARGET
/// names.
private enum Fuzzer {
  /// Chosen at the first input.
  static let target: FuzzTarget = {
    let names = FuzzTarget.all.map(\.name).joined(separator: " ")
    guard let name = ProcessInfo.processInfo.environment["FUZZ_TARGET"], let target = FuzzTarget.named(name)
    else {
      print("FUZZ_TARGET is one of: \(names)")
      exit(64)
    }
    return target
  }()

  /// The folder for parsers of files; the script that runs this program removes it.
  static let folder: String = {
    let path = "/dev/shm/kaleido-fuzz-\(getpid())"
    mkdir(path, 0o700)
    return path
  }()
}

@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  Fuzzer.target.run([UInt8](UnsafeBufferPointer(start: bytes, count: count)), in: Fuzzer.folder)
  return 0
}
