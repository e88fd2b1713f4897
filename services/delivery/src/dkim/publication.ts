import type { DkimPublication } from '../contract.ts'
import type { Resolver } from '../dns/resolver.ts'
import { findTextRecords, readTags } from '../dns/text-records.ts'
import { keyRecord, type PublishedKey } from './record.ts'

/** Whether receivers find this key under its name. Never throws for what DNS says. */
export async function checkPublication(resolver: Resolver, key: PublishedKey): Promise<DkimPublication> {
  const record = keyRecord(key)
  const answer = await findTextRecords(resolver, record.name)
  const no = (text: string) => ({ published: false, text })
  switch (answer.kind) {
    case 'failed':
      return no(`${record.name} could not be looked up (${answer.reason}); try again in a while`)
    case 'none':
      return no(`${record.name} has no TXT record; publish: ${record.value}`)
    case 'found': {
      if (answer.records.length > 1)
        return no(`${record.name} has ${answer.records.length} TXT records; keep only: ${record.value}`)
      const tags = readTags(answer.records[0] as string)
      const found = tags?.get('p')?.replace(/\s/g, '')
      if (found === undefined) return no(`${record.name} is no DKIM key; publish: ${record.value}`)
      if (found === '') return no(`${record.name} says that the key was revoked; publish: ${record.value}`)
      if (found !== key.publicKey || (tags?.get('k') ?? 'rsa') !== keyTypeOf(record.value))
        return no(`${record.name} has another key; publish: ${record.value}`)
      return { published: true, text: `${record.name} has the key` }
    }
  }
}

function keyTypeOf(value: string): string | undefined {
  return readTags(value)?.get('k')
}
