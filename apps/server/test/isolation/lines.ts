import { Live } from '@fanfare/kernel'
import { WebSocket } from 'ws'
import type { Principal } from './cast.ts'
import { isId, type Trial } from './trial.ts'

const probe = { type: 'isolation_probe' }
const fence = { type: 'isolation_fence' }

/**
 * Live topics, over a socket and over Server-Sent Events: every role may watch what the table of permissions says, and a
 * stranger who watches the owner's topics by their names hears nothing of what the owner hears.
 */
export async function tryLines(trial: Trial): Promise<void> {
  const nouns = trial.house.app.get(Live).topics()
  await Promise.all(trial.strangers.map((principal) => tryRole(trial, principal, nouns)))
  await tryListening(trial, [...nouns.keys()])
}

async function tryRole(trial: Trial, principal: Principal, nouns: ReadonlyMap<string, string>): Promise<void> {
  const isMember = principal.permissions.has('workspace.read')
  for (const [noun, permission] of nouns) {
    trial.tally.cells += 1
    const said = await watchOnce(trial.house.url, principal.credentials(), noun)
    const wanted = !isMember ? 'shut' : principal.permissions.has(permission) ? 'watching' : 'refused'
    if (said !== wanted) trial.findings.push(`live topic ${noun}: ${principal.name} is ${said}, not ${wanted}`)
  }
}

/** What becomes of a line that asks for one topic. */
function watchOnce(url: string, headers: Record<string, string>, topic: string): Promise<string> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/v1/live`, { headers })
  return new Promise<string>((resolve) => {
    socket.on('unexpected-response', () => resolve('shut'))
    socket.on('error', () => resolve('shut'))
    socket.on('open', () => socket.send(JSON.stringify({ watch: [topic] })))
    socket.on('message', (bytes: Buffer) => {
      const words = JSON.parse(bytes.toString('utf8'))
      if (words.refused === topic) resolve('refused')
      else if (words.watching?.includes(topic)) resolve('watching')
    })
  }).finally(() => socket.terminate())
}

async function tryListening(trial: Trial, nouns: readonly string[]): Promise<void> {
  const { house, owner, home, ids } = trial
  const live = house.app.get(Live)
  const topics = nouns.flatMap((noun) => [
    noun,
    ...Object.values(ids)
      .filter(isId)
      .map((id) => `${noun}/${id}`),
  ])
  // A line takes fifty topics.
  for (let first = 0; first < topics.length; first += 49) {
    const some = [...topics.slice(first, first + 49), fenceTopic(nouns)]
    await using cleanUp = new AsyncDisposableStack()
    const lines = await Promise.all([
      listen(cleanUp, 'the owner', house.url, owner.key, some),
      listen(cleanUp, 'a stranger', house.url, home.key, some),
      stream(cleanUp, 'a stranger by Server-Sent Events', house.url, home.key, some),
    ])
    for (const topic of some) live.publish(owner.tenantId, topic, probe)
    for (const tenantId of [owner.tenantId, home.tenantId]) live.publish(tenantId, fenceTopic(nouns), fence)
    for (const line of lines) {
      const heard = await line.untilFence
      trial.tally.cells += some.length
      const wanted = line.name === 'the owner' ? some.length : 0
      if (heard !== wanted)
        trial.findings.push(`live topics: ${line.name} hears ${heard} of the owner's ${some.length}`)
    }
  }
}

function fenceTopic(nouns: readonly string[]): string {
  return `${nouns[0]}/fence`
}

interface Line {
  readonly name: string
  /** How many probes came before the fence. */
  readonly untilFence: Promise<number>
}

async function listen(
  cleanUp: AsyncDisposableStack,
  name: string,
  url: string,
  key: string,
  topics: readonly string[],
): Promise<Line> {
  const headers = { authorization: `Bearer ${key}` }
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/v1/live`, { headers })
  cleanUp.defer(() => socket.terminate())
  const watching = Promise.withResolvers<void>()
  const fenced = Promise.withResolvers<number>()
  let probes = 0
  socket.on('error', watching.reject)
  socket.on('open', () => socket.send(JSON.stringify({ watch: topics })))
  socket.on('message', (bytes: Buffer) => {
    const words = JSON.parse(bytes.toString('utf8'))
    if (words.watching) watching.resolve()
    if (words.message?.type === probe.type) probes += 1
    if (words.message?.type === fence.type) fenced.resolve(probes)
  })
  await watching.promise
  return { name, untilFence: fenced.promise }
}

async function stream(
  cleanUp: AsyncDisposableStack,
  name: string,
  url: string,
  key: string,
  topics: readonly string[],
): Promise<Line> {
  const stop = new AbortController()
  cleanUp.defer(() => stop.abort())
  const reply = await fetch(`${url}/v1/live/events?topics=${encodeURIComponent(topics.join(','))}`, {
    headers: { authorization: `Bearer ${key}` },
    signal: stop.signal,
  })
  if (reply.body === null || reply.status !== 200) throw new Error(`The stream of events answers ${reply.status}`)
  return { name, untilFence: probesIn(reply.body) }
}

async function probesIn(body: ReadableStream<Uint8Array>): Promise<number> {
  let text = ''
  for await (const chunk of body.pipeThrough(new TextDecoderStream() as never) as unknown as AsyncIterable<string>) {
    text += chunk
    if (text.includes(fence.type)) break
  }
  return text.split(probe.type).length - 1
}
