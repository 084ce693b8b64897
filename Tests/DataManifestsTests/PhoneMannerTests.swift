import DataManifests
import Testing

@Suite("PhoneManner")
struct PhoneMannerTests {
  @Test("each of the 61 phones has one manner, and so has each of the 39 classes")
  func oneManner() throws {
    let phoneSet = try DataManifests.locate(environment: [:]).phoneSet
    let phones = PhoneManner.allCases.flatMap(\.phones)
    #expect(phones.count == Set(phones).count)
    let classes = try #require(phoneSet.folding(named: "39")).symbols
    #expect(Set(phones) == Set(phoneSet.phones + classes))
    // The table is sorted by the same manners.
    let order = phoneSet.identity.displayOrder
    #expect(Set(order.order[..<order.rules[0]].map { phoneSet.phones[$0] }) == Set(PhoneManner.vowel.phones))
    #expect(
      Set(order.order[order.rules[order.rules.count - 1]...].map { phoneSet.phones[$0] })
        == Set(PhoneManner.silence.phones).subtracting(["sil"]))
  }
}
