/// A value that travels from one stage to another.
///
/// A message is a block of work (an utterance, a block of samples, a block of features), never a single sample
/// or frame: a crossing costs some tenths of a microsecond. A move-only message has one owner at a time and goes
/// to one consumer; a copyable message may be shared by several.
///
/// Conformance is empty for most types; give ``byteCount`` where the value refers to memory of its own.
@usableFromInline package protocol GraphMessage: ~Copyable, Sendable {
  /// The number of bytes the meters count for this message. By default its in-line size.
  var byteCount: Int { get }

  /// The name that stands on the arrows of a drawing. By default the name of the type.
  static var messageName: String { get }

  /// A second owner of the same message, or `nil` if the type allows only one.
  ///
  /// The defaults are right for every type: a copyable message copies itself, which for a counted reference or
  /// an array costs one increment; a move-only one cannot. ``Outlet`` is copyable only when its message is, so
  /// `nil` is never met by a graph that compiled.
  static func secondOwner(of message: borrowing Self) -> Self?
}

extension GraphMessage where Self: ~Copyable {
  @inlinable package var byteCount: Int { MemoryLayout<Self>.size }

  @usableFromInline package static var messageName: String { String(describing: Self.self) }

  @inlinable package static func secondOwner(of message: borrowing Self) -> Self? { nil }
}

extension GraphMessage {
  @inlinable package static func secondOwner(of message: borrowing Self) -> Self? { copy message }
}

/// One immutable message with several owners: what a fan-out hands to its consumers.
///
/// A move-only message (a block that holds a ``Slab``) becomes copyable by being shared, and read-only with it.
/// Its buffer goes back to the pool when the last consumer lets go.
///
/// The count belongs to Swift, so handing the message to a second consumer neither copies nor allocates.
@usableFromInline package final class Shared<Message: GraphMessage & ~Copyable>: GraphMessage {
  /// The message, for reading.
  @usableFromInline package let message: Message

  /// Takes over `message`.
  @inlinable package init(_ message: consuming Message) { self.message = message }

  @inlinable package var byteCount: Int { message.byteCount }

  /// The name of the message within: sharing is the graph's affair.
  @usableFromInline package static var messageName: String { Message.messageName }
}
