import assert from 'node:assert/strict'
import { basename, dirname } from 'node:path'
import { test } from 'node:test'
import { linesLike, sourceFiles } from './files.ts'

const everything = sourceFiles(
  '{packages,services,apps,bench,scripts,e2e}/**/*.{ts,tsx}',
  'packages/*/*.ts',
  'services/*/migrations/*.ts',
)
const server = sourceFiles('packages/{kernel,cli}/src/**/*.ts', 'services/*/src/**/*.ts', 'apps/server/*.ts')
const domain = sourceFiles('services/*/src/**/*.ts')

/** Files past the limit that may stay, each with its reason. */
const longFiles = new Map<string, string>([])

test('no file is longer than 400 lines', (t) => {
  const sizes = everything
    .map(({ path, text }) => ({ path, lines: text.split('\n').length }))
    .sort((a, b) => b.lines - a.lines)
  for (const { path, lines } of sizes.slice(0, 10)) t.diagnostic(`${lines} ${path}`)
  const tooLong = sizes.filter(({ path, lines }) => lines > 400 && !longFiles.has(path))
  assert.deepEqual(tooLong, [], 'Split these by noun (HOUSE-STYLE, Sizes)')
})

test('index.ts stands only in published packages', () => {
  const published = /^packages\/(kernel|testkit|sdk)\/src\/index\.ts$/
  const barrels = everything.filter(({ path }) => basename(path).startsWith('index.ts') && !published.test(path))
  assert.deepEqual(
    barrels.map(({ path }) => path),
    [],
    'Import the file itself instead of a barrel',
  )
})

test('no folder is a drawer for everything', () => {
  const drawers = new Set(['shared', 'common', 'core', 'lib', 'utils', 'helpers', 'misc'])
  const found = everything.filter(({ path }) =>
    dirname(path)
      .split('/')
      .some((folder) => drawers.has(folder)),
  )
  assert.deepEqual(
    found.map(({ path }) => path),
    [],
    'Give the folder the name of what it holds',
  )
})

test('the environment is read in one file', () => {
  const readers = linesLike(server, /process\.env\b/).filter(
    (line) => !line.startsWith('packages/kernel/src/environment.ts'),
  )
  assert.deepEqual(readers, [], 'Take a config field, or the environment that start was given')
})

test('novuhq/novu#10912, novuhq/novu-3.15.0: everything outbound by HTTP goes through the egress client', () => {
  const ways = /(?<![.\w])fetch\(|globalThis\.fetch\(|from 'undici'|from 'node:https?'|from 'axios'/
  const allowed = /^packages\/kernel\/src\/(egress|http)[./]|^packages\/cli\/src\/|-double\.ts|double/
  const found = linesLike(server, ways).filter((line) => !allowed.test(line))
  assert.deepEqual(found, [], 'Take Egress as a need and call egress.fetch')
})

test('services take time and chance from what they are given', () => {
  const found = linesLike(domain, /new Date\(\)|Date\.now\(\)|Math\.random\(\)/).filter(
    (line) => !line.includes('double'),
  )
  assert.deepEqual(found, [], 'Take clock or ids from the service context')
})

test('only default exports that a tool asks for', () => {
  const found = linesLike(everything, /^export default/).filter((line) => !/\.config\.ts/.test(line))
  assert.deepEqual(found, [], 'Use a named export')
})

test('nothing is left for later without an issue', () => {
  const found = linesLike(everything, /\bFIXME\b|\bXXX\b|\bHACK\b|TODO(?!\(#\d+\))/).filter(
    (line) => !line.startsWith('scripts/guards/'),
  )
  assert.deepEqual(found, [], 'Do it, or write @TODO(#issue)')
})

test('what a query may read across workspaces ends with the query', () => {
  const opening = /set_config\('(app\.\w+)', 'on', (\w+)\)|set (local )?(app\.\w+) = 'on'/g
  const found = domain.flatMap(({ path, text }) =>
    [...text.matchAll(opening)].flatMap(([, byFunction, isLocal, local, byStatement]) => {
      const name = byFunction ?? byStatement
      const endsWithTransaction = isLocal === 'true' || local !== undefined
      const isTakenBack = text.includes(`'${name}', ''`) || text.includes(`${name} = ''`)
      return endsWithTransaction && isTakenBack ? [] : [`${path}: ${name}`]
    }),
  )
  assert.deepEqual(found, [], "Set it for the transaction only, and to '' again after the one query")
})
