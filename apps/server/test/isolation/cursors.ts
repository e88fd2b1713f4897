import type { Route } from '@fanfare/kernel'
import type { Call } from '../house.ts'
import { refusalOf } from './expectation.ts'
import { jsonSchemaOf } from './json-schema.ts'
import { find, paramsOf, pathOf, type Trial, tryCell } from './trial.ts'

/** Where the owner's lists go on, taken from every list of theirs that has a second page. */
export async function ownersCursors({ owner, ids }: Trial, routes: readonly Route[]): Promise<string[]> {
  const pages = await Promise.all(
    routes.filter(isPaged).map((route) => owner.call('GET', `${pathOf(route, ids)}?limit=1`)),
  )
  return pages.map(({ body }) => body?.nextCursor).filter((cursor) => typeof cursor === 'string')
}

/** The owner's cursors in every list of a stranger's: each goes on in their own rows, or is refused. */
export async function tryCursors(trial: Trial, route: Route, cursors: readonly string[]): Promise<void> {
  if (!isPaged(route)) return
  if (cursors.length === 0) find(trial, route, 'has no case: the owner has no list with a second page')
  const callers = trial.strangers.filter((principal) => refusalOf(route.access, principal) === undefined)
  const ask = (call: Call, cursor: string) =>
    tryCell(trial, route, call, {
      path: `${pathOf(route, trial.own)}?${new URLSearchParams({ limit: '100', cursor })}`,
    })
  await Promise.all(
    callers.slice(0, 1).flatMap((principal) =>
      cursors.map(async (cursor) => {
        const { status } = await ask(principal.call(), cursor)
        if (status !== 200 && status !== 400) find(trial, route, `answers ${status} for a cursor of the owner's`)
      }),
    ),
  )
}

/** A list is put in an order that the server knows: free words there would be words of SQL. */
export function tryOrder(trial: Trial, route: Route): void {
  const fields = route.query ? (jsonSchemaOf(route.query).properties ?? {}) : {}
  for (const [name, schema] of Object.entries(fields)) {
    if (/^(sort|order)/i.test(name) && schema.enum === undefined) {
      find(trial, route, `takes any text as ${name}; name what can be sorted by with z.enum`)
    }
  }
}

function isPaged(route: Route): boolean {
  const query = route.query ? (jsonSchemaOf(route.query).properties ?? {}) : {}
  return route.method === 'GET' && query.cursor !== undefined && paramsOf(route).length < 2
}
