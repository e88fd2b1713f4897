import mustache from 'mustache'
import { problem } from './errors.ts'
import { escapeHtml } from './template/escape.ts'
import {
  type Binding,
  bindingOf,
  findMissing,
  patternOf,
  renderPieces,
  type TemplateNode,
  type TemplateValue,
  type TemplateValues,
} from './template/render.ts'

export type { TemplateValue, TemplateValues }

export interface TemplateOptions {
  /** `html` (default) escapes `& < > " '` in every `{{…}}`; `none` is for plain text. `{{{…}}}` is never escaped. */
  escape?: 'html' | 'none'
  /** What `{{> name}}` stands for; an unknown name is empty. */
  partials?: Readonly<Record<string, string>>
}

export interface CompiledTemplate {
  /**
   * Puts the values in, once: a value that holds `{{…}}` is shown as it is.
   * Problem: `content.template_too_large` (1 MB of text, 10 000 turns of lists and partials, 10 partials inside each other).
   */
  render(values: TemplateValues): string
  /** The fixed texts around the pieces, one more than there are pieces: the same for whatever values. */
  readonly literals: readonly string[]
  /** What goes between the literals for these values; `render` puts the two together. Same problem. */
  pieces(values: TemplateValues): string[]
  /**
   * The fields that would stand empty with these values: not given, without a fallback, and in no section that is left out.
   * A text that is given and empty is not missing. Same problem.
   */
  missing(values: TemplateValues): string[]
  /** The names the template and its partials ask for, each once, in order. */
  readonly fields: readonly string[]
}

/** Sections inside sections; more is a mistake or an attack on the stack. */
const maxNesting = 60
/** Counted with each indentation a partial stands at; each is compiled once. */
const maxPartials = 200

/**
 * Reads a Mustache template once so that it can be rendered many times. On top of the Mustache specification a field may
 * carry a fallback, literal text for a value that is missing or blank: `{{first_name|friend}}`. `{{%name}}` encodes for
 * a part of a URL (RFC 3986 §2.1); compiled emails use it in links.
 *
 * Problem: `content.template_invalid` with the line.
 *
 * @example compileTemplate('Hello {{first_name|friend}}').render({ first_name: 'Ada' }) // 'Hello Ada'
 */
export function compileTemplate(source: string, options: TemplateOptions = {}): CompiledTemplate {
  const compilation: Compilation = {
    fields: new Set(),
    partials: options.partials ?? {},
    escapeText: options.escape === 'none' ? asItIs : escapeHtml,
    compiled: new Map(),
  }
  const pattern = patternOf(nodesOf(compilation, parse(source)))
  const pieces = (values: TemplateValues) => renderPieces(pattern, values)
  const { literals } = pattern
  return {
    render: (values) => weave(literals, pieces(values)),
    literals,
    pieces,
    missing: (values) => findMissing(pattern, values),
    fields: [...compilation.fields],
  }
}

/** Literals with the pieces between them. */
export function weave(literals: readonly string[], pieces: readonly string[]): string {
  let text = literals[0] ?? ''
  for (let index = 0; index < pieces.length; index += 1) text += `${pieces[index]}${literals[index + 1] ?? ''}`
  return text
}

/** A token of the mustache package: symbol, value, start, end, then children, or a partial's indentation. */
type Token = readonly [string, string, number, number, unknown?, unknown?, unknown?]

/** What one compilation and the partials of its nodes share. */
interface Compilation {
  readonly fields: Set<string>
  readonly partials: Readonly<Record<string, string>>
  readonly escapeText: (text: string) => string
  readonly compiled: Map<string, TemplateNode[]>
}

const asItIs = (text: string) => text

function nodesOf(compilation: Compilation, tokens: readonly Token[], depth = 0): TemplateNode[] {
  if (depth > maxNesting) {
    throw problem('template_invalid', { detail: { line: 1, reason: `more than ${maxNesting} sections in each other` } })
  }
  return tokens.flatMap((token) => nodeOf(compilation, token, depth) ?? [])
}

function nodeOf(compilation: Compilation, token: Token, depth: number): TemplateNode | undefined {
  const [symbol, value] = token
  switch (symbol) {
    case 'text':
      return { kind: 'text', text: value }
    case 'name':
      return fieldOf(compilation, value, compilation.escapeText)
    case '&':
      return fieldOf(compilation, value, asItIs)
    case '#':
    case '^':
      return {
        kind: symbol === '#' ? 'section' : 'inverted',
        binding: ask(compilation, value),
        nodes: nodesOf(compilation, token[4] as Token[], depth + 1),
      }
    case '>':
      return partialOf(compilation, token)
    default:
      return undefined
  }
}

function fieldOf(compilation: Compilation, value: string, escapeText: (text: string) => string): TemplateNode {
  const { name, fallback } = splitField(value)
  const escapeValue = name.startsWith('%') ? encodeForUrl : escapeText
  const plainName = name.replace(/^%/, '')
  const binding = ask(compilation, plainName)
  return { kind: 'field', binding, name: plainName, escapeText: escapeValue, fallback: escapeValue(fallback) }
}

/** Nothing of the result means anything in HTML, so it stands in an attribute as it is. */
function encodeForUrl(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll("'", '%27')
}

/** `first_name | friend` → its name and its fallback, which is empty when there is none. */
export function splitField(value: string): { name: string; fallback: string } {
  const bar = value.indexOf('|')
  if (bar < 0) return { name: value.trim(), fallback: '' }
  return { name: value.slice(0, bar).trim(), fallback: value.slice(bar + 1).trim() }
}

function ask(compilation: Compilation, name: string): Binding {
  if (name !== '.') compilation.fields.add(name)
  return bindingOf(name)
}

/** A partial alone on its line lends its indentation to every line of what it stands for. */
function partialOf(compilation: Compilation, token: Token): TemplateNode | undefined {
  const { partials, compiled } = compilation
  const source = Object.hasOwn(partials, token[1]) ? partials[token[1]] : undefined
  if (source === undefined) return undefined
  const indentation = token[5] === 0 ? String(token[4] ?? '').replace(/[^ \t]/g, '') : ''
  const startsLine = token[6] !== true
  const key = JSON.stringify([token[1], indentation, startsLine])
  const known = compiled.get(key)
  if (known) return { kind: 'partial', nodes: known }
  // Registered before it is filled: a partial that names itself finds this very list.
  const nodes: TemplateNode[] = []
  compiled.set(key, nodes)
  if (compiled.size > maxPartials) {
    throw problem('template_too_large', { detail: { reason: `more than ${maxPartials} different partials` } })
  }
  nodes.push(...nodesOf(compilation, parse(indent(source, indentation, startsLine))))
  return { kind: 'partial', nodes }
}

function indent(source: string, indentation: string, startsLine: boolean): string {
  if (indentation === '') return source
  return source
    .split('\n')
    .map((line, index) => (line !== '' && (index > 0 || startsLine) ? indentation + line : line))
    .join('\n')
}

function parse(source: string): readonly Token[] {
  const writer = new mustache.Writer() as unknown as { parse(template: string): Token[]; templateCache: unknown }
  // Without its cache: it would keep a copy of every template.
  writer.templateCache = undefined
  try {
    return writer.parse(source)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const position = Number(/ at (\d+)$/.exec(message)?.[1] ?? 0)
    const line = source.slice(0, position).split('\n').length
    throw problem('template_invalid', { detail: { line, reason: message.replace(/ at \d+$/, '') }, cause: error })
  }
}
