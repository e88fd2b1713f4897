import { type Lane, lanes } from '../contract.ts'
import type { Letter, ProviderClient, WayOutTrouble } from '../transport/letter.ts'
import type { Recipient } from './admission.ts'
import type { Carried, Load, WayOut } from './way.ts'

interface Made {
  readonly recipient: Recipient
  readonly letter: Letter
}

/**
 * The way out by a provider's API: a few calls at once, which all batches in hand share, those of a more urgent lane first.
 * The rate is what the permits of the batches allow: a call takes many letters at a time.
 */
export class ProviderWay implements WayOut {
  readonly #client: ProviderClient
  readonly #calls: number
  readonly #waiting: Record<Lane, (() => void)[]> = { transactional: [], journey: [], campaign: [] }
  readonly #carrying = new Set<Promise<Carried>>()
  #running = 0

  constructor(client: ProviderClient, calls: number) {
    this.#client = client
    this.#calls = calls
  }

  carry(load: Load): Promise<Carried> {
    const carrying = this.#carry(load).finally(() => this.#carrying.delete(carrying))
    this.#carrying.add(carrying)
    return carrying
  }

  async #carry(load: Load): Promise<Carried> {
    const { recipients } = load
    const unsent: Recipient[] = []
    let next = 0
    let trouble: WayOutTrouble | undefined
    const goOn = () => next < recipients.length && trouble === undefined && load.mayGoOn()
    const work = async () => {
      while (goOn()) {
        await this.#enter(load.lane)
        try {
          if (!goOn()) return
          const taken = recipients.slice(next, next + this.#client.batch)
          next += taken.length
          trouble = (await this.#send(load, taken, unsent)) ?? trouble
        } finally {
          this.#leave()
        }
      }
    }
    await Promise.all(Array.from({ length: this.#calls }, work))
    return { unsent: [...unsent, ...recipients.slice(next)], trouble }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#carrying)
  }

  async #send(load: Load, recipients: readonly Recipient[], unsent: Recipient[]): Promise<WayOutTrouble | undefined> {
    const made: Made[] = []
    for (const recipient of recipients) {
      const letter = load.letter(recipient)
      if ('kind' in letter) load.end(recipient, letter)
      else made.push({ recipient, letter })
    }
    if (made.length === 0) return undefined
    const begun = new Set<number>()
    const { endings, trouble } = await this.#client.send(
      made.map(({ letter }) => letter),
      {
        mayGoOn: () => load.mayGoOn(),
        begin(places) {
          for (const place of places) {
            begun.add(place)
            load.begin((made[place] as Made).recipient)
          }
        },
      },
    )
    for (const [place, { recipient }] of made.entries()) {
      const ending = endings[place] ?? { kind: 'lost', stage: 'content', text: 'The client told no outcome' }
      const isUntaken = ending.kind === 'lost' && ending.stage === 'mail'
      if (!isUntaken || (trouble === undefined && begun.has(place))) load.end(recipient, ending)
      else {
        if (begun.has(place)) load.giveBack(recipient)
        unsent.push(recipient)
      }
    }
    return trouble
  }

  async #enter(lane: Lane): Promise<void> {
    if (this.#running >= this.#calls) await new Promise<void>((resolve) => this.#waiting[lane].push(resolve))
    else this.#running++
  }

  /** The place goes to the most urgent that waits. */
  #leave(): void {
    const lane = lanes.find((one) => this.#waiting[one].length > 0)
    if (lane === undefined) this.#running--
    else this.#waiting[lane].shift()?.()
  }
}
