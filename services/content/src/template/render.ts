import { problem } from '../errors.ts'

export type TemplateValue =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly TemplateValue[]
  | { readonly [name: string]: TemplateValue }
/** What a template may say, by name. Only own properties count: `constructor` and `__proto__` are empty. */
export type TemplateValues = Readonly<Record<string, TemplateValue>>

/** A name as its parts: the first is looked up in every context, the rest inside its value. `.` has no first part. */
export interface Binding {
  readonly first: string | undefined
  readonly rest: readonly string[]
}

export type TemplateNode =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'field'
      readonly binding: Binding
      /** As the template names it. */
      readonly name: string
      readonly escapeText: (text: string) => string
      readonly fallback: string
    }
  | { readonly kind: 'section' | 'inverted'; readonly binding: Binding; readonly nodes: readonly TemplateNode[] }
  | { readonly kind: 'partial'; readonly nodes: readonly TemplateNode[] }

const maxLength = 1_048_576
const maxTurns = 10_000
const maxIncludes = 10

export function bindingOf(name: string): Binding {
  const [first, ...rest] = name === '.' ? [] : name.split('.')
  return { first, rest }
}

/**
 * A template as its fixed texts and, between them, what differs from one rendering to the next: one node each, and one
 * text more than there are nodes.
 */
export interface Pattern {
  readonly literals: readonly string[]
  readonly nodes: readonly Exclude<TemplateNode, { kind: 'text' }>[]
  /** Characters of all literals. */
  readonly length: number
}

export function patternOf(nodes: readonly TemplateNode[]): Pattern {
  const literals = ['']
  const holes: Exclude<TemplateNode, { kind: 'text' }>[] = []
  for (const node of nodes) {
    if (node.kind === 'text') literals[literals.length - 1] += node.text
    else {
      holes.push(node)
      literals.push('')
    }
  }
  return { literals, nodes: holes, length: literals.join('').length }
}

/** One pass over a template: the stack of contexts, what has been written, and what has been used up of the limits. */
interface Rendering {
  readonly contexts: TemplateValue[]
  /** Of the piece in hand. */
  text: string
  /** Characters of the literals and of the pieces before. */
  length: number
  turns: number
  includes: number
  /** Fields that stood for nothing, had no fallback, and were not left out by a section. */
  readonly missing: Set<string>
}

/** Problem: `content.template_too_large`. */
export function renderPieces(pattern: Pattern, values: TemplateValues): string[] {
  return renderNodes(pattern, renderingOf(pattern, values))
}

/** Fields that these values leave without a text. Same problem. */
export function findMissing(pattern: Pattern, values: TemplateValues): string[] {
  const rendering = renderingOf(pattern, values)
  renderNodes(pattern, rendering)
  return [...rendering.missing]
}

function renderingOf({ length }: Pattern, values: TemplateValues): Rendering {
  return { contexts: [values], text: '', length, turns: 0, includes: 0, missing: new Set() }
}

function renderNodes({ nodes }: Pattern, rendering: Rendering): string[] {
  checkLength(rendering)
  return nodes.map((node) => {
    renderNode(rendering, node)
    const piece = rendering.text
    rendering.length += piece.length
    rendering.text = ''
    return piece
  })
}

function renderAll(rendering: Rendering, nodes: readonly TemplateNode[]): void {
  for (const node of nodes) renderNode(rendering, node)
}

function renderNode(rendering: Rendering, node: TemplateNode): void {
  switch (node.kind) {
    case 'text':
      rendering.text += node.text
      break
    case 'field':
      renderField(rendering, node)
      break
    case 'partial':
      renderPartial(rendering, node.nodes)
      break
    default:
      renderSection(rendering, node)
  }
  checkLength(rendering)
}

function checkLength({ text, length }: Rendering): void {
  if (length + text.length > maxLength) throw tooLarge(`more than ${maxLength} characters`)
}

type NodeOf<Kind extends TemplateNode['kind']> = Extract<TemplateNode, { kind: Kind }>

function renderField(rendering: Rendering, { binding, name, escapeText, fallback }: NodeOf<'field'>): void {
  const value = valueAt(rendering.contexts, binding)
  if ((value === undefined || value === null) && fallback === '') rendering.missing.add(name)
  const text = textOf(value)
  rendering.text += text.trim() === '' ? fallback || text : escapeText(text)
}

function renderPartial(rendering: Rendering, nodes: readonly TemplateNode[]): void {
  rendering.includes += 1
  countTurn(rendering)
  if (rendering.includes > maxIncludes) throw tooLarge(`more than ${maxIncludes} partials inside each other`)
  renderAll(rendering, nodes)
  rendering.includes -= 1
}

function renderSection(rendering: Rendering, { kind, binding, nodes }: NodeOf<'section' | 'inverted'>): void {
  const value = valueAt(rendering.contexts, binding)
  const empty = isEmpty(value)
  if (kind === 'inverted') {
    if (empty) renderAll(rendering, nodes)
  } else if (!empty) {
    for (const context of Array.isArray(value) ? value : [value]) renderTurn(rendering, nodes, context)
  }
}

function renderTurn(rendering: Rendering, nodes: readonly TemplateNode[], context: TemplateValue): void {
  countTurn(rendering)
  rendering.contexts.push(context)
  renderAll(rendering, nodes)
  rendering.contexts.pop()
}

/** Sections and partials can multiply without writing a character, so the turns are counted too. */
function countTurn(rendering: Rendering): void {
  rendering.turns += 1
  if (rendering.turns > maxTurns) throw tooLarge(`more than ${maxTurns} turns of its lists and partials`)
}

/** The innermost context that has the first part decides; the other parts are looked up only inside its value. */
function valueAt(contexts: readonly TemplateValue[], { first, rest }: Binding): TemplateValue {
  if (first === undefined) return contexts.at(-1)
  for (let index = contexts.length - 1; index >= 0; index -= 1) {
    const context = contexts[index]
    if (has(context, first)) return rest.reduce<TemplateValue>(partOf, context[first])
  }
  return undefined
}

function partOf(value: TemplateValue, name: string): TemplateValue {
  return has(value, name) ? value[name] : undefined
}

function has(value: TemplateValue, name: string): value is { readonly [name: string]: TemplateValue } {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
}

function isEmpty(value: TemplateValue): boolean {
  return Array.isArray(value) ? value.length === 0 : !value || typeof value === 'function'
}

function textOf(value: TemplateValue): string {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

function tooLarge(reason: string) {
  return problem('template_too_large', { detail: { reason } })
}
