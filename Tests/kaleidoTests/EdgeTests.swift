import Foundation
import TestSupport
import Testing

/// The program at its edges: closed streams, readers that go away, signals, terminals.
@Suite struct EdgeTests {
  private func text(_ name: String, in folder: TemporaryFolder) throws -> String {
    try String(contentsOf: folder.appending(name), encoding: .utf8)
  }

  @Test(arguments: [
    ("doctor >&- 2> errors", 74), ("doctor --json <&- > out 2> errors", 0), ("doctor > out 2>&-", 0),
    ("doctor <&- >&- 2>&-", 74), ("stream <&- > out 2> errors", 74),
  ])
  func `a stream that is closed from the start stays closed`(line: String, status: Int32) throws {
    let folder = try TemporaryFolder()
    #expect(try Shell.run("\"$kaleido\" \(line)", in: folder) == status)
  }

  @Test func `a closed standard output does not end in a file of the run`() throws {
    let folder = try TemporaryFolder()
    let line = "\"$kaleido\" preprocess \(BuiltInCorpus.path) --out feats <&- >&- 2>&-"
    #expect(try Shell.run(line, in: folder) == 74)
    #expect(try Shell.run("\"$kaleido\" preprocess verify feats > out", in: folder) == 0)
  }

  @Test func `the exit code stays that of the work when the reader goes away`() throws {
    let folder = try TemporaryFolder()
    let corpus = try FaultyCorpus(in: folder)
    try corpus.write("SX1")
    try corpus.write("SX2", samples: 5000, claimedSamples: 6000)
    // A pipe whose reader has ended before the program writes.
    let line = "( sleep 1; \"$kaleido\" COMMAND --progress never 2> errors; echo $? > status ) | true"
    for command in ["corpus check corpus", "preprocess corpus --out feats"] {
      _ = try Shell.run(line.replacingOccurrences(of: "COMMAND", with: command), in: folder)
      for _ in 0..<200 {
        if let status = try? text("status", in: folder), !status.isEmpty { break }
        Thread.sleep(forTimeInterval: 0.1)
      }
      #expect(try text("status", in: folder) == "65\n", "\(command)")
      try FileManager.default.removeItem(at: folder.appending("status"))
    }
  }

  @Test(arguments: [
    "preprocess CORPUS --out OUT", "train CORPUS --out OUT", "corpus make OUT --preset tiny",
    "compare mel mfcc --corpus CORPUS --out OUT",
  ])
  func `a working directory that was deleted is refused, and nothing is written elsewhere`(
    command: String
  ) throws {
    let folder = try TemporaryFolder()
    let name = folder.url.lastPathComponent
    let line = """
      mkdir gone && cd gone && rmdir ../gone
      "$kaleido" \(command.replacing("CORPUS", with: BuiltInCorpus.path).replacing("OUT", with: name)) \
        > ../out 2> ../errors
      """
    let status = try Shell.run(line, in: folder)
    let isElsewhere = FileManager.default.fileExists(atPath: "/\(name)")
    if isElsewhere { try FileManager.default.removeItem(atPath: "/\(name)") }
    #expect(!isElsewhere)
    let errors = try text("errors", in: folder)
    #expect(status == 73, "\(errors)")
  }

  /// The live stream waits for input: without the trap it ends though more could come, with the trap it takes
  /// what comes after the signal.
  @Test(arguments: [("", "", 1), ("trap '' HUP; ", "sleep 0.5; head -c 64000 /dev/zero >&3; exec 3>&-", 0)])
  func `a signal ignored from the start stays ignored`(before: String, after: String, status: Int32) throws {
    let folder = try TemporaryFolder()
    let line = """
      \(before)mkfifo in
      "$kaleido" stream --input s16 < in > out 2> errors & program=$!
      exec 3> in
      head -c 64000 /dev/zero >&3
      until [ -s out ]; do sleep 0.1; done
      kill -HUP $program
      ( exec 3>&-; for i in $(seq 120); do sleep 0.5; done; kill -KILL $program ) > /dev/null 2>&1 & guard=$!
      \(after)
      wait $program || exit 2
      kill $guard
      test $(wc -l < out) -gt 300
      """
    #expect(try Shell.run(line, in: folder) == status)
  }

  @Test func `a stream whose reader does not read is stopped by a signal`() throws {
    let folder = try TemporaryFolder()
    // It waits for the reader once its position in the input no longer moves.
    let line = """
      mkfifo out
      truncate -s 1G in
      sleep 600 < out & reader=$!
      "$kaleido" stream --input s16 --dither 1 < in > out 2> errors & program=$!
      position=0
      until [ "$position" -gt 0 ] && [ "$position" = "$before" ]; do
        before=$position
        sleep 2
        position=$(sed -n 's/^pos:[^0-9]*//p' /proc/$program/fdinfo/0) || break
      done
      kill -TERM $program
      ( for i in $(seq 120); do sleep 0.5; done; kill -KILL $program ) > /dev/null 2>&1 & guard=$!
      wait $program; status=$?
      kill $guard $reader
      exit $status
      """
    #expect(try Shell.run(line, in: folder) == 75)
  }

  @Test func `always redraws the line and clears it before an error`() throws {
    let folder = try TemporaryFolder()
    let corpus = try FaultyCorpus(in: folder)
    try corpus.write("SX1")
    let clear = "\r\u{1B}[K"
    let whole = try ProgramRun.kaleido(["corpus", "check", corpus.root.path, "--progress", "always"])
    #expect(whole.status == 0 && whole.errors.hasSuffix(clear))
    try Data().write(to: folder.appending("out"))
    let failed = try ProgramRun.kaleido([
      "preprocess", corpus.root.path, "--out", folder.appending("out").path, "--progress", "always",
    ])
    #expect(failed.status == 73 && failed.errors.contains("\(clear)error:"))
    let plain = try ProgramRun.kaleido(["corpus", "check", corpus.root.path])
    #expect(!plain.errors.contains("\u{1B}"))
  }

  @Test func `an empty input leaves the output empty`() throws {
    let folder = try TemporaryFolder()
    for format in ["npy", "ark", "text"] {
      #expect(try Shell.run("\"$kaleido\" stream --output \(format) > out 2> errors", in: folder) == 66)
      #expect(try Data(contentsOf: folder.appending("out")).isEmpty)
    }
    // Audio too short for a frame gives an array without rows.
    let line = "head -c 200 /dev/zero | \"$kaleido\" stream --input s16 --output npy > out"
    #expect(try Shell.run(line, in: folder) == 0)
    #expect(try Data(contentsOf: folder.appending("out")).count == 128)
  }
}
