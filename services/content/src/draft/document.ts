const head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title></title>'
/** Keeps mail programs from filling the preview line with the beginning of the body. */
const padding = '&#847;&zwnj;&nbsp;'.repeat(40)

/** A whole document around sanitised HTML, which may be a fragment; it begins with the preheader, which is HTML, hidden. */
export function wrapDocument(html: string, preheader: string): string {
  const document = /<html[\s>]/i.test(html) ? html : `<html><head>${head}</head><body>${html}</body></html>`
  return `<!doctype html>\n${withPreheader(document.trim(), preheader)}`
}

function withPreheader(document: string, preheader: string): string {
  if (preheader.trim() === '') return document
  const hidden =
    'display:none;font-size:1px;line-height:1px;max-height:0;max-width:0;opacity:0;overflow:hidden;mso-hide:all'
  const line = `<div class="ff-preheader" style="${hidden}">${preheader}${padding}</div>`
  return /<body[^>]*>/i.test(document)
    ? document.replace(/<body[^>]*>/i, (body) => body + line)
    : document.replace(/<html[^>]*>/i, (html) => html + line)
}
