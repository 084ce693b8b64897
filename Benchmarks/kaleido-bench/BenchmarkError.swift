/// The reason that a benchmark cannot run.
enum BenchmarkError: Error, CustomStringConvertible {
  case peerMissing(path: String, reason: String)
  case peerFailed(peer: String, reason: String)
  case systemCall(name: String, errno: Int32)
  case corpusUnusable(path: String, reason: String)
  case resultsDiffer(String)
  case sectionFailed(name: String, status: Int32)

  var description: String {
    switch self {
    case .peerMissing(let path, let reason): "\(path): \(reason); run Benchmarks/peers/setup, or `make bench`"
    case .peerFailed(let peer, let reason): "\(peer): \(reason)"
    case .systemCall(let name, let code): "\(name) failed with errno \(code)"
    case .corpusUnusable(let path, let reason): "\(path): \(reason)"
    case .resultsDiffer(let what): "results differ: \(what)"
    case .sectionFailed(let name, let status): "section \(name) ended with status \(status)"
    }
  }
}
