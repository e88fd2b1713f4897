import { addMarks, type TrackedLink, trackLinks } from './links.ts'

/** The texts of one variant as Mustache. */
export interface VariantTexts {
  readonly subject: string
  readonly preheader: string
  readonly html: string
  readonly text: string
}
/** A variant as it is kept for the whole dispatch: links and pixel as placeholders. Its HTML holds the preheader already. */
export function freezeVariant(texts: VariantTexts, seed: string): { texts: VariantTexts; links: TrackedLink[] } {
  const { html, links } = trackLinks(texts.html, seed)
  return { texts: { ...texts, html: addMarks(html) }, links }
}
