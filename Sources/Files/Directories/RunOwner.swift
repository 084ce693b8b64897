internal import Glibc

/// The run that a lock file names: who holds a directory, or whose temporary files there are.
///
/// Kernel, process and its beginning identify a process for good, also where its number is used again.
package struct RunOwner: Equatable, Sendable {
  package var host: String
  package var process: Int
  /// UTC in ISO 8601.
  package var start: String
  /// The boot of the kernel and the space of process numbers; empty if unknown.
  var kernel: String
  /// The clock tick at which the process began; 0 if unknown.
  var processBegin: Int64
  /// Drawn for this lock file.
  var token: String

  package init(
    host: String, process: Int, start: String, kernel: String = "", processBegin: Int64 = 0,
    token: String = ""
  ) {
    self.host = host
    self.process = process
    self.start = start
    self.kernel = kernel
    self.processBegin = processBegin
    self.token = token
  }

  /// This process, with a token of 16 hexadecimal digits.
  static func current(token: String) -> RunOwner {
    RunOwner(
      host: WallClock.hostName, process: Int(getpid()), start: WallClock.now, kernel: ownKernel,
      processBegin: ownBegin, token: token)
  }

  static func drawToken() -> String {
    var generator = SystemRandomNumberGenerator()
    let digits = String(generator.next(), radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }

  /// Whether the process runs and has not given up the lock; nil for one of another kernel.
  var isRunning: Bool? {
    guard !kernel.isEmpty, kernel == Self.ownKernel, processBegin > 0 else { return nil }
    guard Self.begin(ofProcess: process) == processBegin else { return false }
    return process != Int(getpid()) || Heartbeat.shared.holds(token)
  }

  // MARK: Kernel and process

  private static let ownKernel: String = {
    guard let boot = text(of: "/proc/sys/kernel/random/boot_id") else { return "" }
    var space = [CChar](repeating: 0, count: 64)
    guard readlink("/proc/self/ns/pid", &space, space.count - 1) > 0 else { return "" }
    let name = String(decoding: space.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return "\(boot.prefix { $0 != "\n" }) \(name)"
  }()

  private static let ownBegin = begin(ofProcess: Int(getpid())) ?? 0

  /// The clock tick at which a process began; nil if there is none.
  private static func begin(ofProcess process: Int) -> Int64? {
    guard let text = text(of: "/proc/\(process)/stat"), let name = text.lastIndex(of: ")") else { return nil }
    // The name, in parentheses, may hold spaces; the beginning is the 20th field after it.
    let fields = text[text.index(after: name)...].split(separator: " ")
    return fields.count > 19 ? Int64(fields[19]) : nil
  }

  private static func text(of path: String) -> String? {
    (try? FileStore().contents(of: path, limit: 1 << 16)).flatMap { $0 }
      .map { String(decoding: $0, as: UTF8.self) }
  }

  // MARK: The lock file

  private var json: JSONValue {
    [
      "host": .string(host), "process": .integer(Int64(process)), "start": .string(start),
      "kernel": .string(kernel), "process_begin": .integer(processBegin), "token": .string(token),
    ]
  }

  private init?(_ bytes: [UInt8]) {
    guard let json = try? JSONParser.parse(bytes, path: ""), let host = json["host"]?.stringValue,
      let process = json["process"]?.integerValue, let start = json["start"]?.stringValue
    else { return nil }
    self.init(
      host: host, process: Int(process), start: start, kernel: json["kernel"]?.stringValue ?? "",
      processBegin: json["process_begin"]?.integerValue ?? 0, token: json["token"]?.stringValue ?? "")
  }

  /// The owner that a lock file names; nil if it names none.
  static func named(in path: String, store: FileStore) -> RunOwner? {
    (try? store.contents(of: path, limit: 1 << 12)).flatMap { $0 }.flatMap { RunOwner($0) }
  }

  /// Writes the owner to its open lock file.
  func write(to descriptor: Int32, path: String, store: FileStore) throws(FileError) {
    try store.truncate(descriptor, to: 0, path: path)
    try json.bytes.span.bytes.withUnsafeBytes { (buffer) throws(FileError) in
      try store.write(descriptor, buffer, path: path)
    }
  }
}
