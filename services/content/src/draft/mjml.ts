/// <reference path="./mjml.d.ts" />
import type { Finding } from '../contract.ts'

export interface CompiledMjml {
  /** Undefined when the source is not MJML at all. */
  readonly html: string | undefined
  readonly findings: readonly Finding[]
}

/** MJML to HTML. Nothing is read from files and no fonts are fetched from elsewhere. */
export async function compileMjml(source: string): Promise<CompiledMjml> {
  // MJML takes half a second to load, so a start does not wait for it.
  const { default: mjml2html } = await import('mjml')
  try {
    const { html, errors } = await mjml2html(source, {
      validationLevel: 'soft',
      ignoreIncludes: true,
      keepComments: false,
      fonts: {},
    })
    return { html: withoutIndentation(html), findings: errors.map(({ line, message }) => invalid(message, line)) }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { html: undefined, findings: [invalid(`The body is not MJML: ${message}`, null)] }
  }
}

function invalid(message: string, line: number | null): Finding {
  return { level: 'error', code: 'invalid_mjml', message, where: 'body', line }
}

/** A third of what MJML writes is indentation, which every recipient would be sent. */
function withoutIndentation(html: string): string {
  return /<pre[\s>]/i.test(html) ? html : html.replace(/\s*\n\s*/g, '\n')
}
