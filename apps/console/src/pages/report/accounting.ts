import type { Accounting } from '../../api/types.ts'
import type { BarPart } from '../../ui/StackBar.tsx'

/** The five places a recipient can be in. Their counts add up to the audience, always. */
export function accountingParts(accounting: Accounting): readonly BarPart[] {
  return [
    {
      label: 'Sent',
      count: accounting.sent,
      tone: 'green',
      explanation: 'The receiving server accepted the message.',
    },
    {
      label: 'Failed',
      count: accounting.failed,
      tone: 'red',
      explanation: 'Refused for good, or every retry was used up.',
    },
    {
      label: 'Suppressed',
      count: accounting.suppressed,
      tone: 'gray',
      explanation: 'Not written to: blocked at dispatch, or cancelled.',
    },
    {
      label: 'Pending',
      count: accounting.pending,
      tone: 'accent',
      pattern: true,
      explanation: 'Waiting for their turn or for a retry.',
    },
    {
      label: 'Unknown',
      count: accounting.unknown,
      tone: 'amber',
      pattern: true,
      explanation: 'The line broke before the answer. Never sent twice.',
    },
  ]
}
