internal import Glibc

/// The processes of this kernel, as `/proc` shows them.
enum SystemProcess {
  /// The boot of the kernel and the space of process numbers; empty if unknown.
  static let kernel: String = {
    guard let boot = text(of: "/proc/sys/kernel/random/boot_id") else { return "" }
    var space = [CChar](repeating: 0, count: 64)
    guard readlink("/proc/self/ns/pid", &space, space.count - 1) > 0 else { return "" }
    let name = String(decoding: space.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return "\(boot.prefix { $0 != "\n" }) \(name)"
  }()

  /// The clock tick at which a process began; nil if there is none, or one that ended
  /// and that its parent has yet to wait for.
  static func begin(of process: Int) -> Int64? { process == own.process ? own.begin : readBegin(of: process) }

  /// Asked for with every file that is written.
  private static let own = (process: Int(getpid()), begin: readBegin(of: Int(getpid())))

  private static func readBegin(of process: Int) -> Int64? {
    guard let text = text(of: "/proc/\(process)/stat"), let name = text.lastIndex(of: ")") else { return nil }
    // The name, in parentheses, may hold spaces; the beginning is the 20th field after it.
    let fields = text[text.index(after: name)...].split(separator: " ")
    guard fields.count > 19, !["Z", "X"].contains(fields[0]) else { return nil }
    return Int64(fields[19])
  }

  private static func text(of path: String) -> String? {
    (try? FileStore().contents(of: path, limit: 1 << 16)).flatMap { $0 }
      .map { String(decoding: $0, as: UTF8.self) }
  }
}
