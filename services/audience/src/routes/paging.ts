import { decodeCursor, encodeCursor, type PageQuery } from '@fanfare/kernel'
import { z } from 'zod'

/** Where a page ordered by id begins; a cursor that is none of ours begins at the top. */
export function pageFrom({ cursor, limit }: PageQuery): { before: string | undefined; limit: number } {
  return { before: decodeCursor(cursor, z.tuple([z.uuid()]))?.[0], limit }
}

/** The body of a page. */
export function pageBody<T>({ rows, next }: { rows: T[]; next: string | undefined }): {
  rows: T[]
  nextCursor: string | null
} {
  return { rows, nextCursor: next === undefined ? null : encodeCursor([next]) }
}

/** The headers of a CSV download. */
export function csvHeaders(fileName: string): Record<string, string> {
  return {
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': `attachment; filename="${fileName}"`,
    'cache-control': 'no-store',
  }
}
