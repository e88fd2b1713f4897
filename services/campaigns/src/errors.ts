import { defineProblems } from '@fanfare/kernel'

export const problem = defineProblems('campaigns', {
  campaign_missing: { kind: 'missing', message: 'No campaign has the id {campaignId}' },
  variant_missing: { kind: 'missing', message: 'The campaign has no variant {variantId}' },
  sender_missing: { kind: 'unprocessable', message: 'There is no sender {senderId}. Choose one of the senders' },
  sender_unset: { kind: 'unprocessable', message: 'The campaign has no sender yet. Choose one first' },
  state_wrong: { kind: 'conflict', message: 'A campaign that is {state} cannot be {action}' },
  changed_since: {
    kind: 'conflict',
    message: 'The campaign or one of its emails changed since it was looked at. Read it again and approve that',
  },
  not_ready: { kind: 'unprocessable', message: 'The campaign is not ready to be approved: {reasons}' },
  time_past: { kind: 'unprocessable', message: 'The time {at} has passed. Choose one in the future, or send now' },
  time_far: { kind: 'unprocessable', message: 'The time {at} is more than a year away. Choose an earlier one' },
})
