import type { Brand } from '../contract.ts'
import type { Trx } from './schema.ts'

export async function findBrand(trx: Trx, tenantId: string): Promise<Brand | undefined> {
  const row = await trx.selectFrom('ai.brand').select('brand').where('tenant_id', '=', tenantId).executeTakeFirst()
  return row?.brand
}

export async function putBrand(trx: Trx, tenantId: string, { brand, now }: { brand: Brand; now: Date }): Promise<void> {
  const columns = { brand: JSON.stringify(brand), updated_at: now }
  await trx
    .insertInto('ai.brand')
    .values({ tenant_id: tenantId, ...columns })
    .onConflict((conflict) => conflict.column('tenant_id').doUpdateSet(columns))
    .execute()
}
