import type { z } from 'zod'
import type { DnsRecord, SenderCheck } from '../../contract.ts'

export type Check = z.output<typeof SenderCheck>

/** A check's result, ready to be said. */
export function check(
  name: Check['name'],
  state: Check['state'],
  text: string,
  record: DnsRecord | null = null,
): Check {
  return { name, state, text, record }
}
