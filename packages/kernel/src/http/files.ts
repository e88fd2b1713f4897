import { access } from 'node:fs/promises'
import path from 'node:path'
import fastifyStatic from '@fastify/static'
import type { Door } from './door.ts'
import { httpProblem } from './problems.ts'
import { sendFailure } from './server.ts'

const oneYear = 'public, max-age=31536000, immutable'

/** Serves the console's built files, if a folder was given and is built. */
export async function serveFolder(door: Door): Promise<void> {
  const folder = door.files
  if (folder === undefined) return
  if (!(await isBuilt(folder))) {
    door.context.log.warn({ folder }, 'there is no index.html in the folder of pages, so only the API is served')
    door.files = undefined
    return
  }
  await door.app.register(fastifyStatic, {
    root: path.resolve(folder),
    wildcard: false,
    index: ['index.html'],
    cacheControl: false,
    setHeaders: (reply, file) => {
      reply.header('cache-control', hashed.test(file) ? oneYear : 'no-cache')
    },
  })
}

/** A bundler's `name-[hash].ext` in its assets folder: another content has another name. */
const hashed = /[\\/]assets[\\/].*-[\w-]{8,}\.\w+$/

function isBuilt(folder: string): Promise<boolean> {
  return access(path.join(folder, 'index.html')).then(
    () => true,
    () => false,
  )
}

/** Unknown paths: the console's page for a person who opens a link into it, a problem for everybody else. */
export function answerUnknown(door: Door): void {
  door.app.setNotFoundHandler((request, reply) => {
    const where = request.url.split('?', 1)[0] ?? '/'
    const wantsPage = request.method === 'GET' && (request.headers.accept ?? '').includes('text/html')
    if (door.files !== undefined && wantsPage && !/^\/v\d+(\/|$)/.test(where)) {
      return reply.header('cache-control', 'no-cache').sendFile('index.html')
    }
    sendFailure(httpProblem('no_route', { detail: { path: where.slice(0, 200) } }), request, reply)
    return reply
  })
}
