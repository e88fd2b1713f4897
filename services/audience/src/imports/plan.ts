import type { ColumnTarget, ConsentBasis, Field } from '../contract.ts'

/** What the person confirmed: everything a run needs besides the file. */
export interface ImportPlan {
  readonly columns: readonly ColumnTarget[]
  /** Types of the fields that columns go to, by key. */
  readonly types: Readonly<Record<string, Field['type']>>
  readonly consentBasis: ConsentBasis
  readonly listId: string | undefined
  readonly tags: readonly string[]
  readonly onDuplicate: 'update' | 'keep'
}
