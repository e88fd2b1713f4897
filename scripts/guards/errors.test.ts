import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sourceFiles } from './files.ts'

const files = sourceFiles('packages/*/src/**/*.ts', 'services/*/src/**/*.ts', 'apps/server/*.ts')

/** The tables of codes: `defineProblems('audience', { … })`. */
function* tables() {
  for (const { path, text } of files) {
    for (const match of text.matchAll(/defineProblems\('([\w.]+)', \{([\s\S]*?)\n\}\)/g)) {
      const names = [...(match[2] as string).matchAll(/^ {2}(\w+): \{/gm)].map((row) => row[1] as string)
      yield { path, service: match[1] as string, names }
    }
  }
}

test('every error code is used somewhere', () => {
  const dead: string[] = []
  for (const { path, service, names } of tables()) {
    const neighbours = files.filter(
      (file) => file.path.split('/').slice(0, 2).join('/') === path.split('/').slice(0, 2).join('/'),
    )
    for (const name of names) {
      const used = neighbours.some(({ text }) => new RegExp(`['"](?:${service}\\.)?${name}['"]`).test(text))
      if (!used) dead.push(`${service}.${name} (${path})`)
    }
  }
  assert.deepEqual(dead, [], 'Remove the code, or throw it')
})

test('every service keeps its codes in one table', () => {
  const homes = new Map<string, string[]>()
  for (const { path, service } of tables()) homes.set(service, [...(homes.get(service) ?? []), path])
  for (const [service, paths] of homes) assert.equal(paths.length, 1, `${service} has tables in ${paths.join(', ')}`)
})
