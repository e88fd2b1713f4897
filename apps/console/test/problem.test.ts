import { expect, test } from 'vitest'
import { ApiProblem, fieldErrors, toProblem } from '../src/api/problem.ts'

const body = {
  title: 'The request is not valid',
  status: 400,
  code: 'http.invalid',
  retryable: false,
  requestId: 'r-1',
  violations: [
    { path: '/body/smtp/host', message: 'Use a host name' },
    { path: '/body/columns/3/key', message: 'Use a letter first' },
    { path: '/query/limit', message: 'At most 100' },
  ],
}

test('a violation lands on the field it names, the deepest one first, and the rest is kept apart', () => {
  const { byField, rest } = fieldErrors(new ApiProblem(body), ['smtp.host', 'smtp', 'columns'])
  expect(byField).toEqual({ 'smtp.host': 'Use a host name', columns: 'Use a letter first' })
  expect(rest.map(({ path }) => path)).toEqual(['/query/limit'])
})

test('a reply that is not problem+json still becomes a sentence that says its status', () => {
  expect(toProblem(502, '<html>Bad gateway</html>')).toMatchObject({
    message: 'The server answered 502',
    code: 'http.502',
    retryable: true,
  })
  expect(toProblem(400, JSON.stringify(body))).toMatchObject({ message: body.title, requestId: 'r-1' })
})
