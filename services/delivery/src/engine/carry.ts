import { isProviderKind } from '../contract.ts'
import type { Signer } from '../dkim/signer.ts'
import { returnPathOf } from '../message/return-path.ts'
import type { Hold } from '../replies/hold.ts'
import type { SenderIdentity } from '../senders/target.ts'
import { listFallbackSenders, noteSenderTrouble, type SenderRow } from '../store/senders.ts'
import type { Letter, WayOutTrouble } from '../transport/letter.ts'
import type { Recipient } from './admission.ts'
import type { BatchInHand } from './claim.ts'
import { type BatchContent, readContent } from './content.ts'
import type { EngineDeps } from './deps.ts'
import { type Ending, outcomeOf, requeued } from './outcomes.ts'
import { holdDestination, requestPermit, returnUnused } from './permits.ts'
import type { OutcomeRecorder } from './recorder.ts'
import { carrySigned } from './signed.ts'
import type { EngineState } from './state.ts'
import type { Carried, Load, Packed } from './way.ts'
import type { OpenWay } from './ways.ts'

/** Until the permit of the next claim says how much less. */
const longestRestMs = 1_000

/** What all ways out are told of one batch. */
interface Trip {
  readonly deps: EngineDeps
  readonly state: EngineState
  readonly batch: BatchInHand
  readonly recorder: OutcomeRecorder
  mayGoOn(): boolean
}

interface CarriedBy extends Carried {
  /** Nothing more goes to this sender for now. */
  readonly isOpen: boolean
}

/**
 * Sends a batch by its sender; while that one's way out is in trouble, what certainly was not taken goes by its fallbacks,
 * in their order, from their own addresses.
 */
export async function carryBatch(trip: Trip): Promise<Carried> {
  const { batch } = trip
  const own = await carryBy(trip, batch.sender, batch.recipients)
  if (!own.isOpen || own.unsent.length === 0 || batch.sender.fallback_sender_ids.length === 0) return own
  let left = own.unsent
  for (const fallback of await findFallbacks(trip)) {
    if (left.length === 0 || !trip.mayGoOn()) break
    const carried = await carryByFallback(trip, fallback, left)
    if (carried === undefined) continue
    left = carried.unsent
    if (carried.trouble === undefined) return { unsent: left, trouble: undefined }
  }
  return { unsent: left, trouble: left.length > 0 ? own.trouble : undefined }
}

async function findFallbacks({ deps, batch }: Trip): Promise<SenderRow[]> {
  const { tenantId } = batch.ref
  return deps.db.withTenant(tenantId, (trx) => listFallbackSenders(trx, tenantId, batch.sender.fallback_sender_ids))
}

/** Within the rate, warm-up and hours of the fallback itself; undefined when those allow nothing now. */
async function carryByFallback(
  trip: Trip,
  sender: SenderRow,
  recipients: readonly Recipient[],
): Promise<Carried | undefined> {
  const { deps, batch } = trip
  const { tenantId } = batch.ref
  const request = { tenantId, sender, destination: batch.destination, lane: batch.lane, wanted: recipients.length }
  const permit = await deps.db.withTenant(tenantId, (trx) => requestPermit(deps, trx, request))
  if ('waitMs' in permit || permit.messages === 0) return undefined
  const carried = await carryBy(trip, sender, recipients.slice(0, permit.messages))
  const unused = carried.unsent.length
  if (unused > 0) await deps.db.withTenant(tenantId, (trx) => returnUnused(trx, tenantId, permit, unused))
  return { ...carried, unsent: [...carried.unsent, ...recipients.slice(permit.messages)] }
}

async function carryBy(trip: Trip, sender: SenderRow, recipients: readonly Recipient[]): Promise<CarriedBy> {
  const { deps, state, batch } = trip
  let open: OpenWay
  let content: BatchContent
  let signer: Signer | undefined
  try {
    open = await state.ways.open(sender)
    content = await readContent(deps, state, { ...batch, recipients }, open.from)
    // A provider signs what it composes.
    if (!isProviderKind(sender.kind)) signer = await deps.signers.signerFor(batch.ref.tenantId, open.from.domain)
  } catch (error) {
    // A server that is not allowed, a password that cannot be opened: for a person to mend, with everybody still pending.
    const text = error instanceof Error ? error.message : String(error)
    return { unsent: recipients, trouble: { kind: 'account', text, retryAfterMs: undefined }, isOpen: true }
  }
  const admitted = open.breaker.admit(performance.now())
  if (typeof admitted === 'object') return { unsent: recipients, trouble: admitted, isOpen: true }
  const load = loadOf(trip, sender, open.from, content)
  const carry = (some: readonly Recipient[]) =>
    signer
      ? carrySigned(open.way, { ...load, recipients: some }, signer)
      : open.way.carry({ ...load, recipients: some })
  if (admitted === 'probe') {
    const probe = await carry(recipients.slice(0, 1))
    const rest = recipients.slice(1)
    if (!(await settle(trip, sender, open, probe, 1)))
      return { ...probe, unsent: [...probe.unsent, ...rest], isOpen: true }
    if (probe.unsent.length > 0) return { unsent: recipients, trouble: undefined, isOpen: false }
    const carried = await carryBy(trip, sender, rest)
    return { ...carried, unsent: [...probe.unsent, ...carried.unsent] }
  }
  const carried = await carry(recipients)
  return { ...carried, isOpen: !(await settle(trip, sender, open, carried, recipients.length)) }
}

/** Tells the breaker how it went, and the sender's row when that opened or closed it. False while it is open. */
async function settle(
  { deps, batch }: Trip,
  sender: SenderRow,
  { breaker }: OpenWay,
  { trouble, unsent }: Carried,
  given: number,
): Promise<boolean> {
  const note = (text: string | null) =>
    deps.db.withTenant(batch.ref.tenantId, (trx) => noteSenderTrouble(trx, batch.ref.tenantId, sender.id, text))
  if (trouble === undefined) {
    if (unsent.length === given) breaker.release()
    else if (breaker.succeed() || sender.trouble !== null) await note(null)
    return true
  }
  if (!breaker.fail(trouble, performance.now(), deps.random())) return true
  if (sender.trouble !== trouble.text) await note(trouble.text)
  logTrouble(deps, sender, trouble)
  return false
}

function logTrouble({ log }: EngineDeps, { id }: SenderRow, { kind, text, retryAfterMs }: WayOutTrouble): void {
  log.warn({ senderId: id, kind, reason: text, retryAfterMs }, 'the sender is left alone for a while')
}

function loadOf(trip: Trip, sender: SenderRow, from: SenderIdentity, content: BatchContent): Omit<Load, 'recipients'> {
  const { deps, state, batch, recorder } = trip
  const owner = { tenantId: batch.ref.tenantId, from }
  return {
    lane: batch.lane,
    mayGoOn: () => !state.holds.isHeld(sender.id, batch.destination) && trip.mayGoOn(),
    pack: (recipient) =>
      make(recipient, () => {
        const bytes = content.composeFor(recipient)
        if (bytes === undefined) return undefined
        const envelope = {
          from: returnPathOf(deps.keys, owner, recipient.row.id),
          to: recipient.email,
          size: bytes.length,
        }
        return { content: bytes, envelope }
      }),
    letter: (recipient) => make(recipient, () => content.letterFor(recipient)),
    begin: ({ row }) => batch.journal.begin(row.position),
    giveBack: ({ row }) => batch.journal.end(row.position, requeued),
    end(recipient, ending) {
      const attempt = { attempts: recipient.row.attempts + 1, lane: batch.lane, random: deps.random() }
      const outcome = outcomeOf(ending, attempt, deps.config)
      batch.journal.end(recipient.row.position, outcome)
      recorder.add(recipient, outcome)
      if (outcome.hold) slowDown(trip, sender.id, outcome.hold, outcome.reason ?? '')
    },
  }
}

/**
 * A destination asked for less. This process holds back from the next message on; the others learn of it with their next
 * claim.
 */
function slowDown({ deps, state: { holds }, batch }: Trip, senderId: string, hold: Hold, reason: string): void {
  const { ref, destination } = batch
  const isKnown = holds.isHeld(senderId, destination)
  holds.hold(senderId, destination, longestRestMs)
  // What was on the wire together says it together.
  if (isKnown) return
  const noted = deps.db.withTenant(ref.tenantId, (trx) =>
    holdDestination(deps, trx, { ref, senderId, destination }, hold, reason),
  )
  noted.catch((err) => deps.log.warn({ err, destination }, 'a destination asked for less, which could not be kept'))
  deps.log.warn({ senderId, destination, reason, ...hold }, 'a destination asked for less')
}

/** A message for a recipient, or why there can be none. */
function make<M extends Packed | Letter>({ row }: Recipient, compose: () => M | undefined): M | Ending {
  try {
    return compose() ?? { kind: 'refused', text: `The variant ${row.variant_id} is not part of the dispatch` }
  } catch (error) {
    return { kind: 'refused', text: `The message could not be made: ${error instanceof Error ? error.message : error}` }
  }
}
