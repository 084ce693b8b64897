import Foundation
import FrontEnds
import Recognition
import TestSupport
import Testing

@testable import Reports

@Suite struct TensorBoardTests {
  private let history = TrainingHistory(epochs: [
    EpochRecord(
      epoch: 1, steps: 100, frames: 6400, loss: 2.5, accuracy: 0.25, devErrors: 3, devFrames: 4,
      learningRate: 0.125,
      movement: [PartMovement(part: "time", relativeDistance: 0.5)])
  ])

  @Test("checksums are CRC-32C, masked as in TFRecord files")
  func checksums() {
    #expect(CRC32C.checksum("123456789".utf8) == 0xE306_9283)
    #expect(CRC32C.checksum([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(CRC32C.checksum([]) == 0)
    #expect(CRC32C.masked([]) == 0xA282_EAD8)
  }

  @Test("a training of one epoch equals the bytes of tensorboard's writer")
  func goldenBytes() {
    // Written by the record writer of tensorboard 2.21.
    let golden = """
      0f000000000000006d532b091a0d627261696e2e4576656e743a32fc9851296c00000000000000f5dab0d710012a680a110a
      0a6c6f73732f747261696e15000020400a150a0e61636375726163792f747261696e150000803e0a100a096572726f722f64
      6576150000403f0a140a0d6c6561726e696e675f72617465150000003e0a140a0d6d6f76656d656e742f74696d6515000000
      3fc6d386ab
      """
    #expect(TensorBoardEvents(history).bytes.hexadecimal == golden.filter { !$0.isWhitespace })
  }

  @Test("the same history gives the same bytes, an empty one a file without scalars")
  func sameBytes() {
    #expect(TensorBoardEvents(history) == TensorBoardEvents(history))
    #expect(TensorBoardEvents(TrainingHistory()).bytes.count == 31)
    #expect(TensorBoardEvents.fileName.contains("tfevents"))
  }
}

extension [UInt8] {
  fileprivate var hexadecimal: String {
    map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }
}

/// Reads the file with the tensorboard package.
///
/// Runs if `KALEIDO_ORACLES` is set: to `1`, or to the path of a Python with tensorboard 2.21.
@Suite("TensorBoard events, read back by tensorboard", .enabled(if: Oracle.isEnabled))
struct TensorBoardOracleTests {
  @Test("hold every scalar of every epoch")
  func everyScalar() throws {
    let folder = try TemporaryFolder()
    var epochs: [EpochRecord] = []
    for epoch in 1...200 {
      epochs.append(
        EpochRecord(
          epoch: epoch, steps: epoch * 10, frames: 100, loss: 3 / Double(epoch), accuracy: 0.5,
          devErrors: epoch,
          devFrames: 1000, learningRate: 0.001, movement: [PartMovement(part: "time", relativeDistance: 0.25)]
        ))
    }
    try Data(TensorBoardEvents(TrainingHistory(epochs: epochs)).bytes)
      .write(to: folder.appending(TensorBoardEvents.fileName))
    let text = try Oracle.run("read_events.py", [folder.path])
    #expect(text.contains("accuracy/train,error/dev,learning_rate,loss/train,movement/time 200\n"), "\(text)")
    #expect(text.contains("loss/train 1 3.0\n") && text.contains("error/dev 200 0.2\n"), "\(text)")
  }
}

enum Oracle {
  static let value = ProcessInfo.processInfo.environment["KALEIDO_ORACLES"] ?? ""
  static let isEnabled = !value.isEmpty && value != "0"
  static let python = value.hasPrefix("/") ? value : "/usr/bin/python3"

  /// The output of a script in `Oracles`.
  static func run(_ script: String, _ arguments: [String]) throws -> String {
    let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Oracles/\(script)").path
    let process = Process()
    process.executableURL = URL(filePath: python)
    process.arguments = [path] + arguments
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return text
  }
}
