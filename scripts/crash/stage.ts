import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FanfareClient } from '@fanfare/sdk'
import { platform } from '@fanfare/server'
import { makeOwner, openPostgresServer, type PostgresServer } from '@fanfare/testkit'
import { openSinkProcess, type SinkProcess } from '../../bench/smtp-sink/process.ts'
import { createNewsletter, createSender } from '../../bench/workspace/campaigns.ts'
import { importPeople } from '../../bench/workspace/contacts.ts'
import { openWorker, type Worker } from './worker.ts'

export interface CrashOrder {
  readonly kills: number
  readonly recipients: number
  readonly seed: number
  readonly database: 'postgresql' | 'pglite'
  readonly workers: number
}

/** What is killed, what watches it, and a workspace with people to write to. */
export interface Stage extends AsyncDisposable {
  readonly workers: readonly Worker[]
  readonly postgres: PostgresServer | undefined
  readonly sink: SinkProcess
  readonly senderId: string
  readonly emailId: string
  /** Holds the workers' logs. */
  readonly folder: string
  /** Asks a worker that is up, and another when that one dies over it. */
  ask<T>(question: (client: FanfareClient, signal: AbortSignal) => Promise<T>): Promise<T>
  /** Leaves the folder behind. */
  keepFolder(): void
}

/** Everything but the console, which a crash does not touch. */
const services = platform.map(({ provides }) => provides.id)

export async function openStage(order: CrashOrder, say: (line: string) => void): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'fanfare-crash-'))
  let keepsFolder = false
  await using opening = new AsyncDisposableStack()
  opening.defer(async () => {
    if (!keepsFolder) await rm(folder, { recursive: true, force: true })
  })
  const postgres = order.database === 'postgresql' ? opening.use(await openPostgresServer()) : undefined
  const sink = opening.use(await openSinkProcess({ records: true }))
  const { workers, key } = await openWorkers({ ...order, folder, databaseUrl: postgres?.url, say }, opening)
  const ask = askerOf(workers, key)

  const { senderId, emailId } = await ask(async (client) => {
    await importPeople(client, folder, { first: 0, count: order.recipients })
    return {
      emailId: await createNewsletter(client),
      senderId: await createSender(client, 'Sink', { host: '127.0.0.1', port: sink.port }),
    }
  })
  const opened = opening.move()
  return {
    workers,
    postgres,
    sink,
    senderId,
    emailId,
    folder,
    ask,
    keepFolder() {
      keepsFolder = true
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

interface WorkersPlan extends Pick<CrashOrder, 'workers'> {
  readonly folder: string
  readonly databaseUrl: string | undefined
  readonly say: (line: string) => void
}

/**
 * Workers of one installation on one machine: one database, one master key and, so that each can read the journal of a dead
 * one, one data folder.
 */
async function openWorkers(
  { workers, folder, databaseUrl, say }: WorkersPlan,
  opening: AsyncDisposableStack,
): Promise<{ readonly workers: readonly Worker[]; readonly key: string }> {
  const dataDir = join(folder, 'data')
  await mkdir(dataDir)
  const environment = {
    FANFARE_SECRET: randomBytes(32).toString('base64'),
    FANFARE_HTTP_RATE_LIMIT_FACTOR: '1000',
  }
  const open = async (number: number) => {
    const name = `worker ${number}`
    const worker = await openWorker({
      name,
      server: { dataDir, databaseUrl, services, environment },
      logFile: join(folder, `worker-${number}.log`),
      onFall: (ending, lastWords) => say(`${name} ended by itself with ${ending}:\n${lastWords}`),
    })
    return opening.use(worker)
  }
  const first = await open(1)
  if (first.setupLink === undefined) throw new Error('The first start printed no setup link.')
  // Before the next one starts: a start makes the links of those before it void.
  const key = await makeOwner(first.setupLink, 'Crash')
  const opened = [first]
  for (let number = 2; number <= workers; number++) opened.push(await open(number))
  return { workers: opened, key }
}

const patienceMs = 2 * 60_000
const answerMs = 20_000

function askerOf(workers: readonly Worker[], key: string): Stage['ask'] {
  let turn = 0
  return async (question) => {
    const until = performance.now() + patienceMs
    for (;;) {
      const up = workers.filter(({ isUp }) => isUp)
      turn += 1
      try {
        const worker = up[turn % Math.max(1, up.length)]
        if (worker !== undefined) return await question(worker.client(key), AbortSignal.timeout(answerMs))
      } catch (error) {
        // A worker that was killed over it; or its database.
        if (performance.now() > until) throw error
      }
      if (performance.now() > until) throw new Error('No worker has answered for two minutes')
      await sleep(100)
    }
  }
}
