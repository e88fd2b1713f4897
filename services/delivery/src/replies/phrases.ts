import * as address from './phrases/address.ts'
import * as machine from './phrases/machine.ts'
import * as message from './phrases/message.ts'
import * as sender from './phrases/sender.ts'
import type { BounceReason } from './reasons.ts'

/**
 * What servers say, in the order in which a text is tried: a clear word for one reason before words that stand in many
 * texts. All run over `wordsOf(…)`: lower case, one line, addresses as `@`.
 */
const order: readonly (readonly [BounceReason, readonly RegExp[]])[] = [
  ['badreputation', sender.badreputation],
  ['contenterror', message.contenterror],
  ['authfailure', sender.authfailure],
  ['requireptr', sender.requireptr],
  ['virusdetected', message.virusdetected],
  ['norelaying', sender.norelaying],
  ['toomanyconn', sender.toomanyconn],
  ['speeding', sender.speeding],
  ['mailboxfull', address.mailboxfull],
  ['systemfull', machine.systemfull],
  ['exceedlimit', message.exceedlimit],
  ['mesgtoobig', message.mesgtoobig],
  ['notcompliantrfc', message.notcompliantrfc],
  ['spamdetected', message.spamdetected],
  ['suspend', address.suspend],
  ['hasmoved', address.hasmoved],
  ['rejected', sender.rejected],
  ['policyviolation', message.policyviolation],
  ['blocked', sender.blocked],
  ['securityerror', sender.securityerror],
  ['mailererror', machine.mailererror],
  ['notaccept', address.notaccept],
  ['networkerror', machine.networkerror],
  ['hostunknown', address.hostunknown],
  ['expired', machine.expired],
  ['filtered', address.filtered],
  ['userunknown', [...address.unknownForSure, ...address.unknownByCode, ...address.userunknown]],
  ['syntaxerror', machine.syntaxerror],
  ['systemerror', machine.systemerror],
  ['onhold', machine.onhold],
]

/** The reason that the words of a reply name, or undefined when they name none. */
export function reasonOfWords(words: string): BounceReason | undefined {
  return order.find(([, patterns]) => patterns.some((pattern) => pattern.test(words)))?.[0]
}

/** Whether "user unknown" is said by those who know, so that neither a code nor the stage is needed to believe it. */
export function isUnknownForSure(words: string, hasCode: boolean): boolean {
  const sure = hasCode ? [...address.unknownForSure, ...address.unknownByCode] : address.unknownForSure
  return sure.some((pattern) => pattern.test(words))
}
