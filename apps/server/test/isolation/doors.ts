import { randomUUID } from 'node:crypto'
import type { Route } from '@fanfare/kernel'
import type { Principal } from './cast.ts'
import { refusalOf, refusals } from './expectation.ts'
import { attemptOn, evened, find, nobodysIds, type Trial, tryCell } from './trial.ts'

/** Every role in its own workspace: let in or turned away as the table of permissions says. */
export async function tryOwnDoor(trial: Trial, route: Route): Promise<void> {
  await Promise.all(trial.playground.map((principal) => tryAs(trial, route, principal)))
}

async function tryAs(trial: Trial, route: Route, principal: Principal): Promise<void> {
  const refusal = refusalOf(route.access, principal)
  // A page that is open to everybody is the same for everybody.
  if (route.access.kind === 'anyone' && principal.kind !== 'nobody') return
  const reply = await tryCell(trial, route, principal.call(), attemptOn(route, nobodysIds(trial.own), trial.own))
  const code = reply.body?.code
  if (refusal !== undefined && code !== refusal) {
    find(trial, route, `${principal.name} gets ${reply.status} ${code ?? ''} instead of ${refusal}`)
  }
  if (refusal === undefined && refusals.has(code)) {
    find(trial, route, `${principal.name} is turned away with ${code}, against the table of permissions`)
  }
  if (route.access.kind === 'signed_in' && route.method !== 'GET') await principal.refresh()
}

/** Every role naming the owner's workspace: as if there were no such workspace, by header and by query. */
export async function tryForeignWorkspace(trial: Trial, route: Route): Promise<void> {
  if (route.access.kind === 'anyone') return
  const attempt = attemptOn(route, trial.ids, trial.ids)
  const named = (workspace: string) => ({
    ...attempt,
    path: `${attempt.path}${attempt.path.includes('?') ? '&' : '?'}workspace=${workspace}`,
  })
  const nowhere = randomUUID()
  const ask = async (principal: Principal, workspace: string) => {
    const byHeader = tryCell(trial, route, principal.call(workspace), { ...attempt, named: workspace })
    const byQuery = tryCell(trial, route, principal.unnamed, named(workspace))
    return (await Promise.all([byHeader, byQuery])).map((reply) => evened(reply, workspace))
  }
  // What anybody with a credential is told of a workspace that nobody has.
  const missing = new Set(await ask(trial.strangers[0] as Principal, nowhere))
  await Promise.all(
    trial.strangers.map(async (principal) => {
      for (const said of await ask(principal, trial.owner.tenantId)) {
        const isRight =
          principal.kind === 'nobody' ? said.startsWith('401') : said.startsWith('404') && missing.has(said)
        if (!isRight) find(trial, route, `${principal.name} names the owner's workspace and gets ${said.slice(0, 200)}`)
      }
    }),
  )
}
