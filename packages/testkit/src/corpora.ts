import { existsSync } from 'node:fs'

/**
 * Where a file or folder of `shared/corpora`, beside the repository, is; undefined when this machine has none.
 *
 * @example const cases = corpus('csv/quoted.csv') ?? t.skip('the corpus of CSV files is not on this machine')
 */
export function corpus(path: string): URL | undefined {
  const found = new URL(`../../../../shared/corpora/${path}`, import.meta.url)
  return existsSync(found) ? found : undefined
}
