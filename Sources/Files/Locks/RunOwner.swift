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

  /// The process that makes the calls, with a token of 16 hexadecimal digits.
  static func current(token: String, _ operations: any FileOperations) -> RunOwner {
    let process = operations.process
    return RunOwner(
      host: operations.host, process: process, start: operations.now, kernel: operations.kernel,
      processBegin: operations.begin(ofProcess: process) ?? 0, token: token)
  }

  static func drawToken(_ operations: any FileOperations) -> String {
    let digits = String(operations.drawNumber(), radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }

  /// Whether the process runs and has not given up the lock; nil for one of another kernel.
  func isRunning(_ operations: any FileOperations) -> Bool? {
    guard !kernel.isEmpty, kernel == operations.kernel, processBegin > 0 else { return nil }
    guard operations.begin(ofProcess: process) == processBegin else { return false }
    return process != operations.process || Heartbeat.shared.holds(token)
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

  /// Writes the owner to its lock file, which is open and new.
  func write(to descriptor: Int32, path: String, store: FileStore) throws(FileError) {
    try json.bytes.span.bytes.withUnsafeBytes { (buffer) throws(FileError) in
      try store.write(descriptor, buffer, path: path)
    }
  }
}
