import { z } from 'zod'

/** The query of a list route: how many, and where the last page ended. */
export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(25).describe('Rows in a page, 1 to 100'),
  cursor: z.string().max(500).optional().describe('`nextCursor` of the page before'),
})
export type PageQuery = z.infer<typeof PageQuery>

/** The reply of a list route: rows, and the cursor of the next page or null at the end. */
export function pageOf<T extends z.ZodType>(row: T) {
  return z.object({ rows: z.array(row), nextCursor: z.string().nullable() })
}

/** Packs the sort key of the last row; opaque to callers. */
export function encodeCursor(key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url')
}

/** Unpacks a cursor, or undefined when it was not made by `encodeCursor` or has another shape. */
export function decodeCursor<T extends z.ZodType>(cursor: string | undefined, shape: T): z.output<T> | undefined {
  if (cursor === undefined) return undefined
  try {
    return shape.safeParse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))).data
  } catch {
    return undefined
  }
}
