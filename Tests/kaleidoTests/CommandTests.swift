import Foundation
import FrontEnds
import TestSupport
import Testing

@Suite struct CommandTests {
  @Test func `every feature option is on the command line with its default`() throws {
    let help = try ProgramRun.kaleido(["preprocess", "run", "--help"]).output
    for option in FeatureOption.all {
      #expect(help.contains("--\(option.name)"), "\(option.name)")
    }
    #expect(help.contains("(default: 25 ms)") && help.contains("(default: 40)"))
  }

  @Test func `flags win over environment, and environment over file`() throws {
    let folder = try TemporaryFolder()
    let file = folder.appending("config.json")
    try Data("{\"mel-bins\": 23, \"window\": \"hamming\", \"deltas\": 1, \"format\": \"npy\"}".utf8).write(
      to: file)
    let arguments = ["preprocess", "corpus", "--out", "out", "--config", file.path, "--print-config"]
    let run = try ProgramRun.kaleido(
      arguments + ["--mel-bins", "64"],
      environment: ["KALEIDO_MEL_BINS": "30", "KALEIDO_WINDOW": "hanning", "KALEIDO_JOBS": "3"])
    #expect(run.status == 0)
    let settings = try #require(
      try JSONSerialization.jsonObject(with: run.outputBytes) as? [String: [String: Any]])
    func setting(_ name: String) -> [String] {
      ["\(settings[name]?["value"] ?? "")", "\(settings[name]?["origin"] ?? "")"]
    }
    #expect(setting("mel-bins") == ["64", "flag"])
    #expect(setting("window") == ["hanning", "environment"])
    #expect(setting("deltas") == ["1", "file"])
    #expect(setting("format") == ["npy", "file"])
    #expect(setting("jobs") == ["3", "environment"])
    #expect(setting("cmvn") == ["none", "default"])
  }

  @Test func `--config reads what --print-config writes`() throws {
    let folder = try TemporaryFolder()
    let arguments = ["preprocess", "corpus", "--out", "out", "--print-config"]
    let first = try ProgramRun.kaleido(arguments + ["--features", "mfcc:cepstra=20", "--splice", "2,5"])
    let file = folder.appending("config.json")
    try first.outputBytes.write(to: file)
    let second = try ProgramRun.kaleido(arguments + ["--config", file.path])
    #expect(second.status == 0)
    func values(_ run: ProgramRun) throws -> [String: String] {
      let object = try JSONSerialization.jsonObject(with: run.outputBytes) as? [String: [String: Any]]
      return (object ?? [:]).mapValues { "\($0["value"] ?? "")" }
    }
    #expect(try values(first) == values(second))
    #expect(try values(first)["cepstra"] == "20")
  }

  @Test func `doctor prints what bits depend on`() throws {
    let run = try ProgramRun.kaleido(["doctor", "--json"])
    #expect(run.status == 0)
    let doctor = try #require(try JSONSerialization.jsonObject(with: run.outputBytes) as? [String: Any])
    let fingerprint = try #require(doctor["fingerprint"] as? String)
    #expect(fingerprint.contains("fftw-3") && fingerprint.contains("kernels"))
    #expect(doctor["data_origin"] as? String == "bundle")
  }

  @Test func `graph draws without running`() throws {
    let folder = try TemporaryFolder()
    let out = folder.appending("out").path
    let run = try ProgramRun.kaleido([
      "graph", "preprocess", BuiltInCorpus.path, "--out", out, "--jobs", "3",
    ])
    #expect(run.status == 0)
    #expect(run.output.hasPrefix("flowchart LR\n"))
    #expect(run.output.contains("s1[\"AudioReader ×3\"]"))
    #expect(run.output.contains("s1 -- \"AudioBlock (3 × 4)\" --> s2"))
    #expect(!FileManager.default.fileExists(atPath: out))
    #expect(try ProgramRun.kaleido(["graph", "doctor"]).status == 64)
  }

  @Test func `inspect and check name what is wrong`() throws {
    let folder = try TemporaryFolder()
    let corpus = try FaultyCorpus(in: folder)
    try corpus.write("SX1")
    let good = try ProgramRun.kaleido(["corpus", "inspect", corpus.url("SX1.WAV").path])
    #expect(good.status == 0)
    #expect(good.output.contains("sphere, pcm-s16le, 16000 Hz, mono, 16000 samples, 1.000 s"))
    try corpus.write("SX2", samples: 5000, claimedSamples: 6000)
    let check = try ProgramRun.kaleido(["corpus", "check", corpus.root.path, "--progress", "never"])
    #expect(check.status == 65)
    #expect(check.output.contains("FAAA0_SX2") && check.output.contains("truncated"))
    let whole = try ProgramRun.kaleido([
      "corpus", "check", BuiltInCorpus.path, "--json", "--progress", "never",
    ])
    #expect(whole.status == 0)
    let object = try #require(try JSONSerialization.jsonObject(with: whole.outputBytes) as? [String: Any])
    #expect(object["rejections"] as? Int == 0)
    #expect((object["splits"] as? [Any])?.count == 3)
  }

  @Test func `the installed program runs from another folder`() throws {
    let folder = try TemporaryFolder()
    let elsewhere = folder.appending("elsewhere")
    try FileManager.default.createDirectory(at: elsewhere, withIntermediateDirectories: true)
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let make = Process()
    make.executableURL = URL(fileURLWithPath: "/usr/bin/make")
    make.arguments = [
      "-s", "-C", root.path, "install-files", "PREFIX=\(folder.path)/usr",
      "PROGRAM=\(ProgramRun.productsFolder.path)/kaleido",
    ]
    try make.run()
    make.waitUntilExit()
    #expect(make.terminationStatus == 0)
    let program = folder.appending("usr/bin/kaleido")
    let doctor = try ProgramRun.kaleido(["doctor", "--json"], program: program, in: elsewhere)
    #expect(doctor.output.contains("\"data_origin\" : \"share\""))
    let demo = try ProgramRun.kaleido(["demo"], program: program, in: elsewhere)
    #expect(demo.status == 0 && demo.output.contains("too few speakers for a verdict"))
    #expect(
      FileManager.default.fileExists(
        atPath: elsewhere.appendingPathComponent("kaleido-demo/comparison/report.html").path))
    let out = elsewhere.appendingPathComponent("kaleido-demo/kaldi/feats.scp").path
    #expect(FileManager.default.fileExists(atPath: out))
    for completion in [
      "bash-completion/completions/kaleido", "zsh/site-functions/_kaleido",
      "fish/vendor_completions.d/kaleido.fish",
    ] {
      #expect(FileManager.default.fileExists(atPath: folder.appending("usr/share/\(completion)").path))
    }
  }

  @Test func `JSON onto a full disk ends with an error`() throws {
    let shell = Process()
    shell.executableURL = URL(fileURLWithPath: "/bin/sh")
    let program = ProgramRun.productsFolder.appendingPathComponent("kaleido").path
    shell.arguments = ["-c", "'\(program)' doctor --json > /dev/full 2> /dev/null"]
    try shell.run()
    shell.waitUntilExit()
    #expect(shell.terminationStatus == 74)
  }

  @Test("a check names digital silence, a constant, an offset, clipping and a wrong scale, and counts them")
  func levels() throws {
    let folder = try TemporaryFolder()
    let noise = (0..<8000).map { ($0 &* 7919) % 6001 - 3000 }
    func write(_ name: String, _ data: Data) throws {
      try FileManager.default.createDirectory(
        at: folder.appending("corpus/spk"), withIntermediateDirectories: true)
      try data.write(to: folder.appending("corpus/spk/\(name).wav"))
    }
    func wav(_ samples: [Int]) -> Data {
      ResamplingTests.wav(samples.map { Int16(max(-32768, min(32767, $0))) }, rate: 16_000)
    }
    try write("good", wav(noise))
    try write("silent", wav(noise.map { _ in 0 }))
    try write("silent2", wav(noise.map { _ in 0 }))
    try write("constant", wav(noise.map { _ in 500 }))
    try write("offset", wav(noise.map { $0 + 9000 }))
    try write("clipped", wav(noise.map { $0 * 30 }))
    try write("steps", FaultyCorpus.floatWAV(noise.map { Float($0) }))
    let check = try ProgramRun.kaleido(["corpus", "check", folder.appending("corpus").path])
    #expect(check.status == 0)
    for (name, code) in [
      ("SILENT", "no-signal"), ("CONSTANT", "no-signal"), ("OFFSET", "dc-offset"), ("CLIPPED", "clipping"),
      ("STEPS", "scale"),
    ] {
      #expect(
        check.output.split(separator: "\n").contains { $0.contains("SPK_\(name)") && $0.contains(code) })
    }
    #expect(!check.output.contains("SPK_GOOD"))
    #expect(check.output.contains("  3 no-signal, 2 clipping, 1 dc-offset, 1 label-missing, 1 scale\n"))
  }
}
