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

  @Test("a claim's file that an ended run left is taken over")
  func abandonedClaim() throws {
    let scratch = try makeScratch()
    try FileStore().makeFolder("\(scratch.path)/out/state")
    try scratch.put(
      Array("{\"host\":\"h\",\"process\":1,\"start\":\"then\"}".utf8), at: "out/state/owner.lock")
    let claim = try directory(scratch).claim()
    withExtendedLifetime(claim) {}
  }
}
