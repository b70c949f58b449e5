/// Counts by hash: open addressing with linear probing, in places of a power of two. A value of whoever holds it.
struct CountPlaces: Sendable {
    private struct Place: Sendable {
        var hash: UInt64 = 0
        /// 0: the place is free.
        var count = 0
    }

    private var places = [Place](repeating: Place(), count: Limits.countedPlacesLeast)
    /// How many places are taken, at most three in four.
    private var entries = 0

    /// Bytes of the places.
    var bytes: Int { places.count * MemoryLayout<Place>.stride }

    /// Counts one more, unless that would be more than `most`.
    mutating func enter(_ hash: UInt64, most: Int) -> Bool {
        var place = find(hash)
        guard places[place].count < most else { return false }
        if places[place].count == 0 {
            if entries + 1 > places.count * 3 / 4 {
                resize(to: places.count * 2)
                place = find(hash)
            }
            places[place].hash = hash
            entries += 1
        }
        places[place].count += 1
        return true
    }

    /// Counts one less.
    mutating func leave(_ hash: UInt64) {
        let place = find(hash)
        precondition(places[place].count > 0, "only what was counted is given back")
        places[place].count -= 1
        guard places[place].count == 0 else { return }
        entries -= 1
        free(place)
        if places.count > Limits.countedPlacesLeast, entries < places.count / 8 { resize(to: places.count / 2) }
    }

    /// How many somebody has.
    func count(of hash: UInt64) -> Int {
        places[find(hash)].count
    }

    /// The place that is somebody's, or the free one that would be.
    private func find(_ hash: UInt64) -> Int {
        var place = home(of: hash)
        while places[place].count > 0, places[place].hash != hash { place = (place + 1) & (places.count - 1) }
        return place
    }

    /// Frees a place, and moves those up who stand behind it as others were in their way.
    private mutating func free(_ freed: Int) {
        let mask = places.count - 1
        var hole = freed
        var place = (hole + 1) & mask
        while places[place].count > 0 {
            // How far it stands from its home, and how far the hole does: it may not move before its home.
            let distance = (place - home(of: places[place].hash)) & mask
            if distance >= (place - hole) & mask {
                places[hole] = places[place]
                hole = place
            }
            place = (place + 1) & mask
        }
        places[hole] = Place()
    }

    private mutating func resize(to count: Int) {
        let taken = places.filter { $0.count > 0 }
        places = [Place](repeating: Place(), count: count)
        for entry in taken { places[find(entry.hash)] = entry }
    }

    private func home(of hash: UInt64) -> Int {
        Int(truncatingIfNeeded: hash) & (places.count - 1)
    }
}
