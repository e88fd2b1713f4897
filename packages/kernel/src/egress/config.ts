import { z } from 'zod'

const ports = z
  .string()
  .or(z.array(z.number()))
  .transform((value): (string | number)[] =>
    typeof value === 'string' ? value.split(',').map((part) => part.trim()) : value,
  )
  .pipe(z.array(z.coerce.number<string | number>().int().min(1).max(65_535)))

export const EgressConfig = z.object({
  extraPorts: ports.default([]).describe('Ports that may be called besides 80 and 443'),
  connectTimeoutMs: z.coerce.number().int().min(1).default(3_000),
})
export type EgressConfig = z.output<typeof EgressConfig>
