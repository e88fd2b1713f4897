import { choicesOf, type JsonSchema, resolved, typeOf } from './json-schema.ts'

/** From the top of a value to one place in it: a property, each entry of an array, one of several ways to be. */
export type Step =
  | { readonly kind: 'property'; readonly name: string }
  | { readonly kind: 'entry' }
  | { readonly kind: 'choice'; readonly index: number }

/** Where a body, a query or a payload names a thing by its id. */
export interface Place {
  readonly steps: readonly Step[]
  /** The name of the id, in the singular: `listId` for `listIds`. */
  readonly id: string
  /** For people: `audience.listId`. */
  readonly shown: string
}

/** Schemas hold themselves at most this deep. */
const maxDepth = 12

/** Every place of a schema that takes an id. */
export function placesOfIds(root: JsonSchema): Place[] {
  const found: Place[] = []
  const look = (raw: JsonSchema, name: string, steps: readonly Step[]): void => {
    if (steps.length > maxDepth) return
    const schema = resolved(raw, root)
    const choices = choicesOf(schema)
    if (choices) {
      for (const [index, choice] of choices.entries()) look(choice, name, [...steps, { kind: 'choice', index }])
      return
    }
    for (const [key, property] of Object.entries(schema.properties ?? {})) {
      look(property, key, [...steps, { kind: 'property', name: key }])
    }
    if (schema.items) look(schema.items, singular(name), [...steps, { kind: 'entry' }])
    if (typeOf(schema) === 'string' && (schema.format === 'uuid' || /(^i|I)d$/.test(name))) {
      found.push({ steps, id: name, shown: shownOf(steps) })
    }
  }
  look(root, '', [])
  return found
}

export function singular(name: string): string {
  return name.replace(/s$/, '')
}

function shownOf(steps: readonly Step[]): string {
  return steps.flatMap((step) => (step.kind === 'property' ? [step.name] : [])).join('.')
}
