import Foundation
import TestSupport
import Testing

@Suite struct StreamTests {
  private func lines(_ run: ProgramRun) -> [Substring] { run.output.split(separator: "\n") }

  @Test func `a frame is a line of text`() throws {
    let run = try ProgramRun.kaleido(["stream"], input: FaultyCorpus.wav(samples: 16_000, seed: 4))
    #expect(run.status == 0 && run.errors.isEmpty)
    #expect(lines(run).count == 98)
    #expect(lines(run).allSatisfy { $0.split(separator: " ").count == 40 })
  }

  @Test func `the header makes no difference to the rows`() throws {
    let bare = try ProgramRun.kaleido(
      ["stream", "--input", "s16"], input: FaultyCorpus.pcm(samples: 16_000, seed: 5))
    #expect(bare.status == 0)
    let sphere = try ProgramRun.kaleido(["stream"], input: FaultyCorpus.sphere(samples: 16_000, seed: 5))
    #expect(sphere.output == bare.output)
    for claimed in [nil, UInt32.max, 0, 0x7FFF_FFFF - 36] as [UInt32?] {
      let wav = FaultyCorpus.wav(samples: 16_000, seed: 5, claimedBytes: claimed)
      let run = try ProgramRun.kaleido(["stream"], input: wav)
      #expect(run.status == 0)
      #expect(run.output == bare.output)
    }
  }

  @Test(arguments: [
    ["--no-snip-edges"], ["--deltas", "2", "--splice", "3"], ["--cmvn", "sliding"], ["--dither", "1"],
  ])
  func `live rows are the rows of whole files`(options: [String]) throws {
    let folder = try TemporaryFolder()
    let corpus = try FaultyCorpus(in: folder)
    try corpus.write("SX1", samples: 37_123, seed: 6)
    let out = folder.appending("out")
    let run = try ProgramRun.kaleido(
      ["preprocess", corpus.root.path, "--out", out.path, "--format", "npy", "--quiet"] + options)
    #expect(run.status == 0)
    let shards = out.appendingPathComponent("shards")
    let name = try #require(
      try FileManager.default.contentsOfDirectory(atPath: shards.path).first { $0.hasPrefix("feats") })
    let whole = try Data(contentsOf: shards.appendingPathComponent(name))
    let live = try ProgramRun.kaleido(
      ["stream", "--output", "npy", "--key", "FAAA0_SX1", "--block-frames", "1000000"] + options,
      input: FaultyCorpus.wav(samples: 37_123, seed: 6))
    #expect(live.status == 0)
    #expect(live.outputBytes == whole)
  }

  @Test func `into a pipe there is an array for every block`() throws {
    let wav = FaultyCorpus.wav(samples: 16_000, seed: 7)
    let run = try ProgramRun.kaleido(["stream", "--output", "npy", "--block-frames", "40"], input: wav)
    let header = Data([0x93]) + Data("NUMPY".utf8)
    var starts: [Int] = []
    var position = run.outputBytes.startIndex
    while let found = run.outputBytes.range(of: header, in: position..<run.outputBytes.endIndex) {
      starts.append(found.lowerBound)
      position = found.upperBound
    }
    #expect(starts == [0, 128 + 40 * 160, 2 * (128 + 40 * 160)])
    #expect(run.outputBytes.count == 3 * 128 + 98 * 160)
    let ark = try ProgramRun.kaleido(
      ["stream", "--output", "ark", "--key", "a", "--block-frames", "90"], input: wav)
    #expect(ark.outputBytes.range(of: Data("a-00000090 ".utf8)) != nil)
  }

  @Test func `into a file there is one array, whose header is corrected at the end`() throws {
    let folder = try TemporaryFolder()
    let input = folder.appending("in.wav")
    try FaultyCorpus.wav(samples: 16_000, seed: 8).write(to: input)
    let shell = Process()
    shell.executableURL = URL(fileURLWithPath: "/bin/sh")
    let program = ProgramRun.productsFolder.appendingPathComponent("kaleido").path
    shell.arguments = ["-c", "'\(program)' stream --output npy < '\(input.path)' > '\(folder.path)/out.npy'"]
    try shell.run()
    shell.waitUntilExit()
    #expect(shell.terminationStatus == 0)
    let bytes = try Data(contentsOf: folder.appending("out.npy"))
    #expect(bytes.count == 128 + 98 * 160)
    #expect(String(decoding: bytes.prefix(128), as: UTF8.self).contains("(98, 40)"))
  }

  @Test func `bad input is refused by name`() throws {
    let twoChannels = FaultyCorpus.wav(samples: 1000, seed: 9, channels: 2)
    #expect(try ProgramRun.kaleido(["stream"], input: twoChannels).status == 65)
    #expect(try ProgramRun.kaleido(["stream", "--channel", "2"], input: twoChannels).status == 0)
    let wav = FaultyCorpus.wav(samples: 1000, seed: 9)
    let cut = try ProgramRun.kaleido(["stream"], input: wav.dropLast(500))
    #expect(cut.status == 65 && cut.errors.contains("truncated"))
    let rate = try ProgramRun.kaleido(["stream", "--sample-rate", "8000"], input: wav)
    #expect(rate.status == 65 && rate.errors.contains("rate-mismatch"))
    #expect(try ProgramRun.kaleido(["stream"], input: Data()).status == 66)
    #expect(try ProgramRun.kaleido(["stream", "--cmvn", "utterance"], input: wav).status == 64)
    let notANumber = Data([0, 0, 0xC0, 0x7F])
    #expect(try ProgramRun.kaleido(["stream", "--input", "f32"], input: notANumber).status == 65)
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func `a signal ends a live stream with everything written that has come`(number: Int32) throws {
    let folder = try TemporaryFolder()
    let out = folder.appending("live.npy")
    try Data().write(to: out)
    let process = Process()
    process.executableURL = ProgramRun.productsFolder.appendingPathComponent("kaleido")
    process.arguments = ["stream", "--input", "s16", "--output", "npy"]
    let input = Pipe()
    process.standardInput = input
    process.standardOutput = try FileHandle(forWritingTo: out)
    process.standardError = FileHandle.nullDevice
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: FaultyCorpus.pcm(samples: 16_000, seed: 3))
    // The rows of what has come are there; the pipe stays open, as live audio does.
    for _ in 0..<6000 {
      if try Data(contentsOf: out).count >= 90 * 160 { break }
      usleep(10_000)
    }
    kill(process.processIdentifier, number)
    process.waitUntilExit()
    try input.fileHandleForWriting.close()
    #expect(process.terminationReason == .exit && process.terminationStatus == 0)
    let bytes = try Data(contentsOf: out)
    #expect(bytes.count == 128 + 98 * 160)
    #expect(String(decoding: bytes.prefix(128), as: UTF8.self).contains("(98, 40)"))
  }

  @Test(arguments: [
    Data("fLaC".utf8), Data([0x93]) + Data("NUMPY".utf8), Data("OggS".utf8), Data("ID3".utf8),
  ])
  func `other audio formats are not read as samples`(magic: Data) throws {
    let run = try ProgramRun.kaleido(["stream"], input: magic + FaultyCorpus.pcm(samples: 1000, seed: 1))
    #expect(run.status == 65 && run.output.isEmpty)
    #expect(run.errors.contains("unknown-format"))
  }
}
