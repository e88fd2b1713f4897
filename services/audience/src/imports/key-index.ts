const firstCapacity = 16_384
const empty = -1

/**
 * Finds rows by their address key, over numbers alone. A `Map` of a batch's keys lives just long enough to be moved among
 * V8's old objects, a megabyte a batch, and memory would grow until the next full collection.
 */
export class KeyIndex {
  #slots = new Int32Array(firstCapacity).fill(empty)
  #size = 0

  get size(): number {
    return this.#size
  }

  clear(): void {
    this.#slots.fill(empty)
    this.#size = 0
  }

  /**
   * The place of a key, or undefined; a key that is not there gets the next place, which is the number of keys before it.
   * @param isAt whether the key is the one at a place
   * @param keyAt the key at a place, asked when the index grows
   */
  findOrAdd(key: string, isAt: (place: number) => boolean, keyAt: (place: number) => string): number | undefined {
    if (this.#size * 2 >= this.#slots.length) this.#grow(keyAt)
    const mask = this.#slots.length - 1
    for (let slot = hashOf(key) & mask; ; slot = (slot + 1) & mask) {
      const place = this.#slots[slot] as number
      if (place === empty) {
        this.#slots[slot] = this.#size++
        return undefined
      }
      if (isAt(place)) return place
    }
  }

  #grow(keyAt: (place: number) => string): void {
    this.#slots = new Int32Array(this.#slots.length * 2).fill(empty)
    const mask = this.#slots.length - 1
    for (let place = 0; place < this.#size; place++) {
      let slot = hashOf(keyAt(place)) & mask
      while (this.#slots[slot] !== empty) slot = (slot + 1) & mask
      this.#slots[slot] = place
    }
  }
}

/** FNV-1a, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/ */
function hashOf(key: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < key.length; index++) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193)
  return hash >>> 0
}
