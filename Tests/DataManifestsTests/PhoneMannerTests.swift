import DataManifests
import Testing

@Suite("PhoneManner")
struct PhoneMannerTests {
  @Test("each of the 61 phones has one manner, and so has each of the 39 classes")
  func oneManner() throws {
    let phoneSet = try DataManifests.locate(environment: [:]).phoneSet
    let phones = PhoneManner.allCases.flatMap(\.phones)
    #expect(phones.count == Set(phones).count)
    #expect(Set(phones) == Set(phoneSet.symbols(.phones61) + phoneSet.symbols(.phones39)))
  }
}
