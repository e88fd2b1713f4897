/** How long failures make one wait: nothing for the first ones, then doubling from a second. */
export interface AttemptPolicy {
  /** Failures in a row that cost nothing. */
  readonly free: number
  readonly longestWaitSeconds: number
  /** Without a failure for so long, all is forgotten. */
  readonly forgetSeconds: number
}

/** What failures are counted by. A stranger can run up any of them but the one of a device that is not theirs. */
export const attemptScopes = ['account', 'device', 'address', 'all'] as const
export type AttemptScope = (typeof attemptScopes)[number]

const hour = 60 * 60

export const policies: Readonly<Record<AttemptScope, AttemptPolicy>> = {
  // 5 guesses and then 24 a day at the most, wherever they come from; NIST SP 800-63B-4 §3.2.2 asks for 100 at the most.
  account: { free: 5, longestWaitSeconds: hour, forgetSeconds: 24 * hour },
  // A browser that this account was signed in on before. Nobody else can use it up.
  device: { free: 10, longestWaitSeconds: hour / 4, forgetSeconds: 24 * hour },
  // An office behind one address mistypes more than a person does.
  address: { free: 30, longestWaitSeconds: 300, forgetSeconds: hour / 4 },
  // Guesses from everywhere at once. Short, since every stranger waits for it.
  all: { free: 500, longestWaitSeconds: 1, forgetSeconds: 60 },
}

/** The wait after so many failures in a row. */
export function waitSeconds({ free, longestWaitSeconds }: AttemptPolicy, failures: number): number {
  return failures < free ? 0 : Math.min(longestWaitSeconds, 2 ** (failures - free))
}
