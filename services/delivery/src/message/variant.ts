import { addMarks, type TrackedLink, trackLinks } from './links.ts'

/** The texts of one variant as Mustache. */
export interface VariantTexts {
  readonly subject: string
  readonly preheader: string
  readonly html: string
  readonly text: string
}
/** A variant as it is kept for the whole dispatch: links and pixel as placeholders, the preheader in its place. */
export function freezeVariant(texts: VariantTexts, seed: string): { texts: VariantTexts; links: TrackedLink[] } {
  const { html, links } = trackLinks(texts.html, seed)
  return { texts: { ...texts, html: addMarks(addPreheader(html, texts.preheader)) }, links }
}

const hidden =
  'display:none;font-size:1px;line-height:1px;max-height:0;max-width:0;opacity:0;overflow:hidden;mso-hide:all'

/** What the inbox shows after the subject: the first text of the body, hidden from the message itself. */
export function addPreheader(html: string, preheader: string): string {
  if (preheader.trim() === '') return html
  const element = `<div style="${hidden}">${escapeAroundTags(preheader)}</div>`
  const opening = /<body(?=[\s>])(?:[^>"']|"[^"]*"|'[^']*')*>/i.exec(html)
  if (opening === null) return element + html
  const at = opening.index + opening[0].length
  return html.slice(0, at) + element + html.slice(at)
}

/** The author wrote plain text with merge tags; the tags escape what they put in. */
export function escapeAroundTags(text: string): string {
  return text
    .split(/(\{\{\{.*?\}\}\}|\{\{.*?\}\})/s)
    .map((part, index) => (index % 2 === 1 ? part.replace(/^\{\{\{(.*)\}\}\}$/s, '{{$1}}') : escapeHtml(part)))
    .join('')
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
