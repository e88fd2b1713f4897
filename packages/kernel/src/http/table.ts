import type { Route } from '../route.ts'
import type { MountedRoute } from './door.ts'
import { httpProblem } from './problems.ts'

/** Adds a route to the table, or says what is wrong with it and where. */
export function addRoute(table: Map<string, MountedRoute>, service: string, route: Route): MountedRoute {
  const shown = `${route.method} ${route.path}`
  if (route.access === undefined) throw httpProblem('no_access', { detail: { route: shown } })
  const key = keyOf(route)
  const taken = table.get(key)
  if (taken) throw httpProblem('route_twice', { detail: { route: shown, service, owner: taken.service } })
  const other = [...table.values()].find(({ name }) => name === route.name)
  if (other) {
    throw httpProblem('name_twice', {
      detail: { route: shown, name: route.name, other: `${other.method} ${other.path}` },
    })
  }
  const mounted = { ...route, service }
  table.set(key, mounted)
  return mounted
}

/** `/a/:id` and `/a/:name` are the same place. */
function keyOf({ method, path }: Route): string {
  return `${method} ${path.replace(/:\w+/g, ':')}`
}
