import type { Brand } from '../contract/appearance.ts'

/** Whose mail it is; the white label of a workspace, or of the installation. */
export type MailBrand = Pick<Brand, 'productName' | 'accentColor'>

/** What a system mail says, before it is text and HTML. */
export interface Letter {
  readonly subject: string
  readonly paragraphs: readonly string[]
  /** The one thing to do. */
  readonly action?: { readonly label: string; readonly url: string }
  /** A code to type in. */
  readonly code?: string
  /** Said below the action, smaller: until when, and what to do when it was not you. */
  readonly notes?: readonly string[]
}

/** Says what a mail holds. A value, so that each part of the service keeps its own beside what sends them. */
export type MailTemplate<V> = (values: V, brand: MailBrand) => Letter

export interface Composed {
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** Plain text and HTML of the same words. No images, no tracking: nothing is loaded when it is read. */
export function compose(letter: Letter, brand: MailBrand): Composed {
  return { subject: oneLine(letter.subject), text: textOf(letter, brand), html: htmlOf(letter, brand) }
}

function textOf({ paragraphs, action, code, notes = [] }: Letter, brand: MailBrand): string {
  const parts = [
    ...paragraphs,
    ...(code === undefined ? [] : [`    ${code}`]),
    ...(action === undefined ? [] : [`${action.label}:\n${action.url}`]),
    ...notes,
    `-- \n${brand.productName}`,
  ]
  return `${parts.join('\n\n')}\n`
}

function htmlOf({ paragraphs, action, code, notes = [] }: Letter, brand: MailBrand): string {
  const font = 'font-family:system-ui,-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif'
  const said = paragraphs.map((words) => `<p style="margin:0 0 16px">${escapeHtml(words)}</p>`)
  const typed =
    code === undefined
      ? ''
      : `<p style="margin:0 0 16px;font-size:28px;letter-spacing:4px;font-family:ui-monospace,monospace">${escapeHtml(code)}</p>`
  const button = action === undefined ? '' : buttonOf(action, brand)
  const small = notes.map((words) => `<p style="margin:0 0 12px;font-size:13px;color:#5c5f66">${escapeHtml(words)}</p>`)
  return [
    '<!doctype html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"></head>',
    `<body style="margin:0;padding:24px;background:#ffffff;color:#1a1b1e;font-size:16px;line-height:1.5;${font}">`,
    '<div style="max-width:520px;margin:0 auto">',
    `<p style="margin:0 0 24px;font-weight:600">${escapeHtml(brand.productName)}</p>`,
    ...said,
    typed,
    button,
    ...small,
    '</div></body></html>',
  ].join('\n')
}

/** The address stands below the button in full, for a reader that shows no HTML links and a person who looks first. */
function buttonOf(action: { label: string; url: string }, brand: MailBrand): string {
  const url = escapeHtml(action.url)
  const style = `display:inline-block;padding:10px 20px;border-radius:6px;background:${brand.accentColor};color:#ffffff;text-decoration:none`
  return [
    `<p style="margin:0 0 16px"><a href="${url}" style="${style}">${escapeHtml(action.label)}</a></p>`,
    `<p style="margin:0 0 16px;font-size:13px;color:#5c5f66;word-break:break-all">${url}</p>`,
  ].join('\n')
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => entities[sign] as string)
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
