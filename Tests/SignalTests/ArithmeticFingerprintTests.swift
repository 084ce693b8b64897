import Foundations
import Testing

@testable import Signal

@Suite("The arithmetic fingerprint")
struct ArithmeticFingerprintTests {
  @Test("names versions, plan and kernels, and is the same when made again")
  func fingerprint() throws {
    let fingerprint = try FilterBankPlan().fingerprint
    #expect(fingerprint.fftwVersion.hasPrefix("fftw-3"))
    #expect(fingerprint.planDigest.count == 16)
    #expect(fingerprint.kernels == Kernels.best.name)
    #expect(try FilterBankPlan().fingerprint == fingerprint)
    var other = FilterBankOptions()
    other.frame.sampleRateHertz = 8000
    #expect(try FilterBankPlan(other).fingerprint != fingerprint)
  }

  @Test("changes with one bit of the window, of a mel weight or of the DCT")
  func digestOfTables() throws {
    let core = try MFCCPlan().core
    let digest = ArithmeticFingerprint(core).tableDigest
    #expect(digest.count == 16)
    let bank = try #require(core.bank)
    let cosines = try #require(core.cosines)
    for table in [core.window, core.twiddles, bank.weights, cosines] {
      // The plan belongs to this test, so writing to it disturbs no other.
      let entry = table.base + 7
      let before = entry.pointee
      entry.pointee = Float(bitPattern: before.bitPattern ^ 1)
      #expect(ArithmeticFingerprint(core).tableDigest != digest)
      entry.pointee = before
    }
    #expect(ArithmeticFingerprint(core).tableDigest == digest)
  }

  @Test("differs between plans with the same transform but different tables")
  func tablesAlone() throws {
    let fingerprint = try FilterBankPlan().fingerprint
    var variants = [FilterBankOptions](repeating: FilterBankOptions(), count: 2)
    variants[0].frame.window = .hamming
    variants[1].mel.bins = 41
    for options in variants {
      let other = try FilterBankPlan(options).fingerprint
      #expect(other.planDigest == fingerprint.planDigest)
      #expect(other.tableDigest != fingerprint.tableDigest)
    }
  }
}
