import type { CampaignState } from './contract.ts'

/** What can happen to a campaign: by a person, or by the launch and the end of its sending. */
export const actions = [
  'change',
  'approve',
  'send',
  'schedule',
  'unschedule',
  'begin',
  'start',
  'pause',
  'resume',
  'finish',
  'cancel',
  'send_back',
  'delete',
] as const
export type Action = (typeof actions)[number]

export interface Move {
  readonly from: readonly CampaignState[]
  readonly to: CampaignState
  /** States in which the action has been done already, so that doing it again changes nothing and is no mistake. */
  readonly already: readonly CampaignState[]
}

/** The whole state machine. The store turns `from` into the condition of the update, so racing callers decide in the database. */
export const moves: Readonly<Record<Action, Move>> = {
  change: { from: ['draft', 'approved'], to: 'draft', already: [] },
  approve: { from: ['draft', 'approved'], to: 'approved', already: [] },
  send: { from: ['approved'], to: 'launching', already: ['launching', 'sending'] },
  schedule: { from: ['approved', 'scheduled'], to: 'scheduled', already: [] },
  unschedule: { from: ['scheduled'], to: 'approved', already: ['approved'] },
  begin: { from: ['scheduled'], to: 'launching', already: ['launching'] },
  start: { from: ['launching'], to: 'sending', already: ['sending'] },
  pause: { from: ['sending'], to: 'paused', already: ['paused'] },
  resume: { from: ['paused'], to: 'sending', already: ['sending'] },
  finish: { from: ['sending', 'paused'], to: 'done', already: ['done'] },
  cancel: {
    from: ['draft', 'approved', 'scheduled', 'launching', 'sending', 'paused'],
    to: 'cancelled',
    already: ['cancelled'],
  },
  /** The launch found something else than what was approved. */
  send_back: { from: ['launching'], to: 'draft', already: [] },
  delete: { from: ['draft'], to: 'draft', already: [] },
}

/** States of a campaign whose audience is still being handed over: the first page begins the sending. */
export const launchStates = ['launching', 'sending', 'paused'] as const satisfies readonly CampaignState[]

export type Outcome = { readonly kind: 'move'; readonly to: CampaignState } | { readonly kind: 'already' | 'refused' }

export function decide(state: CampaignState, action: Action): Outcome {
  const { from, to, already } = moves[action]
  if (from.includes(state)) return { kind: 'move', to }
  return { kind: already.includes(state) ? 'already' : 'refused' }
}

/** How an action reads in a refusal: "a campaign that is done cannot be paused". */
export const participles: Readonly<Record<Action, string>> = {
  change: 'changed',
  approve: 'approved',
  send: 'sent',
  schedule: 'scheduled',
  unschedule: 'unscheduled',
  begin: 'launched',
  start: 'started',
  pause: 'paused',
  resume: 'resumed',
  finish: 'finished',
  cancel: 'cancelled',
  send_back: 'sent back',
  delete: 'deleted',
}
