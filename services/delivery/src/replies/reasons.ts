/**
 * Why a message was not taken, in the field's usual groups. Those about the address: `userunknown`, `hostunknown`,
 * `hasmoved`, `notaccept` (the domain takes no mail). All others speak of the mailbox's state (`mailboxfull`, `suspend`,
 * `filtered`, `exceedlimit`), of the sender or its server (`blocked`, `badreputation`, `requireptr`, `authfailure`,
 * `rejected`, `norelaying`, `toomanyconn`, `speeding`), of the message (`spamdetected`, `virusdetected`, `contenterror`,
 * `mesgtoobig`, `notcompliantrfc`, `policyviolation`, `securityerror`) or of machines on the way.
 */
export const bounceReasons = [
  'userunknown',
  'hostunknown',
  'hasmoved',
  'notaccept',
  'mailboxfull',
  'suspend',
  'filtered',
  'exceedlimit',
  'blocked',
  'badreputation',
  'requireptr',
  'authfailure',
  'rejected',
  'norelaying',
  'toomanyconn',
  'speeding',
  'spamdetected',
  'virusdetected',
  'contenterror',
  'mesgtoobig',
  'notcompliantrfc',
  'policyviolation',
  'securityerror',
  'networkerror',
  'systemerror',
  'systemfull',
  'mailererror',
  'syntaxerror',
  'expired',
  'onhold',
  'undefined',
] as const
export type BounceReason = (typeof bounceReasons)[number]

/** The address itself is at fault: with a permanent answer it must not be written to again. */
export const addressFaults: ReadonlySet<BounceReason> = new Set(['userunknown', 'hostunknown', 'hasmoved', 'notaccept'])

/** Rules of the other side that another sender, server or message might pass. */
export const policyFaults: ReadonlySet<BounceReason> = new Set([
  'blocked',
  'badreputation',
  'requireptr',
  'authfailure',
  'rejected',
  'norelaying',
  'toomanyconn',
  'speeding',
  'spamdetected',
  'virusdetected',
  'notcompliantrfc',
  'policyviolation',
  'securityerror',
])
