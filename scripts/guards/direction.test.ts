import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { basename } from 'node:path'
import { test } from 'node:test'
import { importsOf, sourceFiles } from './files.ts'

const services = new Set(globSync('services/*').map((folder) => basename(folder)))
const isService = (name: string) => services.has(name)

/** `@fanfare/audience/contract` → ['audience', 'contract'] */
function partsOf(imported: string): [string, string] | undefined {
  const match = /^@fanfare\/([\w-]+)(?:\/(.+))?$/.exec(imported)
  return match ? [match[1] as string, match[2] ?? ''] : undefined
}

test('the kernel imports no service', () => {
  for (const file of sourceFiles('packages/kernel/src/**/*.ts')) {
    for (const imported of importsOf(file)) {
      assert.ok(!imported.startsWith('@fanfare/'), `${file.path} imports ${imported}: the kernel knows no domain`)
    }
  }
})

test('a service imports another only through its contract', () => {
  for (const file of sourceFiles('services/*/src/**/*.ts', 'services/*/migrations/**/*.ts')) {
    const own = file.path.split('/')[1]
    for (const imported of importsOf(file)) {
      const [name, path] = partsOf(imported) ?? []
      if (name === undefined || name === own || !isService(name)) continue
      assert.ok(
        path === 'contract' || path === 'permissions',
        `${file.path} imports ${imported}: import @fanfare/${name}/contract and name it in \`needs\``,
      )
      assert.ok(!imported.includes('/src/'), `${file.path} reaches into ${imported}`)
    }
  }
})

test('no file reaches into another package by a relative path', () => {
  for (const file of sourceFiles(
    'packages/*/src/**/*.ts',
    'services/*/src/**/*.ts',
    'apps/console/src/**/*.{ts,tsx}',
  )) {
    const depth = file.path.split('/').length - 3
    for (const imported of importsOf(file)) {
      const ups = (imported.match(/\.\.\//g) ?? []).length
      assert.ok(ups <= depth, `${file.path} imports ${imported}: use the workspace name`)
    }
  }
})

/** Parts of a service that are plain values and arithmetic, made to run in a browser too. */
const pure = new Set(['contract', 'permissions', 'colours'])

test('console, command line and SDK import contracts or the SDK, never a service', () => {
  for (const file of sourceFiles(
    'apps/console/src/**/*.{ts,tsx}',
    'packages/cli/src/**/*.ts',
    'packages/sdk/src/**/*.ts',
  )) {
    for (const imported of importsOf(file)) {
      const [name, path] = partsOf(imported) ?? []
      if (name === undefined || !isService(name)) continue
      assert.ok(pure.has(path ?? ''), `${file.path} imports the service ${imported}`)
    }
  }
})

test('only the kernel opens the owner door of the database', () => {
  for (const file of sourceFiles('services/**/src/**/*.ts', 'apps/server/*.ts', 'packages/cli/src/**/*.ts')) {
    assert.ok(!/\binternalsOf\b/.test(file.text), `${file.path} uses internalsOf: use withTenant or transaction`)
  }
})
