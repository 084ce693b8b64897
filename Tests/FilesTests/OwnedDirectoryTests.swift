import Files
import Glibc
import TestSupport
import Testing

@Suite("OwnedDirectory")
struct OwnedDirectoryTests {
  private static let kind = OwnedDirectory.Kind(
    claimName: "state/owner.lock", version: 2, recognizes: { $0["kind"] == "tests" },
    hasOtherTraces: { (directory) throws(FileError) in
      try directory.store.status(directory.path(of: "trace")) != nil
    },
    requireVacant: { (directory) throws(FileError) in try directory.requireNone(of: ["result"]) })

  private func directory(_ scratch: Scratch) -> OwnedDirectory {
    OwnedDirectory(path: "\(scratch.path)/out", kind: Self.kind)
  }

  /// A folder for files at `out/`.
  private func makeScratch() throws -> Scratch {
    let scratch = try Scratch()
    try FileStore().makeFolder("\(scratch.path)/out")
    return scratch
  }

  private func configuration(version: Int64 = 2, bins: Int64 = 40) -> JSONValue {
    ["kind": "tests", "version": .integer(version), "options": ["bins": .integer(bins)]]
  }

  private var wanted: [UInt8] { OwnedDirectory.bytes(of: configuration()) }

  @Test("a missing or foreign folder is vacant unless a file would be replaced")
  func vacant() throws {
    let scratch = try makeScratch()
    let directory = directory(scratch)
    #expect(try directory.contents(for: wanted, replacesOther: false) == .vacant)
    try scratch.put([1], at: "out/letter")
    #expect(try directory.contents(for: wanted, replacesOther: true) == .vacant)
    try scratch.put([1], at: "out/result")
    for replacesOther in [false, true] {
      #expect(throws: FileError.wouldReplace(path: "\(scratch.path)/out/result")) {
        try directory.contents(for: wanted, replacesOther: replacesOther)
      }
    }
  }

  @Test("the same configuration is resumed, another is refused with its fields or replaced on request")
  func configurations() throws {
    let scratch = try makeScratch()
    let directory = directory(scratch)
    try scratch.put(wanted, at: "out/config.json")
    #expect(try directory.contents(for: wanted, replacesOther: false) == .same)
    let other = OwnedDirectory.bytes(of: configuration(bins: 23))
    #expect(
      throws: FileError.configurationDiffers(
        path: "\(scratch.path)/out/config.json",
        fields: [ConfigurationDifference(field: "options.bins", directory: "40", run: "23")])
    ) {
      try directory.contents(for: other, replacesOther: false)
    }
    #expect(try directory.contents(for: other, replacesOther: true) == .other)
  }

  @Test(
    "another version is refused, on request too where names of files may differ", arguments: [false, true])
  func versions(replacesOtherVersions: Bool) throws {
    let scratch = try makeScratch()
    var kind = Self.kind
    kind.replacesOtherVersions = replacesOtherVersions
    let directory = OwnedDirectory(path: "\(scratch.path)/out", kind: kind)
    try scratch.put(OwnedDirectory.bytes(of: configuration(version: 1)), at: "out/config.json")
    let refusal = FileError.otherVersion(path: "\(scratch.path)/out/config.json", expected: 2, found: "1")
    #expect(throws: refusal) { try directory.contents(for: wanted, replacesOther: false) }
    if replacesOtherVersions {
      #expect(try directory.contents(for: wanted, replacesOther: true) == .other)
    } else {
      #expect(throws: refusal) { try directory.contents(for: wanted, replacesOther: true) }
    }
  }

  @Test("a configuration of something else is never replaced; a damaged one is where other files are ours")
  func unusable() throws {
    for bytes in [Array("{\"name\": \"webpack\"}".utf8), Array("{\"kind\": \"te".utf8), []] {
      let scratch = try makeScratch()
      let directory = directory(scratch)
      let config = "\(scratch.path)/out/config.json"
      try scratch.put(bytes, at: "out/config.json")
      for replacesOther in [false, true] {
        #expect(throws: FileError.configurationUnusable(path: config, isOurs: false)) {
          try directory.contents(for: wanted, replacesOther: replacesOther)
        }
      }
      try scratch.put([1], at: "out/trace")
      #expect(throws: FileError.configurationUnusable(path: config, isOurs: true)) {
        try directory.contents(for: wanted, replacesOther: false)
      }
      #expect(try directory.contents(for: wanted, replacesOther: true) == .other)
    }
  }

  @Test("a claim refuses others, names its run, and leaves nothing behind")
  func claim() throws {
    let scratch = try Scratch()
    let directory = directory(scratch)
    do {
      let claim = try directory.claim()
      defer { withExtendedLifetime(claim) {} }
      for _ in 0..<2 {
        let error = #expect(throws: FileError.self) { try directory.claim() }
        guard case .inUse(directory.path, let owner) = error else {
          Issue.record("\(error as Any)")
          return
        }
        #expect(owner?.process == Int(getpid()))
        #expect(owner?.start.hasSuffix("Z") == true && owner?.host.isEmpty == false)
      }
    }
    #expect(try FileStore().list(directory.path).isEmpty)
    _ = try directory.claim()
  }

  /// The text of the claim of this process, changed as another run's would differ.
  private func claimText(in scratch: Scratch, replacing old: String, with new: String) throws -> String {
    let claim = try directory(scratch).claim()
    defer { withExtendedLifetime(claim) {} }
    let bytes = try #require(try FileStore().contents(of: "\(scratch.path)/out/state/owner.lock"))
    let text = String(decoding: bytes, as: UTF8.self)
    let changed = text.replacing(try Regex(old), with: new)
    #expect(changed != text)
    return changed
  }

  private func putClaim(_ text: String, in scratch: Scratch) throws -> String {
    try FileStore().makeFolders("\(scratch.path)/out/state")
    try scratch.put(Array(text.utf8), at: "out/state/owner.lock")
    return "\(scratch.path)/out/state/owner.lock"
  }

  @Test("a claim's file that an ended run of this host left is taken over at once")
  func abandonedClaim() throws {
    let scratch = try makeScratch()
    // The same number of a process, at another time.
    let text = try claimText(in: scratch, replacing: #""process_begin":\d+"#, with: #""process_begin":1"#)
    for abandoned in [text, "torn {", ""] {
      _ = try putClaim(abandoned, in: scratch)
      let claim = try directory(scratch).claim()
      try claim.confirm()
    }
    #expect(try FileStore().list("\(scratch.path)/out").isEmpty)
  }

  @Test("a run that has ended and that its parent has not waited for does not hold its claim")
  func unreapedClaim() throws {
    let scratch = try makeScratch()
    var child = pid_t()
    var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("true"), nil]
    defer { free(arguments[0]) }
    #expect(posix_spawn(&child, "/bin/true", nil, nil, &arguments, nil) == 0)
    defer { waitpid(child, nil, 0) }
    var fields: [String] = []
    for _ in 0..<5000 where fields.first != "Z" {
      let bytes = try #require(try FileStore().contents(of: "/proc/\(child)/stat"))
      let text = String(decoding: bytes, as: UTF8.self)
      fields = text.split(separator: ") ").last.map { $0.split(separator: " ").map(String.init) } ?? []
      if fields.first != "Z" { usleep(1000) }
    }
    #expect(fields.first == "Z")
    let text = try claimText(in: scratch, replacing: #""process":\d+"#, with: "\"process\":\(child)")
      .replacing(try Regex(#""process_begin":\d+"#), with: "\"process_begin\":\(fields[19])")
    _ = try putClaim(text, in: scratch)
    let claim = try directory(scratch).claim()
    try claim.confirm()
  }

  @Test("a claim of another host holds while its file is touched, although its lock is not seen here")
  func foreignClaim() throws {
    let scratch = try makeScratch()
    let text = try claimText(in: scratch, replacing: #""kernel":"[^"]*""#, with: #""kernel":"elsewhere""#)
    let path = try putClaim(text.replacing(WallClock.hostName, with: "node17"), in: scratch)
    let error = #expect(throws: FileError.self) { try directory(scratch).claim() }
    guard case .inUse(_, let owner) = error else {
      Issue.record("\(error as Any)")
      return
    }
    #expect(owner?.host == "node17")
    #expect(try FileStore().list("\(scratch.path)/out/state") == ["owner.lock"])
    // Not touched for four minutes.
    var times = [timeval](repeating: timeval(tv_sec: time(nil) - 240, tv_usec: 0), count: 2)
    #expect(utimes(path, &times) == 0)
    let claim = try directory(scratch).claim()
    try claim.confirm()
  }

  @Test("a claim that another host took over is lost, and its file stays")
  func lostClaim() throws {
    let scratch = try makeScratch()
    let text = try claimText(in: scratch, replacing: #""token":"[0-9a-f]*""#, with: #""token":"other""#)
    do {
      let claim = try directory(scratch).claim()
      _ = try putClaim(text, in: scratch)
      #expect(throws: FileError.self) { try claim.confirm() }
    }
    #expect(try FileStore().list("\(scratch.path)/out/state") == ["owner.lock"])
  }

  @Test("a claim does not follow a link, nor write through it")
  func linkedClaim() throws {
    let scratch = try makeScratch()
    try FileStore().makeFolders("\(scratch.path)/out/state")
    try scratch.put([7], at: "precious")
    #expect(symlink("\(scratch.path)/precious", "\(scratch.path)/out/state/owner.lock") == 0)
    #expect(throws: FileError.isLink(path: "\(scratch.path)/out/state/owner.lock")) {
      try directory(scratch).claim()
    }
    #expect(try FileStore().contents(of: "\(scratch.path)/precious") == [7])
  }
}
