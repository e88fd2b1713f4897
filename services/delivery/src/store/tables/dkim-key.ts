import type { Generated } from 'kysely'
import type { DkimAlgorithm, dkimKeyStates } from '../../contract.ts'

export interface DkimKeyTable {
  tenant_id: string
  id: string
  domain: string
  selector: string
  algorithm: DkimAlgorithm
  private_key: string
  public_key: string
  state: Generated<(typeof dkimKeyStates)[number]>
  created_at: Date
  activated_at: Date | null
  retired_at: Date | null
}
