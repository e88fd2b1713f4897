import sanitizeHtml from 'sanitize-html'
import { hideConditionalComments } from './conditional-comments.ts'
import { cleanStyle, cleanStyleSheet } from './styles.ts'

const allowedTags = [
  ...['html', 'head', 'title', 'meta', 'style', 'body', 'div', 'span', 'p', 'a', 'img', 'br', 'hr', 'center', 'font'],
  ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'ul', 'ol', 'li', 'dl', 'dt', 'dd', 'blockquote', 'pre', 'code', 'address'],
  ...['b', 'strong', 'i', 'em', 'u', 's', 'strike', 'del', 'ins', 'small', 'big', 'sub', 'sup', 'mark', 'abbr', 'time'],
  ...['table', 'caption', 'colgroup', 'col', 'thead', 'tbody', 'tfoot', 'tr', 'th', 'td'],
  ...['section', 'article', 'header', 'footer', 'main', 'nav', 'aside', 'figure', 'figcaption'],
]
const allowedAttributes = {
  '*': [
    'style',
    'class',
    'id',
    'title',
    'lang',
    'dir',
    'role',
    'aria-*',
    'align',
    'valign',
    'width',
    'height',
    'bgcolor',
  ],
  html: ['xmlns', 'xmlns:v', 'xmlns:o'],
  a: ['href', 'name', 'target', 'rel'],
  img: ['src', 'alt', 'border', 'hspace', 'vspace'],
  table: ['border', 'cellpadding', 'cellspacing', 'background', 'summary'],
  td: ['colspan', 'rowspan', 'background', 'nowrap'],
  th: ['colspan', 'rowspan', 'background', 'nowrap', 'scope'],
  col: ['span'],
  colgroup: ['span'],
  ol: ['start', 'type'],
  li: ['value', 'type'],
  font: ['color', 'face', 'size'],
  hr: ['size', 'noshade', 'color'],
  time: ['datetime'],
  style: ['type', 'media'],
  meta: [
    'charset',
    'content',
    {
      name: 'name',
      values: [
        'viewport',
        'color-scheme',
        'supported-color-schemes',
        'x-apple-disable-message-reformatting',
        'format-detection',
      ],
    },
    { name: 'http-equiv', values: ['Content-Type', 'X-UA-Compatible'] },
  ],
}

/**
 * Keeps what is safe in a mail program: one allow-list of tags, attributes and schemes; everything else goes, scripts
 * and forms with what they hold. Conditional comments for Outlook stay when they hold nothing but layout.
 */
export function sanitizeEmail(html: string): string {
  const { text, restore } = hideConditionalComments(html)
  const clean = sanitizeHtml(text, {
    allowedTags,
    allowedAttributes,
    allowedSchemes: ['http', 'https', 'mailto', 'tel'],
    allowedSchemesByTag: { img: ['http', 'https'] },
    allowedSchemesAppliedToAttributes: ['href', 'src', 'background'],
    allowProtocolRelative: false,
    // Style sheets are kept: `cleanStyleSheet` below takes out what could do harm in them.
    allowVulnerableTags: true,
    parseStyleAttributes: false,
    nonTextTags: [
      'script',
      'style',
      'textarea',
      'option',
      'xmp',
      'noscript',
      'iframe',
      'object',
      'svg',
      'math',
      'template',
    ],
    nestingLimit: 200,
    enforceHtmlBoundary: false,
    transformTags: {
      '*': (tagName, attribs) => {
        if (attribs.style === undefined) return { tagName, attribs }
        return { tagName, attribs: { ...attribs, style: cleanStyle(attribs.style) } }
      },
    },
  })
  return restore(
    clean.replace(
      /(<style[^>]*>)([\s\S]*?)(<\/style>)/g,
      (_, open, sheet, close) => open + cleanStyleSheet(sheet) + close,
    ),
  )
}
