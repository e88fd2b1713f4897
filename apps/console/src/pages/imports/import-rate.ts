import type { Import } from '../../api/types.ts'

/** Rows read in a second, over the whole run so far. */
export function rowsPerSecond(
  { rowsRead, startedAt, finishedAt }: Pick<Import, 'rowsRead' | 'startedAt' | 'finishedAt'>,
  now: number,
): number {
  if (startedAt === null) return 0
  const seconds = ((finishedAt === null ? now : Date.parse(finishedAt)) - Date.parse(startedAt)) / 1000
  return Math.round(rowsRead / Math.max(seconds, 0.001))
}
