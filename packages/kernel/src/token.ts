declare const shape: unique symbol

/**
 * Names a service and carries the type of what it provides. Values are compared by `id`; the shape exists only for
 * the compiler and is invariant, so a token cannot be widened by accident.
 *
 * @example
 * export interface Clockwork { tick(): void }
 * export const Clockwork = token<Clockwork>()('clockwork')
 */
export interface Token<Id extends string = string, Shape = unknown> {
  readonly id: Id
  readonly [shape]?: (value: Shape) => Shape
}

/** The type that a token's service provides. */
export type ShapeOf<T> = T extends { readonly [shape]?: (value: infer Shape) => unknown } ? Shape : never

/** Makes a token. Called twice so that the shape is given and the id is inferred as a literal. */
export function token<Shape>() {
  return <const Id extends string>(id: Id): Token<Id, Shape> => ({ id })
}
