import type { Brief, DraftVariant } from '../contract.ts'
import type { Copy } from './copy.ts'
import { oneLine } from './plain-text.ts'

const accent = '#2456d6'

/** Words into a draft email. Every word is escaped for MJML and Mustache; only what stands here is markup or a field. */
export function layOut(copy: Copy, brief: Pick<Brief, 'callToAction'>): DraftVariant {
  return {
    label: copy.label,
    subject: fieldless(copy.subject),
    preheader: fieldless(copy.preheader),
    body: bodyOf(copy, brief.callToAction),
    rationale: oneLine(copy.rationale),
  }
}

function bodyOf({ headline, paragraphs, points, closing }: Copy, { label, url }: Brief['callToAction']): string {
  const texts = ['Hello {{first_name|there}},', ...paragraphs.map(escapeText)]
  return `<mjml>
  <mj-head>
    <mj-attributes>
      <mj-all font-family="Helvetica Neue, Helvetica, Arial, sans-serif" />
      <mj-text font-size="16px" line-height="1.6" color="#3d4852" padding="0 0 14px" />
    </mj-attributes>
    <mj-style>.footer a { color: #6b7785; }</mj-style>
  </mj-head>
  <mj-body background-color="#f2f4f7">
    <mj-section padding="28px 0 0" />
    <mj-section background-color="#ffffff" border-radius="14px" padding="44px 44px 34px">
      <mj-column padding="0">
${[...headlineOf(headline), ...texts.map((text) => `        <mj-text>${text}</mj-text>`), ...listOf(points)].join('\n')}
        <mj-button align="left" background-color="${accent}" color="#ffffff" font-size="16px" font-weight="600" border-radius="8px" inner-padding="14px 28px" padding="12px 0 24px" href="${escapeUrl(url)}">${escapeText(label)}</mj-button>
${closing === '' ? '' : `        <mj-text>${escapeText(closing)}</mj-text>\n`}        <mj-text>{{sender_name}}</mj-text>
      </mj-column>
    </mj-section>
    <mj-section padding="22px 32px 36px" css-class="footer">
      <mj-column>
        <mj-text align="center" font-size="13px" color="#6b7785" padding="0 0 6px">{{sender_address}}</mj-text>
        <mj-text align="center" font-size="13px" color="#6b7785"><a href="{{preferences_url}}">Choose what you get</a> · <a href="{{unsubscribe_url}}">Unsubscribe</a></mj-text>
      </mj-column>
    </mj-section>
  </mj-body>
</mjml>`
}

function headlineOf(headline: string): string[] {
  if (headline === '') return []
  const look = 'font-size="28px" line-height="1.25" font-weight="700" color="#1c2530" padding="0 0 18px"'
  return [`        <mj-text ${look}>${escapeText(headline)}</mj-text>`]
}

function listOf(points: readonly string[]): string[] {
  if (points.length === 0) return []
  const rows = points.map((point) => `<li style="margin:0 0 8px">${escapeText(point)}</li>`)
  return [`        <mj-text><ul style="margin:0;padding:0 0 0 20px">${rows.join('')}</ul></mj-text>`]
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '{': '&#123;',
  '}': '&#125;',
}

function escapeText(text: string): string {
  return oneLine(text).replace(/[&<>"'{}]/g, (character) => entities[character] as string)
}

/** Braces would be read as a field: in a URL they have their percent form anyway. */
function escapeUrl(url: string): string {
  return escapeText(url.replaceAll('{', '%7B').replaceAll('}', '%7D'))
}

/** Plain text has no entities: a space keeps two braces from becoming a tag. */
function fieldless(text: string): string {
  return oneLine(text).replace(/\{(?=\{)/g, '{ ')
}
