import type { Finding } from '@fanfare/content/contract'
import type { Sender } from '@fanfare/delivery/contract'
import type { z } from 'zod'
import type { ReadinessCheck } from './contract.ts'

type Check = z.output<typeof ReadinessCheck>

/** Everything that the checks look at; undefined is what is not chosen or no longer there. */
export interface Preparation {
  readonly sender: Sender | undefined
  readonly audience: { readonly name: string; readonly count: number } | undefined
  readonly variants: readonly {
    readonly label: string
    readonly share: number
    readonly findings: readonly z.output<typeof Finding>[] | undefined
  }[]
  readonly brandAddress: string
}

export function checkReadiness(preparation: Preparation): Check[] {
  return [
    checkSender(preparation),
    checkAudience(preparation),
    checkVariants(preparation),
    checkShares(preparation),
    checkContent(preparation),
    checkPostalAddress(preparation),
    checkUnsubscribe(preparation),
  ]
}

export function isReady(checks: readonly Check[]): boolean {
  return checks.every(({ state }) => state !== 'fail')
}

function checkSender({ sender }: Preparation): Check {
  if (sender === undefined) return { name: 'sender', state: 'fail', text: 'Choose a sender' }
  const into = sender.kind === 'sandbox' ? ', into the sandbox: nothing leaves this server' : ''
  return { name: 'sender', state: 'pass', text: `From ${sender.fromName} <${sender.fromEmail}>${into}` }
}

function checkAudience({ audience }: Preparation): Check {
  if (audience === undefined) return { name: 'audience', state: 'fail', text: 'Choose whom to write to' }
  if (audience.count === 0) return { name: 'audience', state: 'fail', text: `Nobody is in ${audience.name}` }
  return { name: 'audience', state: 'pass', text: `${audience.name}: ${audience.count}` }
}

function checkVariants({ variants }: Preparation): Check {
  if (variants.length === 0)
    return { name: 'variants', state: 'fail', text: 'Write an email, or let the crew draft one' }
  const gone = variants.filter(({ findings }) => findings === undefined).map(({ label }) => label)
  if (gone.length > 0) return { name: 'variants', state: 'fail', text: `The email of ${list(gone)} was deleted` }
  return { name: 'variants', state: 'pass', text: variants.length === 1 ? 'One email' : `${variants.length} variants` }
}

function checkShares({ variants }: Preparation): Check {
  const sum = variants.reduce((total, { share }) => total + share, 0)
  if (variants.length > 0 && sum !== 100) {
    return { name: 'shares', state: 'fail', text: `The shares add up to ${sum} %, not to 100 %` }
  }
  const none = variants.filter(({ share }) => share === 0).map(({ label }) => label)
  if (none.length > 0) return { name: 'shares', state: 'warn', text: `Nobody gets ${list(none)}: the share is 0 %` }
  return { name: 'shares', state: 'pass', text: variants.map(({ label, share }) => `${label} ${share} %`).join(', ') }
}

function checkContent({ variants }: Preparation): Check {
  const found = variants.flatMap(({ label, findings }) =>
    (findings ?? [])
      .filter(({ code }) => code !== 'missing_unsubscribe')
      .map(({ level, message }) => ({ level, text: `${label}: ${message}` })),
  )
  if (found.length === 0) return { name: 'content', state: 'pass', text: 'Every field and link is in order' }
  const worst = found.some(({ level }) => level === 'error') ? 'fail' : 'warn'
  return { name: 'content', state: worst, text: found.map(({ text }) => text).join('; ') }
}

/** CAN-SPAM and CASL want a postal address in bulk mail; in the sandbox there is nobody to show it to. */
function checkPostalAddress({ sender, brandAddress }: Preparation): Check {
  const address = sender?.postalAddress || brandAddress
  if (address !== '') return { name: 'postal_address', state: 'pass', text: address }
  const state = sender?.kind === 'sandbox' ? 'warn' : 'fail'
  return {
    name: 'postal_address',
    state,
    text: 'Give the sender or the brand a postal address: bulk mail must show one',
  }
}

function checkUnsubscribe({ variants }: Preparation): Check {
  const without = variants.filter(({ findings }) => findings?.some(({ code }) => code === 'missing_unsubscribe'))
  if (without.length === 0) return { name: 'unsubscribe', state: 'pass', text: 'Every email can be unsubscribed from' }
  const labels = list(without.map(({ label }) => label))
  return { name: 'unsubscribe', state: 'fail', text: `Put {{unsubscribe_url}} into ${labels}` }
}

function list(labels: readonly string[]): string {
  return labels.join(', ')
}
