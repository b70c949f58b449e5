/// The growing table of an event loop's slots, indexed by token.
///
/// Safe because every index is checked against the capacity and every slot in it is initialized.
@safe
package struct SlotTable: ~Copyable {
    private var slots: UnsafeMutablePointer<Slot>
    private var capacity: Int
    private var firstFree: Int32

    /// Makes a table of free slots.
    ///
    /// - Parameter capacity: slots at the start, 1 or more.
    package init(capacity: Int) {
        self.capacity = capacity
        unsafe slots = .allocate(capacity: capacity)
        firstFree = -1
        initializeSlots(from: 0)
    }

    deinit {
        unsafe slots.deinitialize(count: capacity)
        unsafe slots.deallocate()
    }

    subscript(_ index: Int32) -> Slot {
        _read {
            precondition(index >= 0 && index < capacity, "slot outside of the table")
            yield unsafe slots[Int(index)]
        }
        _modify {
            precondition(index >= 0 && index < capacity, "slot outside of the table")
            yield unsafe &slots[Int(index)]
        }
    }

    /// Slots that there are, free ones too.
    var count: Int { capacity }

    /// Whether the registration still names the entry that it was made for.
    package func isCurrent(_ registration: Registration) -> Bool {
        let slot = registration.slot
        return slot >= 0 && slot < capacity && self[slot].generation == registration.generation
            && self[slot].handler != nil
    }

    /// Makes an entry, growing the table when it is full.
    package mutating func take(for handler: any EventHandler) -> Registration {
        if firstFree < 0 { grow() }
        let index = firstFree
        firstFree = self[index].next
        self[index].next = -1
        self[index].handler = handler
        return Registration(slot: index, generation: self[index].generation)
    }

    /// Frees a slot that is in no bucket of the wheel, nor in the list of those at rest.
    ///
    /// - Returns: its handler, whose last reference must not go while the table is accessed: a deinit may use the loop.
    @discardableResult
    package mutating func free(_ index: Int32) -> (any EventHandler)? {
        assert(self[index].scheduledTick == Int.max, "a freed slot still waits in the wheel")
        assert(!self[index].isAtRest, "a freed slot is still in the list of those at rest")
        let handler = self[index].handler
        self[index].handler = nil
        self[index].generation &+= 1
        self[index].isEventPending = false
        self[index].isUnfinished = false
        self[index].deadline = Int.max
        self[index].next = firstFree
        firstFree = index
        return handler
    }

    /// Puts a handler in the place of another one.
    ///
    /// - Returns: the old one, whose last reference must not go while the table is accessed.
    mutating func replaceHandler(of index: Int32, by handler: any EventHandler) -> (any EventHandler)? {
        let old = self[index].handler
        self[index].handler = handler
        return old
    }

    private mutating func grow() {
        let old = unsafe slots
        let oldCapacity = capacity
        capacity = oldCapacity * 2
        unsafe slots = .allocate(capacity: capacity)
        unsafe slots.moveInitialize(from: old, count: oldCapacity)
        unsafe old.deallocate()
        initializeSlots(from: oldCapacity)
    }

    private mutating func initializeSlots(from first: Int) {
        for index in stride(from: capacity - 1, through: first, by: -1) {
            unsafe (slots + index).initialize(to: Slot())
            unsafe slots[index].next = firstFree
            firstFree = Int32(index)
        }
    }
}
