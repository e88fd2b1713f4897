import { recordAudit } from '@fanfare/identity/contract'
import { Brand } from './contract.ts'
import type { Deps } from './deps.ts'
import { findBrand, putBrand } from './store/brand.ts'

/** What the workspace says about itself; blank until somebody has said something. */
export async function getBrand({ db }: Pick<Deps, 'db'>, tenantId: string): Promise<Brand> {
  return (await db.withTenant(tenantId, (trx) => findBrand(trx, tenantId))) ?? Brand.parse({})
}

export async function updateBrand(
  { db, clock, events }: Pick<Deps, 'db' | 'clock' | 'events'>,
  tenantId: string,
  brand: Brand,
): Promise<Brand> {
  await db.withTenant(tenantId, async (trx) => {
    const before = (await findBrand(trx, tenantId)) ?? Brand.parse({})
    await putBrand(trx, tenantId, { brand, now: clock.now() })
    await recordAudit(events, { tenantId, action: 'brand.updated', before, after: brand })
  })
  return brand
}
