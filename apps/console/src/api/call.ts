import { createClient, csrfToken } from '@fanfare/sdk'
import { ApiProblem, toProblem, unreachable } from './problem.ts'
import { retryAfterProof, stepUp } from './step-up.ts'
import { workspaceId } from './workspace.ts'

type Query = Readonly<Record<string, string | number | undefined>>

/** A path with its query; empty and undefined values are left out. */
export function withQuery(path: string, query: Query = {}): string {
  const parts = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') parts.set(name, String(value))
  }
  const text = parts.toString()
  return text === '' ? path : `${path}?${text}`
}

/** The routes as the generated SDK types them; each call names the workspace this browser works in. */
export const fanfare = createClient({ url: '', workspace: workspaceId })
retryAfterProof(fanfare, stepUp)

/** What a call came to: its reply's body, or an `ApiProblem` thrown. */
export async function take<T>(asked: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await asked.catch(failed)
  if (!response.ok) throw toProblem(response.status, error)
  return data as T
}

/** A query without what is not given: the routes' types know optional, not undefined. */
export function given<Q extends object>(query: Q): Given<Q> {
  return Object.fromEntries(
    Object.entries(query).filter(([, value]) => value !== undefined && value !== ''),
  ) as Given<Q>
}
type Given<Q> = { [K in keyof Q]?: Exclude<Q[K], undefined> }

/** A reply that is text, not JSON. */
export async function callText(path: string, signal?: AbortSignal): Promise<string> {
  const reply = await fetchFrom(path, { headers: headersFor(undefined), signal: signal ?? null })
  return await reply.text()
}

/** Saves a reply as a file: the workspace header rules out a plain link. */
export async function download(path: string, fileName: string): Promise<void> {
  const reply = await fetchFrom(path, { headers: headersFor(undefined) })
  const url = URL.createObjectURL(await reply.blob())
  const link = document.createElement('a')
  link.href = url
  link.download = fileName
  link.click()
  URL.revokeObjectURL(url)
}

/** Sends a file as the body and tells how far it has come; `fetch` cannot tell. */
export function upload<T>(
  path: string,
  file: File,
  onProgress: (share: number) => void,
  contentType = 'application/octet-stream',
): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', path)
    const headers = headersFor(contentType)
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0)
    request.onerror = () => reject(unreachable())
    request.onload = () => {
      if (request.status < 300) resolve(JSON.parse(request.responseText) as T)
      else reject(toProblem(request.status, request.responseText))
    }
    request.send(file)
  })
}

function headersFor(contentType: string | undefined): Record<string, string> {
  const workspace = workspaceId()
  const csrf = csrfToken()
  return {
    ...(contentType === undefined ? {} : { 'content-type': contentType }),
    ...(workspace === undefined ? {} : { 'fanfare-workspace': workspace }),
    ...(csrf === undefined ? {} : { 'fanfare-csrf': csrf }),
  }
}

async function fetchFrom(path: string, init: RequestInit): Promise<Response> {
  const reply = await fetch(path, init).catch(failed)
  if (!reply.ok) throw toProblem(reply.status, await reply.text())
  return reply
}

/** A call that got no reply: given up by the page, or the server is not there. */
function failed(error: unknown): never {
  if (error instanceof DOMException && error.name === 'AbortError') throw error
  throw unreachable()
}

/** Whether a query should be tried again by itself. */
export function worthRetrying(failures: number, error: unknown): boolean {
  return failures < 2 && error instanceof ApiProblem && error.retryable
}
