import { compileTemplate, findTagSpans, type TemplateValues } from '@fanfare/content/contract'
import type { NewMessage } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import { addMarks, type TrackedLink, trackLinks } from '../message/links.ts'

/** What an order says, as Mustache that nothing changes any more. */
export interface OrderTexts {
  readonly subject: string
  readonly html: string
  readonly text: string
}

/** Problems: `delivery.content_empty`, `content.email_missing`, `content.email_invalid`. */
export async function readTexts(
  { content }: Pick<Deps, 'content'>,
  tenantId: string,
  ordered: NewMessage['content'],
): Promise<OrderTexts> {
  const purpose = 'transactional'
  if (ordered.kind === 'template') {
    const { subject, html, text } = await content.compileEmail({ tenantId, emailId: ordered.emailId, purpose })
    return { subject, html, text }
  }
  const { subject } = ordered
  if (ordered.html.trim() === '' && ordered.text.trim() === '') throw problem('content_empty')
  const body = ordered.html.trim() === '' ? htmlOf(ordered.text) : ordered.html
  const draft = { name: subject.slice(0, 200), subject, format: 'html' as const, body }
  const compiled = await content.compileDraft({ tenantId, draft, purpose })
  const text = ordered.text.trim() === '' ? compiled.text : ordered.text
  return { subject: compiled.subject, html: compiled.html, text }
}

function htmlOf(text: string): string {
  return `<div style="white-space:pre-wrap">${escapeAroundTags(text)}</div>`
}

/** With placeholders for the links and the pixel of an order that is tracked. */
export function freezeTexts(
  texts: OrderTexts,
  { tracking, seed }: { readonly tracking: boolean; readonly seed: string },
): { texts: OrderTexts; links: TrackedLink[] } {
  if (!tracking) return { texts, links: [] }
  const { html, links } = trackLinks(texts.html, seed)
  return { texts: { ...texts, html: addMarks(html) }, links }
}

/** Fields that some text asks for and these values do not have. */
export function createMissingCheck({ subject, html, text }: OrderTexts): (values: TemplateValues) => string[] {
  const templates = [
    compileTemplate(subject, { escape: 'none' }),
    compileTemplate(html, { escape: 'html' }),
    compileTemplate(text, { escape: 'none' }),
  ]
  return (values) => [...new Set(templates.flatMap((template) => template.missing(values)))]
}

/** The author wrote plain text with merge tags; the tags escape what they put in. */
function escapeAroundTags(text: string): string {
  const parts: string[] = []
  let from = 0
  for (const { start, end, isTriple } of findTagSpans(text)) {
    parts.push(
      escapeHtml(text.slice(from, start)),
      isTriple ? `{{${text.slice(start + 3, end - 3)}}}` : text.slice(start, end),
    )
    from = end
  }
  return parts.join('') + escapeHtml(text.slice(from))
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
