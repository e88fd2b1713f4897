import pg from 'pg'

/**
 * How column values reach JavaScript, the same on both databases:
 * int8 → number, or bigint past 2^53; numeric, date, time, interval, uuid and all other types → text as PostgreSQL
 * writes it; timestamp (taken as UTC) and timestamptz → Date; json → parsed; bytea → Buffer; arrays → arrays of these.
 */
const { builtins } = pg.types
type Parse = (text: string) => unknown

const scalars: ReadonlyMap<number, Parse> = new Map<number, Parse>([
  [builtins.BOOL, (text) => text === 't'],
  [builtins.INT2, Number],
  [builtins.INT4, Number],
  [builtins.OID, Number],
  [builtins.FLOAT4, Number],
  [builtins.FLOAT8, Number],
  [builtins.INT8, wholeNumber],
  [builtins.TIMESTAMP, (text) => dateOf(`${text}Z`)],
  [builtins.TIMESTAMPTZ, dateOf],
  [builtins.JSON, JSON.parse],
  [builtins.JSONB, JSON.parse],
  [builtins.BYTEA, (text) => Buffer.from(text.slice(2), 'hex')],
])

/** Array types by the type of their elements; pg_type.dat of PostgreSQL is the source of the numbers. */
const arrays: ReadonlyMap<number, number> = new Map([
  [1000, builtins.BOOL],
  [1001, builtins.BYTEA],
  [1005, builtins.INT2],
  [1007, builtins.INT4],
  [1016, builtins.INT8],
  [1028, builtins.OID],
  [1021, builtins.FLOAT4],
  [1022, builtins.FLOAT8],
  [1115, builtins.TIMESTAMP],
  [1185, builtins.TIMESTAMPTZ],
  [199, builtins.JSON],
  [3807, builtins.JSONB],
  [1002, builtins.CHAR],
  [1003, 19],
  [1009, builtins.TEXT],
  [1014, builtins.BPCHAR],
  [1015, builtins.VARCHAR],
  [1231, builtins.NUMERIC],
  [1182, builtins.DATE],
  [1183, builtins.TIME],
  [1187, builtins.INTERVAL],
  [2951, builtins.UUID],
])

const parsers = new Map<number, Parse>(scalars)
for (const [array, element] of arrays) parsers.set(array, arrayOf(scalars.get(element) ?? asText))

/** For pg's `types`: looked up once a column of a result. */
export const valueTypes = {
  getTypeParser: (oid: number): Parse => parsers.get(oid) ?? asText,
}

function asText(text: string): string {
  return text
}

function wholeNumber(text: string): number | bigint {
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : BigInt(text)
}

/** PostgreSQL writes `2026-01-31 10:00:00.123456+00`; its words for infinity become an invalid Date. */
function dateOf(text: string): Date {
  return new Date(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'))
}

function arrayOf(parse: Parse): Parse {
  // The array type of text has the driver's tested parser for quotes, nulls and nesting.
  const texts = pg.types.getTypeParser(1009 as never) as (text: string) => unknown
  const each = (value: unknown): unknown => {
    if (value === null) return null
    return Array.isArray(value) ? value.map(each) : parse(value as string)
  }
  return (text) => each(texts(text))
}
