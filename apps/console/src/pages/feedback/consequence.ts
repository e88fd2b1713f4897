import type { FeedbackEntry } from '../../api/types.ts'

/** What is done by itself about a thing it heard, in words. */
export function consequenceOf({ kind, hard }: Pick<FeedbackEntry, 'kind' | 'hard'>): string {
  switch (kind) {
    case 'bounced':
      return hard ? 'Suppressed' : 'Written to again'
    case 'complained':
      return 'Suppressed'
    case 'unsubscribed':
      return 'Unsubscribed'
    case 'delayed':
      return 'Their server still tries'
    case 'delivered':
    case 'replied':
    case 'auto_replied':
      return '–'
  }
}
