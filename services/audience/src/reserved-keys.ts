import { standardFields } from './contract.ts'

export const standardKeys: ReadonlySet<string> = new Set(standardFields.map((field) => field.key))

/** Keys that rules or templates give a meaning of their own. */
const meaningful = new Set([
  'status',
  'created_at',
  'unsubscribe_url',
  'preferences_url',
  'sender_name',
  'sender_address',
])

/** Whether a custom field may not have this key. */
export function isReservedKey(key: string): boolean {
  return standardKeys.has(key) || meaningful.has(key)
}
