import Foundations
import StageGraph
import TestSupport
import Testing

/// A state machine as an object, because `#expect` cannot call mutating methods.
private final class Machine {
  typealias Phase = ChannelStateMachine.Phase
  var value: ChannelStateMachine

  init(capacity: Int, receiverWakeCount: Int = 1) {
    value = ChannelStateMachine(capacity: capacity, receiverWakeCount: receiverWakeCount)
  }

  /// A machine with some elements stored.
  convenience init(_ capacity: Int, stored: Int, wakeCount: Int = 1) {
    self.init(capacity: capacity, receiverWakeCount: wakeCount)
    for _ in 0..<stored { _ = send() }
  }

  var phase: Phase { value.phase }
  var count: Int { value.count }
  var isSenderWaiting: Bool { value.isSenderWaiting }
  var isReceiverWaiting: Bool { value.isReceiverWaiting }

  func send(isUrgent: Bool = false) -> ChannelStateMachine.SendAction { value.send(isUrgent: isUrgent) }
  func senderSuspends() -> Bool { value.senderSuspends() }
  func senderPauses() -> Bool { value.senderPauses() }
  func finish() -> Bool { value.finish() }
  func receive() -> ChannelStateMachine.ReceiveAction { value.receive() }
  func receiverSuspends() -> Bool { value.receiverSuspends() }
  func receiverPauses() -> Bool { value.receiverPauses() }
  func close() -> ChannelStateMachine.Teardown { value.close() }
  func terminate() -> ChannelStateMachine.Teardown { value.terminate() }
}

struct ChannelStateMachineTests {
  // MARK: Sending

  @Test("elements are stored in successive slots, around the ring")
  func slots() {
    let machine = Machine(3, stored: 2)
    #expect(machine.send() == .store(slot: 2, wakesReceiver: false))
    #expect(machine.receive() == .take(slot: 0, wakesSender: false))
    #expect(machine.send() == .store(slot: 0, wakesReceiver: false))
    #expect(machine.receive() == .take(slot: 1, wakesSender: false))
    #expect(machine.receive() == .take(slot: 2, wakesSender: false))
    #expect(machine.receive() == .take(slot: 0, wakesSender: false))
    #expect(machine.receive() == .wait)
  }

  @Test("a full ring makes the sender wait, and changes nothing", arguments: 1...5)
  func full(_ capacity: Int) {
    let full = Machine(capacity, stored: capacity)
    let before = full.value
    #expect(full.send() == .wait)
    #expect(full.send(isUrgent: true) == .wait)
    #expect(full.value == before)
    #expect(full.count == capacity)
  }

  @Test("the first element wakes a waiting receiver, once")
  func wakesReceiver() {
    let machine = Machine(4, stored: 0)
    #expect(machine.receive() == .wait)
    #expect(machine.receiverSuspends())
    #expect(machine.isReceiverWaiting)
    #expect(machine.send() == .store(slot: 0, wakesReceiver: true))
    #expect(!machine.isReceiverWaiting)
    #expect(machine.send() == .store(slot: 1, wakesReceiver: false))
  }

  @Test("a batch wakes a waiting receiver when it is complete")
  func wakesReceiverByBatch() {
    let machine = Machine(8, stored: 0, wakeCount: 3)
    #expect(machine.receiverSuspends())
    #expect(machine.send() == .store(slot: 0, wakesReceiver: false))
    #expect(machine.send() == .store(slot: 1, wakesReceiver: false))
    #expect(machine.send() == .store(slot: 2, wakesReceiver: true))
  }

  @Test("an urgent element wakes a waiting receiver before the batch is complete")
  func urgent() {
    let machine = Machine(8, stored: 0, wakeCount: 8)
    #expect(machine.receiverSuspends())
    #expect(machine.send() == .store(slot: 0, wakesReceiver: false))
    #expect(machine.send(isUrgent: true) == .store(slot: 1, wakesReceiver: true))
    #expect(machine.send(isUrgent: true) == .store(slot: 2, wakesReceiver: false))
  }

  @Test("a pausing sender wakes the receiver if there is an element, and only then")
  func senderPauses() {
    let machine = Machine(8, stored: 0, wakeCount: 4)
    #expect(!machine.senderPauses())
    #expect(machine.receiverSuspends())
    #expect(!machine.senderPauses(), "there is nothing to see yet")
    #expect(machine.isReceiverWaiting)
    _ = machine.send()
    #expect(machine.senderPauses())
    #expect(!machine.isReceiverWaiting)
    #expect(!machine.senderPauses())
  }

  @Test("a sender suspends only while the ring is full and open")
  func senderSuspends() {
    let full = Machine(2, stored: 2)
    #expect(full.senderSuspends())
    let halfFull = Machine(2, stored: 1)
    #expect(!halfFull.senderSuspends())
    let closed = Machine(2, stored: 2)
    _ = closed.close()
    #expect(!closed.senderSuspends())
    let terminated = Machine(2, stored: 2)
    _ = terminated.terminate()
    #expect(!terminated.senderSuspends())
  }

  @Test("finishing wakes a waiting receiver, even within a batch; once", arguments: [1, 4])
  func finish(wakeCount: Int) {
    let machine = Machine(4, stored: 0, wakeCount: wakeCount)
    #expect(machine.receiverSuspends())
    #expect(machine.finish())
    #expect(machine.phase == .finished)
    #expect(!machine.isReceiverWaiting)
    #expect(!machine.finish())
  }

  // MARK: Receiving

  @Test("a waiting sender is woken when the ring is half empty, once", arguments: 1...9)
  func wakesSender(_ capacity: Int) {
    let machine = Machine(capacity, stored: capacity)
    #expect(machine.senderSuspends())
    var wokenAt: [Int] = []
    for left in stride(from: capacity - 1, through: 0, by: -1) {
      if case .take(_, wakesSender: true) = machine.receive() { wokenAt.append(left) }
    }
    #expect(wokenAt == [capacity / 2])
  }

  @Test("a pausing receiver wakes the sender if there is room, and only then")
  func receiverPauses() {
    let machine = Machine(8, stored: 8)
    #expect(!machine.receiverPauses())
    #expect(machine.senderSuspends())
    #expect(!machine.receiverPauses(), "there is no room yet")
    #expect(machine.isSenderWaiting)
    _ = machine.receive()
    #expect(machine.receiverPauses())
    #expect(!machine.isSenderWaiting)
    #expect(!machine.receiverPauses())
  }

  @Test("a receiver suspends only while the ring is empty and open")
  func receiverSuspends() {
    let empty = Machine(2, stored: 0)
    #expect(empty.receiverSuspends())
    let one = Machine(2, stored: 1)
    #expect(!one.receiverSuspends())
    let finished = Machine(2, stored: 0)
    _ = finished.finish()
    #expect(!finished.receiverSuspends())
    let terminated = Machine(2, stored: 0)
    _ = terminated.terminate()
    #expect(!terminated.receiverSuspends())
  }

  @Test("elements stored before finishing are still received")
  func receiveAfterFinish() {
    let machine = Machine(2, stored: 2)
    _ = machine.finish()
    #expect(machine.receive() == .take(slot: 0, wakesSender: false))
    #expect(machine.receive() == .take(slot: 1, wakesSender: false))
    #expect(machine.receive() == .finish)
    #expect(machine.receive() == .finish)
  }

  // MARK: Ending

  @Test("closing returns the stored elements, wakes a waiting sender, and lets it discard")
  func close() {
    let machine = Machine(3, stored: 3)
    _ = machine.receive()
    _ = machine.send()
    #expect(machine.senderSuspends())
    #expect(machine.close() == .init(firstSlot: 1, count: 3, wakesSender: true, wakesReceiver: false))
    #expect(machine.phase == .closed)
    #expect(machine.send() == .discard)
    #expect(machine.receive() == .closed)
    #expect(machine.close() == .init(firstSlot: 0, count: 0, wakesSender: false, wakesReceiver: false))
  }

  @Test("closing from outside wakes a waiting receiver")
  func closeWakesReceiver() {
    let machine = Machine(3, stored: 0)
    #expect(machine.receiverSuspends())
    #expect(machine.close() == .init(firstSlot: 0, count: 0, wakesSender: false, wakesReceiver: true))
  }

  @Test("closing after finishing returns the remaining elements; finishing after closing changes nothing")
  func closeAndFinish() {
    let finished = Machine(3, stored: 2)
    _ = finished.finish()
    #expect(finished.close() == .init(firstSlot: 0, count: 2, wakesSender: false, wakesReceiver: false))
    #expect(finished.phase == .closed)
    #expect(!finished.finish())
    #expect(finished.phase == .closed)
  }

  @Test(
    "termination ends every phase, wakes whoever waits, and stops both ends",
    arguments: [ChannelStateMachine.Phase.open, .finished, .closed, .terminated])
  func terminate(_ phase: ChannelStateMachine.Phase) {
    let machine = Machine(4, stored: 2)
    switch phase {
    case .open: break
    case .finished: _ = machine.finish()
    case .closed: _ = machine.close()
    case .terminated: _ = machine.terminate()
    }
    let stored = phase == .open || phase == .finished ? 2 : 0
    #expect(
      machine.terminate() == .init(firstSlot: 0, count: stored, wakesSender: false, wakesReceiver: false))
    #expect(machine.phase == .terminated)
    #expect(machine.send() == .stop)
    #expect(machine.receive() == .stop)
    #expect(!machine.finish())
    #expect(machine.close().count == 0)
    #expect(machine.phase == .terminated, "closing does not change a terminated channel")
  }

  @Test("termination wakes a waiting sender and a waiting receiver")
  func terminateWakes() {
    let full = Machine(1, stored: 1)
    #expect(full.senderSuspends())
    #expect(full.terminate() == .init(firstSlot: 0, count: 1, wakesSender: true, wakesReceiver: false))
    let empty = Machine(1, stored: 0)
    #expect(empty.receiverSuspends())
    #expect(empty.terminate() == .init(firstSlot: 0, count: 0, wakesSender: false, wakesReceiver: true))
  }

  // MARK: Properties

  @Test(
    "any order of inputs: first in, first out; never more than capacity; nobody sleeps past his cause",
    arguments: 0..<200 as Range<UInt64>)
  func model(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    let capacity = Int.random(in: 1...6, using: &generator)
    let wakeCount = Int.random(in: 1...capacity, using: &generator)
    let machine = Machine(capacity: capacity, receiverWakeCount: wakeCount)
    var slots = [Int?](repeating: nil, count: capacity)
    var (sent, received, finished) = (0, 0, false)
    var (senderAsleep, receiverAsleep) = (false, false)
    for _ in 0..<400 {
      switch Int.random(in: 0..<8, using: &generator) {
      case 0...2 where !senderAsleep && !finished:
        switch machine.send(isUrgent: Int.random(in: 0..<4, using: &generator) == 0) {
        case .store(let slot, let wakes):
          #expect(slots[slot] == nil, "seed \(seed): slot in use")
          slots[slot] = sent
          sent += 1
          if wakes {
            #expect(receiverAsleep, "seed \(seed): woken though awake")
            receiverAsleep = false
          }
        case .wait:
          if machine.senderPauses() { receiverAsleep = false }
          if machine.senderSuspends() { senderAsleep = true }
        case .discard, .stop: Issue.record("seed \(seed): open channel refuses")
        }
      case 3...5 where !receiverAsleep:
        switch machine.receive() {
        case .take(let slot, let wakes):
          #expect(slots[slot] == received, "seed \(seed): out of order")
          slots[slot] = nil
          received += 1
          if wakes {
            #expect(senderAsleep, "seed \(seed): woken though awake")
            senderAsleep = false
          }
        case .wait: if machine.receiverSuspends() { receiverAsleep = true }
        case .finish: #expect(finished && received == sent, "seed \(seed): ended early")
        case .closed, .stop: Issue.record("seed \(seed): open channel stops")
        }
      case 6: if !senderAsleep, machine.senderPauses() { receiverAsleep = false }
      case 7 where !senderAsleep && sent > 300:
        if machine.finish() { receiverAsleep = false }
        finished = true
      default: break
      }
      #expect(machine.count == sent - received && machine.count <= capacity, "seed \(seed)")
      #expect(machine.isSenderWaiting == senderAsleep, "seed \(seed)")
      #expect(machine.isReceiverWaiting == receiverAsleep, "seed \(seed)")
      #expect(!(senderAsleep && receiverAsleep), "seed \(seed): both asleep")
      #expect(!(senderAsleep && machine.count <= capacity / 2), "seed \(seed): sender overslept")
      #expect(!(receiverAsleep && machine.count >= wakeCount), "seed \(seed): receiver overslept")
    }
  }
}
