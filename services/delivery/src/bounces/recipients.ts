import { addressesIn, addressPattern, sameAddress } from './addresses.ts'
import { fieldsOf } from './fields.ts'
import type { Part } from './mime.ts'

/** A recipient a notice names, and the lines that speak of it. */
export interface NamedRecipient {
  readonly address: string
  readonly about: string
}

const label = String.raw`(?:(recipients?|to|address|addressee|rcpt to|failed recipient|final recipient|user|e-?mail|original recipient)\s*:\s*)?`
/** A line that begins with an address: how lists of failed recipients are written, whatever the program. */
const heading = new RegExp(
  String.raw`^[\s*>•\-]{0,12}${label}(?:[245]\d\d[- ](?:[245]\.\d\.\d{1,3} )?)?(?:${addressPattern}\s+)?[<"'(\[]{0,2}(${addressPattern})[>"')\]]{0,2}(.*)$`,
  'iu',
)
/** What may follow the address on such a line. */
const afterHeading =
  /^\s*(?:$|[:;,.([\-–]|\.\.\.|on \w{3},|\(|invalid|unknown|user|mailbox|not |does |could |was |has |is |failed|error|reason|delivery)/i
/** Sentences that name the recipient in passing. */
const passing = new RegExp(
  String.raw`(?:(?:mail|message|deliver(?:y|ed|ing)?|undeliverable|send|sent|failed|attempts?|recipients?|address(?:es)?|errors?|user|following|mailbox|rcpt to|recipient is|affected|for)\b[^\n@]{0,60}?[:\s<"'(\[])(${addressPattern})`,
  'giu',
)

/** Who could not be reached, by what a notice in free words says. */
export function namedRecipients(
  notice: string,
  failed: readonly string[],
  returned: Part | undefined,
  own: readonly string[],
) {
  const headed = headedRecipients(notice)
  if (headed.length > 0) return preferListed(headed, failed, notice)
  if (failed.length > 0) return failed.map((address) => ({ address, about: notice }))
  const sent =
    returned === undefined
      ? []
      : [...fieldsOf(returned.fields, 'to'), ...fieldsOf(returned.fields, 'cc')].flatMap(addressesIn)
  const mentioned = unique([...notice.matchAll(passing)].map((match) => match[1] ?? '')).filter(
    (address) => !own.some((mine) => sameAddress(mine, address)),
  )
  if (mentioned.length > 0) return whole(mentionedFirst(mentioned, sent), notice)
  const elsewhere = unique(addressesIn(notice)).filter((address) => sent.some((one) => sameAddress(one, address)))
  if (elsewhere.length > 0) return whole(elsewhere, notice)
  return whole(sent.length > 0 ? sent.slice(0, 1) : [''], notice)
}

function whole(addresses: readonly string[], notice: string): NamedRecipient[] {
  return addresses.map((address) => ({ address, about: notice }))
}

function mentionedFirst(mentioned: readonly string[], sent: readonly string[]): string[] {
  const both = mentioned.filter((address) => sent.some((one) => sameAddress(one, address)))
  return both.length > 0 ? both : mentioned.slice(0, 1)
}

/** Lists may name more than those that failed: where a header names them, only those count. */
function preferListed(headed: readonly NamedRecipient[], failed: readonly string[], notice: string): NamedRecipient[] {
  const listed = headed.filter(({ address }) => failed.some((one) => sameAddress(one, address)))
  if (failed.length === 0 || listed.length === 0)
    return headed.length > 0 && failed.length === 0 ? [...headed] : whole(failed, notice)
  return listed
}

interface Heading {
  readonly address: string
  readonly line: number
  /** Behind `To:` and its like: may be the summary of the message. */
  readonly labelled: boolean
}

/** Each address that heads a line, with the lines until the next one. */
function headedRecipients(notice: string): NamedRecipient[] {
  const lines = notice.split('\n')
  const found = headings(lines)
  const bare = found.filter(({ labelled }) => !labelled)
  const heads = bare.length > 0 ? bare : found
  const byAddress = new Map<string, NamedRecipient>()
  for (const [index, { address, line }] of heads.entries()) {
    const about = lines.slice(startOf(lines, line), heads[index + 1]?.line).join('\n')
    const key = address.toLowerCase()
    const known = byAddress.get(key)
    byAddress.set(
      key,
      known === undefined ? { address, about } : { address: known.address, about: `${known.about}\n${about}` },
    )
  }
  return [...byAddress.values()]
}

function headings(lines: readonly string[]): Heading[] {
  return lines.flatMap((text, line) => {
    const match = heading.exec(text.slice(0, 1_000))
    const address = match === null ? undefined : addressesIn(match[2] ?? '')[0]
    if (address === undefined || !afterHeading.test(match?.[3] ?? '')) return []
    return [{ address, line, labelled: match?.[1] !== undefined }]
  })
}

/** In a transcript the command and the answer stand above the line that names the recipient. */
function startOf(lines: readonly string[], line: number): number {
  let start = line
  while (start > 0 && /^\s*(>>>|<<<)/.test(lines[start - 1] ?? '')) start--
  return start
}

/** What a notice says of a recipient known by one of these names; empty when it does not name it. */
export function linesAbout(notice: string, names: readonly string[]): string {
  const headed = headedRecipients(notice).find(({ address }) => names.some((name) => sameAddress(name, address)))
  if (headed !== undefined) return headed.about
  const lines = notice.split('\n')
  const wanted = names.filter((name) => name !== '').map((name) => name.toLowerCase())
  return lines.filter((line) => wanted.some((name) => line.toLowerCase().includes(name))).join('\n')
}

function unique(addresses: readonly string[]): string[] {
  const seen = new Map<string, string>()
  for (const address of addresses) if (!seen.has(address.toLowerCase())) seen.set(address.toLowerCase(), address)
  return [...seen.values()]
}
