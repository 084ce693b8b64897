import Foundation
import TestSupport
import Testing

extension CompareTests {
  /// `comparison.json` without what a clock has measured.
  func result(_ out: String, in folder: TemporaryFolder) throws -> NSDictionary {
    let data = try Data(contentsOf: folder.appending("\(out)/comparison.json"))
    var json = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    var contenders = try #require(json["rows"] as? [[String: Any]])
    for index in contenders.indices { contenders[index]["cost"] = nil }
    json["rows"] = contenders
    return json as NSDictionary
  }

  func rates(_ contender: Int, _ json: NSDictionary) throws -> [NSDictionary] {
    let contenders = try #require(json["rows"] as? [NSDictionary])
    let seeds = try #require(contenders[contender]["seeds"] as? [NSDictionary])
    return try seeds.map { try #require($0["rates"] as? NSDictionary) }
  }
}
