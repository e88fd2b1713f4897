import { compileTemplate, type TemplateValues } from '@fanfare/content/contract'
import type { HoledText, Pieces, SharedTexts } from '../transport/letter.ts'
import { fillLinks, placeholder } from './links.ts'
import type { VariantTexts } from './variant.ts'

/** Where a recipient's own link or pixel leads: asked for with a link's id, or `open` for the pixel. */
export type UrlOf = (id: string | 'open') => string | undefined

/** The three texts of a variant read once: what all recipients share, and how one recipient's pieces are made. */
export interface PreparedTexts {
  readonly shared: SharedTexts
  /** Problem: `content.template_too_large`. */
  piecesFor(values: TemplateValues, urlOf: UrlOf): Pieces
}

interface Holed {
  readonly text: HoledText
  pieces(values: TemplateValues, urlOf: UrlOf): string[]
}

export function prepareTexts(texts: Pick<VariantTexts, 'subject' | 'html' | 'text'>): PreparedTexts {
  const subject = prepare(texts.subject, 'none')
  const html = prepare(texts.html, 'html')
  const text = prepare(texts.text, 'none')
  return {
    shared: { subject: subject.text, html: html.text, text: text.text },
    piecesFor: (values, urlOf) => ({
      subject: subject.pieces(values, urlOf),
      html: html.pieces(values, urlOf),
      text: text.pieces(values, urlOf),
    }),
  }
}

/** A hole is the template's next piece, or the link of an id. */
type Hole = { readonly piece: number } | { readonly link: string }

function prepare(source: string, escaping: 'html' | 'none'): Holed {
  const template = compileTemplate(source, { escape: escaping })
  const literals: string[] = ['']
  const holes: Hole[] = []
  for (const [index, literal] of template.literals.entries()) {
    if (index > 0) {
      holes.push({ piece: index - 1 })
      literals.push('')
    }
    // Split at a pattern with one group gives texts and ids in turn.
    for (const [at, part] of literal.split(placeholder).entries()) {
      if (at % 2 === 0) literals[literals.length - 1] += part
      else {
        holes.push({ link: part ?? 'open' })
        literals.push('')
      }
    }
  }
  return {
    text: { literals },
    pieces(values, urlOf) {
      const pieces = template.pieces(values)
      return holes.map((hole) => {
        if ('link' in hole) return urlOf(hole.link) ?? ''
        const piece = pieces[hole.piece] as string
        // A section has its links inside.
        return piece.includes('fanfare-') ? fillLinks(piece, urlOf) : piece
      })
    },
  }
}
