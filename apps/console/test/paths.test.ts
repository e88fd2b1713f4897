import { expect, test } from 'vitest'
import { ownPath, paths } from '../src/paths.ts'

test.each([
  ['/campaigns/1?step=check', '/campaigns/1?step=check'],
  ['/', '/'],
  ['//evil.example/x', paths.home],
  ['/\\evil.example', paths.home],
  ['https://evil.example/', paths.home],
  ['javascript:alert(1)', paths.home],
  ['/\t/evil.example', paths.home],
  ['/\n/evil.example', paths.home],
  ['/.//evil.example', paths.home],
  ['/x/..//evil.example', paths.home],
  ['/%2e//evil.example', paths.home],
  ['///evil.example', paths.home],
  [' //evil.example', paths.home],
  ['/@evil.example', '/@evil.example'],
  ['.evil.example', paths.home],
  ['data:text/html,x', paths.home],
  [paths.signIn, paths.home],
  [undefined, paths.home],
])('after signing in, %j leads to %j', (wanted, expected) => {
  expect(ownPath(wanted)).toBe(expected)
})
