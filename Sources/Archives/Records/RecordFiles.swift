/// A lookup of the files of a record by role and key.
///
/// A record with one file per utterance has hundreds of files. Utterances are usually requested in order, so
/// the search starts where the previous one ended.
final class RecordFiles {
  private struct OfRole {
    let role: ArchiveRole
    var files: [ShardRecord.File]
    var last = 0
  }

  private var roles: [OfRole] = []

  init(_ record: ShardRecord) {
    for file in record.files {
      if let index = roles.firstIndex(where: { $0.role == file.role }) {
        roles[index].files.append(file)
      } else {
        roles.append(OfRole(role: file.role, files: [file]))
      }
    }
  }

  /// The single file of a role.
  func file(of role: ArchiveRole) -> ShardRecord.File? { roles.first { $0.role == role }?.files.first }

  /// The file of an utterance in the folder of a role.
  func file(of role: ArchiveRole, key: String, suffix: String) -> ShardRecord.File? {
    guard let index = roles.firstIndex(where: { $0.role == role }) else { return nil }
    let name = "/\(key)\(suffix)"
    let count = roles[index].files.count
    for step in 0..<count {
      let number = (roles[index].last + step) % count
      guard roles[index].files[number].path.utf8.hasSuffix(name.utf8) else { continue }
      roles[index].last = number
      return roles[index].files[number]
    }
    return nil
  }
}

extension String.UTF8View {
  /// Whether the view ends with these bytes.
  fileprivate func hasSuffix(_ end: Self) -> Bool {
    count >= end.count && suffix(end.count).elementsEqual(end)
  }
}
