import { notifications } from '@mantine/notifications'
import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query'
import { isProblem } from '../api/problem.ts'

export interface ActOptions<T> {
  /** Said in a notification when it is done. */
  done?: string | ((result: T) => string)
  /** What the change made stale. */
  refresh?: readonly QueryKey[]
  onDone?: (result: T) => void
}

/** A change made by a button: says when it is done, says why when it is not, and reads again what it made stale. */
export function useAct<T, V = void>(act: (input: V) => Promise<T>, { done, refresh = [], onDone }: ActOptions<T> = {}) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: act,
    onSuccess: async (result) => {
      await Promise.all(refresh.map((queryKey) => client.invalidateQueries({ queryKey })))
      if (done !== undefined) say(typeof done === 'function' ? done(result) : done)
      onDone?.(result)
    },
    onError: sayProblem,
  })
}

export function say(message: string): void {
  notifications.show({ message, withBorder: true, autoClose: 4_000 })
}

export function sayProblem(error: unknown): void {
  const problem = isProblem(error) ? error : undefined
  const sentence = error instanceof Error ? error.message : String(error)
  const details = problem?.violations.map(({ message }) => message).join(' ')
  notifications.show({
    color: 'red',
    withBorder: true,
    autoClose: 10_000,
    title: details ? sentence : undefined,
    message: [details || sentence, problem?.requestId ? `(request ${problem.requestId})` : ''].join(' '),
  })
}
