import type { AnyService, ServiceDefinition } from './service.ts'

type IdOf<S> = S extends { readonly provides: { readonly id: infer Id extends string } } ? Id : never
// biome-ignore lint/suspicious/noExplicitAny: any shape and id
type NeedIdsOf<S> = S extends ServiceDefinition<any, any, infer N> ? N[keyof N]['id'] & string : never
type IdsOf<L extends readonly AnyService[]> = IdOf<L[number]>

type MissingIn<L extends readonly AnyService[]> = {
  [I in keyof L]: [Exclude<NeedIdsOf<L[I]>, IdsOf<L>>] extends [never]
    ? never
    : `'${IdOf<L[I]>}' needs '${Exclude<NeedIdsOf<L[I]>, IdsOf<L>>}', which no service in the list provides`
}[number]

/** Carries what it found along, so that the compiler takes it as a loop and a long list is no deep recursion. */
type TwiceIn<L extends readonly unknown[], Seen extends string = never, Found = never> = L extends readonly [
  infer Head,
  ...infer Rest,
]
  ? TwiceIn<Rest, Seen | IdOf<Head>, Found | (IdOf<Head> extends Seen ? `'${IdOf<Head>}' is provided twice` : never)>
  : Found

type NeedsOfId<L extends readonly AnyService[], Id extends string> = NeedIdsOf<
  Extract<L[number], { readonly provides: { readonly id: Id } }>
>

/** Every id reachable from `Id`, breadth first; 24 levels are more than any real graph has. */
type Reachable<
  L extends readonly AnyService[],
  Id extends string,
  Seen extends string = never,
  Depth extends readonly unknown[] = [],
> = Depth['length'] extends 24
  ? Seen
  : [Exclude<Id, Seen>] extends [never]
    ? Seen
    : Reachable<L, { [K in Exclude<Id, Seen>]: NeedsOfId<L, K> }[Exclude<Id, Seen>], Seen | Id, [...Depth, 1]>

type CycleIn<L extends readonly AnyService[]> = {
  [I in keyof L]: IdOf<L[I]> extends Reachable<L, NeedIdsOf<L[I]>>
    ? `'${IdOf<L[I]>}' needs itself, through others`
    : never
}[number]

/** The list itself when the graph is whole; else a type that carries the sentences saying what is wrong. */
export type WholeGraph<L extends readonly AnyService[]> = [MissingIn<L> | TwiceIn<L> | CycleIn<L>] extends [never]
  ? L
  : { readonly wrong: MissingIn<L> | TwiceIn<L> | CycleIn<L> }

/** A node as the ordering sees it. */
export interface GraphNode {
  readonly id: string
  readonly needs: readonly string[]
  /** False for one that may fail to start while the others go on; true when left out. */
  readonly critical?: boolean
}

/**
 * Sorts services into levels: each needs only those before it, and those of one level can start side by side.
 * Returns the levels, or sentences that say what is wrong. The compiler has seen the same for a literal list; a list
 * made at run time (`--services=a,b`) is checked here.
 */
export function levelsOf(nodes: readonly GraphNode[]): { levels: string[][] } | { wrong: string[] } {
  const ids = new Set(nodes.map((node) => node.id))
  const wrong = [...twice(nodes), ...missing(nodes, ids), ...unsteady(nodes)]
  if (wrong.length > 0) return { wrong }

  const levels: string[][] = []
  const placed = new Set<string>()
  let waiting = [...nodes]
  while (waiting.length > 0) {
    const ready = waiting.filter((node) => node.needs.every((need) => placed.has(need)))
    if (ready.length === 0)
      return { wrong: [`These services need each other in a circle: ${circleIn(waiting).join(' → ')}`] }
    levels.push(ready.map((node) => node.id))
    for (const node of ready) placed.add(node.id)
    waiting = waiting.filter((node) => !placed.has(node.id))
  }
  return { levels }
}

function* twice(nodes: readonly GraphNode[]) {
  const seen = new Set<string>()
  for (const { id } of nodes) {
    if (seen.has(id)) yield `'${id}' is provided twice`
    seen.add(id)
  }
}

function* missing(nodes: readonly GraphNode[], ids: ReadonlySet<string>) {
  for (const { id, needs } of nodes) {
    for (const need of needs) if (!ids.has(need)) yield `'${id}' needs '${need}', which no service in the list provides`
  }
}

/** What must start cannot stand on what may fail to. */
function* unsteady(nodes: readonly GraphNode[]) {
  const optional = new Set(nodes.flatMap(({ id, critical }) => (critical === false ? [id] : [])))
  for (const { id, needs, critical } of nodes) {
    if (critical === false) continue
    for (const need of needs) {
      if (optional.has(need)) yield `'${id}' is critical but needs '${need}', which is not and may be missing`
    }
  }
}

/** Follows the first unplaced need from any waiting node until a node repeats. */
function circleIn(waiting: readonly GraphNode[]): string[] {
  const byId = new Map(waiting.map((node) => [node.id, node]))
  const path: string[] = []
  let node = waiting[0]
  while (node && !path.includes(node.id)) {
    path.push(node.id)
    const next = node.needs.find((need) => byId.has(need))
    node = next === undefined ? undefined : byId.get(next)
  }
  return node ? [...path.slice(path.indexOf(node.id)), node.id] : path
}
