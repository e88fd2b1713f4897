import { existsSync, readFileSync } from 'node:fs'
import { sourceFiles } from '../guards/files.ts'

/** One test, by the file it stands in and the title it bears. */
export interface TitledTest {
  readonly path: string
  readonly title: string
}

export const states = ['test', 'shown', 'none', 'part', 'open'] as const
export type State = (typeof states)[number]

/** One thing to hold to, and how it stands. */
export interface Item {
  readonly ids: readonly string[]
  /** Of ASVS; for an advisory, the product that it was about. */
  readonly kind: string
  readonly about: string
  readonly state: State
  readonly words: string
  readonly tests: readonly TitledTest[]
}

const folders: Readonly<Record<string, string>> = {
  K: 'packages/kernel/test',
  D: 'services/delivery/test',
  I: 'services/identity/test',
  C: 'services/content/test',
  A: 'services/audience/test',
  S: 'apps/server/test',
}

/** Every test of the product. */
export function titledTests(): TitledTest[] {
  return sourceFiles('{packages,services,apps,scripts}/**/*.test.ts').flatMap(({ path, text }) =>
    [...text.matchAll(/^\s*(?:test|it)\(\s*(?:'((?:[^'\\]|\\.)*)'|`([^`]*)`|"([^"]*)")/gm)].map((match) => ({
      path,
      title: (match[1] ?? match[2] ?? match[3] ?? '').replaceAll("\\'", "'"),
    })),
  )
}

/** The items of ASVS, and what is wrong with the list. */
export function asvsItems(tests: readonly TitledTest[]) {
  const byId = new Map<string, TitledTest[]>()
  for (const test of tests) {
    for (const [, ids = ''] of test.title.matchAll(/\(ASVS ([\d., ]+)\)/g)) {
      for (const id of ids.split(',').map((text) => text.trim())) byId.set(id, [...(byId.get(id) ?? []), test])
    }
  }
  const { items, faults } = readItems('asvs.txt', tests, (ids) => ids.flatMap((id) => byId.get(id) ?? []))
  return { items, faults: [...faults, ...wrongCounts(items)] }
}

/** Of the 345 of ASVS 5.0.0, 70 are of level 1 and 183 of level 2. */
function wrongCounts(items: readonly Item[]): string[] {
  const wanted = { '1': 70, '2': 183 }
  return Object.entries(wanted).flatMap(([level, count]) => {
    const found = new Set(items.filter(({ kind }) => kind === level).flatMap(({ ids }) => ids)).size
    return found === count ? [] : [`asvs.txt maps ${found} ids of level ${level}; ASVS 5.0.0 has ${count}`]
  })
}

/** The advisories, and what is wrong with the list. */
export function advisoryItems(tests: readonly TitledTest[]) {
  const { items, faults } = readItems('advisories.txt', tests, (ids) =>
    tests.filter(({ title }) => ids.some((id) => title.includes(id))),
  )
  // One test that bears one of several ids would hide the others.
  const unnamed = items
    .filter(({ state }) => state === 'test')
    .flatMap(({ ids }) => ids.filter((id) => !tests.some(({ title }) => title.includes(id))))
  return { items, faults: [...faults, ...unnamed.map((id) => `advisories.txt: no test bears ${id} in its title`)] }
}

function readItems(
  file: string,
  tests: readonly TitledTest[],
  titled: (ids: readonly string[]) => readonly TitledTest[],
): { items: Item[]; faults: string[] } {
  const faults: string[] = []
  const seen = new Set<string>()
  const lines = readFileSync(new URL(`security/${file}`, import.meta.url), 'utf8').split('\n')
  const items = lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line): Item => {
      const [named = '', kind = '', about = '', given = '', text = ''] = line.split(' | ').map((cell) => cell.trim())
      const ids = named.split(' ')
      const state = given.replace(/ ?\|$/, '') as State
      const say = (fault: string) => faults.push(`${file}: ${named} ${fault}`)
      if (!states.includes(state)) say(`has the state '${given}'; there are ${states.join(', ')}`)
      for (const id of ids.filter((each) => seen.has(each))) say(`names ${id} again`)
      for (const id of ids) seen.add(id)

      const wanted = [...text.matchAll(/\[([^\]:]+): ?([^\]]*)\]/g)]
      const found = wanted.map(([, path = '', title = '']) => findTest(tests, pathOf(path), title))
      const named_ = found.flatMap((test) => (test ? [test] : []))
      const all = [...new Set([...titled(ids), ...named_])]
      for (const [index, [whole]] of wanted.entries()) {
        if (found[index] === undefined) say(`names ${whole}, which is no test`)
      }
      for (const [, path = ''] of text.matchAll(/`([\w./-]+\/[\w./-]+)`/g)) {
        if (!existsSync(new URL(`../../${path}`, import.meta.url))) say(`points to ${path}, which is not there`)
      }
      if (all.length === 0 && (state === 'test' || state === 'part'))
        say('has no test: name one, or say that it is open')
      if (all.length > 0 && (state === 'open' || state === 'none')) {
        say(`is said not to be met or not to apply, and ${all[0]?.path} shows it: say which of the two is wrong`)
      }
      const words = text
        .replace(/;? ?\[[^\]]*\];?/g, ' ')
        .replace(/\s+/g, ' ')
        .trim()
      return {
        ids,
        kind,
        about,
        state,
        words,
        tests: all,
      }
    })
  return { items, faults }
}

function pathOf(short: string): string {
  return short.replace(/^([A-Z])\//, (_, letter: string) => `${folders[letter] ?? letter}/`)
}

function findTest(tests: readonly TitledTest[], path: string, title: string): TitledTest | undefined {
  return title === '' ? undefined : tests.find((test) => test.path === path && test.title.startsWith(title))
}

const marks: Readonly<Record<State, string>> = {
  test: 'tested',
  shown: 'shown',
  none: 'does not apply',
  part: '**met in part**',
  open: '**not met yet**',
}

/** docs/security.md: what is held to, item by item, with the test that shows it or the reason why not. */
export function securityPage(): { text: string; faults: readonly string[] } {
  const tests = titledTests()
  const asvs = asvsItems(tests)
  const advisories = advisoryItems(tests)
  const text = [
    '# Security',
    '',
    'Generated by `npm run gen` from the titles of the tests and from the lists in `scripts/gen/security/`. How keys, logs, calls out and',
    'data are kept is in [security-notes.md](security-notes.md). Whoever finds a hole: write to the maintainers before telling others.',
    '',
    '## OWASP ASVS 5.0.0, levels 1 and 2',
    '',
    'Every id of levels 1 and 2, and some of level 3. The words are ours; the requirements are at <https://github.com/OWASP/ASVS>.',
    '',
    summaryOf(asvs.items),
    '',
    '| id | level | about | state | where |',
    '| --- | --- | --- | --- | --- |',
    ...asvs.items.map((item) => rowOf(item)),
    '',
    '## Advisories of comparable products',
    '',
    'What went wrong elsewhere, and the rule that we drew from it.',
    '',
    summaryOf(advisories.items),
    '',
    '| ids | product | rule | state | where |',
    '| --- | --- | --- | --- | --- |',
    ...advisories.items.map((item) => rowOf(item)),
    '',
  ].join('\n')
  return { text, faults: [...asvs.faults, ...advisories.faults] }
}

function summaryOf(items: readonly Item[]): string {
  const counts = states.map(
    (state) => `${items.filter((item) => item.state === state).length} ${marks[state].replaceAll('*', '')}`,
  )
  return `Of ${items.length}: ${counts.join(', ')}.`
}

const mostTests = 4

function rowOf({ ids, kind, about, state, words, tests }: Item): string {
  const named = tests
    .slice(0, mostTests)
    .map(({ path, title }) => `${linkTo(path)}: ${title.replace(/ ?\(ASVS [^)]*\)/g, '')}`)
  const more = tests.length > mostTests ? [`and ${tests.length - mostTests} more`] : []
  const where = [words, ...named, ...more].filter((text) => text !== '').join('; ')
  return `| ${[ids.join(', '), kind, about, marks[state], where].map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

function linkTo(path: string): string {
  return `[${path.split('/').at(-1)}](../${path})`
}
