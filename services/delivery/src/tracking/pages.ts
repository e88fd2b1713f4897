import { type Brand, productName } from '@fanfare/identity/contract'

/** Whose page it is. */
export type PageLook = Pick<Brand, 'productName' | 'accentColor' | 'logoUrl' | 'logoDarkUrl'>

/** The pages a recipient sees: plain HTML of our own, readable without scripts, in light and dark. */
export const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
} as const

const style = `
:root{color-scheme:light dark}
body{font:17px/1.5 system-ui,sans-serif;margin:0;min-height:100vh;display:grid;place-items:center;background:Canvas;color:CanvasText}
main{max-width:30rem;margin:1rem;padding:2rem;border:1px solid GrayText;border-radius:.75rem}
h1{font-size:1.4rem;margin:0 0 .75rem}
button{font:inherit;padding:.6rem 1.2rem;border:0;border-radius:.5rem;background:#1d4ed8;color:#fff;cursor:pointer}
button:focus-visible,input:focus-visible,a:focus-visible{outline:3px solid #f59e0b;outline-offset:2px}
fieldset{border:0;padding:0;margin:1rem 0}label{display:flex;gap:.6rem;padding:.3rem 0}`

function page(title: string, body: string, look?: PageLook): string {
  const accent = look === undefined ? '' : `button{background:${look.accentColor}}`
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title><style>${style}${accent}</style></head><body><main>${signOf(look)}<h1>${escapeHtml(title)}</h1>${body}</main></body></html>`
}

/** The logo or the name of whoever writes; nothing where nobody chose one: the product is nobody's correspondent. */
function signOf(look: PageLook | undefined): string {
  if (look?.logoUrl) {
    const dark = look.logoDarkUrl
      ? `<source srcset="${escapeHtml(look.logoDarkUrl)}" media="(prefers-color-scheme:dark)">`
      : ''
    return `<picture>${dark}<img src="${escapeHtml(look.logoUrl)}" alt="${escapeHtml(look.productName)}" height="40"></picture>`
  }
  return look === undefined || look.productName === productName ? '' : `<p><b>${escapeHtml(look.productName)}</b></p>`
}

/** Lets a page show the logo, which lies on the site and not on the domain of the links. */
export function pageHeadersFor({ logoUrl }: Pick<PageLook, 'logoUrl'>): Readonly<Record<string, string>> {
  if (logoUrl === null) return pageHeaders
  const policy = `${pageHeaders['content-security-policy']};img-src ${new URL(logoUrl).origin}`
  return { ...pageHeaders, 'content-security-policy': policy }
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}

export const missingPage = page(
  'This link is not valid',
  '<p>It may have been cut off or changed. Open the message again and use the whole link.</p>',
)
export const honeypotPage = page(
  'Nothing to see here',
  '<p>This link is hidden in the message: it tells programs that open every link from people. You can close this page.</p>',
)
export const laterPage = page(
  'One moment, please',
  '<p>We could not open this link just now. Reload the page to try again.</p>',
)
export const testPage = (look: PageLook | undefined) =>
  page(
    'This was a test message',
    '<p>In a real message this page lets the person unsubscribe. Nothing was changed.</p>',
    look,
  )
export const unsubscribedPage = (look: PageLook | undefined) =>
  page('You are unsubscribed', '<p>We will not write to you again. You can close this page.</p>', look)
export const savedPage = (look: PageLook | undefined) =>
  page('Your choice is saved', '<p>You can close this page.</p>', look)

export const unsubscribePage = (look: PageLook | undefined) =>
  page(
    'Unsubscribe?',
    '<p>You will get no more messages from us.</p><form method="post"><input type="hidden" name="List-Unsubscribe" value="One-Click"><button type="submit">Unsubscribe</button></form>',
    look,
  )

export interface ShownPreferences {
  readonly email: string
  readonly subscribed: boolean
  readonly lists: readonly { readonly id: string; readonly name: string; readonly member: boolean }[]
}

export function preferencesPage({ email, subscribed, lists }: ShownPreferences, look: PageLook | undefined): string {
  const box = (name: string, value: string, label: string, checked: boolean) =>
    `<label><input type="checkbox" name="${name}" value="${escapeHtml(value)}"${checked ? ' checked' : ''}> ${escapeHtml(label)}</label>`
  const choices = lists.map((list) => box('list', list.id, list.name, list.member)).join('')
  return page(
    'What we write to you',
    `<p>Messages to ${escapeHtml(email)}</p><form method="post"><fieldset><legend>You agree to get</legend>${box('subscribed', 'yes', 'Messages from us', subscribed)}${choices}</fieldset><button type="submit">Save</button></form>`,
    look,
  )
}
