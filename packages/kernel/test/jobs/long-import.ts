import { z } from 'zod'
import { defineJob } from '../../src/index.ts'

/** The shortest heartbeat there is, so that its tests need not wait longer. */
export const LongImport = defineJob('note.long-import', z.object({ key: z.string() }), { heartbeatSeconds: 10 })
