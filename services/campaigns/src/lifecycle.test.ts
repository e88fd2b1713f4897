import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CampaignState, campaignStates } from './contract.ts'
import { type Action, actions, decide } from './lifecycle.ts'

/** For each action, what happens in each state: `>` and the next state, `=` done already, `x` refused. */
const table: Record<Action, Record<CampaignState, string>> = {
  change: row('>draft', '>draft', 'x', 'x', 'x', 'x', 'x', 'x'),
  approve: row('>approved', '>approved', 'x', 'x', 'x', 'x', 'x', 'x'),
  send: row('x', '>launching', 'x', '=', '=', 'x', 'x', 'x'),
  schedule: row('x', '>scheduled', '>scheduled', 'x', 'x', 'x', 'x', 'x'),
  unschedule: row('x', '=', '>approved', 'x', 'x', 'x', 'x', 'x'),
  begin: row('x', 'x', '>launching', '=', 'x', 'x', 'x', 'x'),
  start: row('x', 'x', 'x', '>sending', '=', 'x', 'x', 'x'),
  pause: row('x', 'x', 'x', 'x', '>paused', '=', 'x', 'x'),
  resume: row('x', 'x', 'x', 'x', '=', '>sending', 'x', 'x'),
  finish: row('x', 'x', 'x', 'x', '>done', '>done', '=', 'x'),
  cancel: row('>cancelled', '>cancelled', '>cancelled', '>cancelled', '>cancelled', '>cancelled', 'x', '='),
  send_back: row('x', 'x', 'x', '>draft', 'x', 'x', 'x', 'x'),
  delete: row('>draft', 'x', 'x', 'x', 'x', 'x', 'x', 'x'),
}

function row(...cells: string[]): Record<CampaignState, string> {
  return Object.fromEntries(campaignStates.map((state, index) => [state, cells[index]])) as Record<
    CampaignState,
    string
  >
}

for (const action of actions) {
  test(`'${action}' moves a campaign exactly where the table says`, () => {
    const decided = Object.fromEntries(campaignStates.map((state) => [state, cellOf(state, action)]))
    assert.deepEqual(decided, table[action])
  })
}

function cellOf(state: CampaignState, action: Action): string {
  const outcome = decide(state, action)
  if (outcome.kind === 'move') return `>${outcome.to}`
  return outcome.kind === 'already' ? '=' : 'x'
}

test('nothing leads out of done or cancelled', () => {
  for (const action of actions) {
    assert.notEqual(decide('done', action).kind, 'move')
    assert.notEqual(decide('cancelled', action).kind, 'move')
  }
})
