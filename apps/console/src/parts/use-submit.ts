import type { UseFormReturnType } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ApiProblem, fieldErrors, isProblem } from '../api/problem.ts'
import { type ActOptions, say } from './use-act.tsx'

/**
 * Sends a form. Violations land on the fields they name; `problem` holds a failure that no field shows, for an alert
 * above the button.
 */
export function useSubmit<V extends Record<string, unknown>, T>(
  form: Pick<UseFormReturnType<V>, 'setErrors' | 'getValues'>,
  send: (values: V) => Promise<T>,
  { done, refresh = [], onDone }: ActOptions<T> = {},
) {
  const client = useQueryClient()
  const { mutate, isPending, error } = useMutation({
    mutationFn: send,
    onSuccess: async (result) => {
      await Promise.all(refresh.map((queryKey) => client.invalidateQueries({ queryKey })))
      if (done !== undefined) say(typeof done === 'function' ? done(result) : done)
      onDone?.(result)
    },
    onError: (failure) => form.setErrors(fieldErrors(failure, namesOf(form.getValues())).byField),
  })
  const problem = unshown(error, namesOf(form.getValues()))
  return { submit: (values: V) => mutate(values), isPending, problem }
}

/** Fields of a form, nested ones as `smtp.host`, the deepest first. */
function namesOf(values: Record<string, unknown>, prefix = ''): string[] {
  return Object.entries(values).flatMap(([name, value]) => {
    const path = prefix + name
    const nested = typeof value === 'object' && value !== null && !Array.isArray(value)
    return nested ? [...namesOf(value as Record<string, unknown>, `${path}.`), path] : [path]
  })
}

function unshown(error: Error | null, fields: readonly string[]): Error | undefined {
  if (error === null) return undefined
  if (!isProblem(error) || error.violations.length === 0) return error
  const { rest } = fieldErrors(error, fields)
  if (rest.length === 0) return undefined
  const { message, status, code, retryable, requestId } = error
  return new ApiProblem({
    title: message,
    status,
    code,
    retryable,
    violations: rest,
    ...(requestId === undefined ? {} : { requestId }),
  })
}
