import type { Row, Trx } from './schema.ts'

/** Undefined when the address has one already: the unique address decides. One that has run out makes room. */
export async function insertInvitation(trx: Trx, invitation: Row<'identity.invitation'>): Promise<string | undefined> {
  const row = await trx
    .insertInto('identity.invitation')
    .values(invitation)
    .onConflict((conflict) =>
      conflict
        .columns(['tenant_id', 'email'])
        .doUpdateSet(invitation)
        .where('identity.invitation.expires_at', '<=', invitation.created_at),
    )
    .returning('id')
    .executeTakeFirst()
  return row?.id
}

const shown = (trx: Trx, tenantId: string) =>
  trx
    .selectFrom('identity.invitation as i')
    .leftJoin('identity.account as a', 'a.id', 'i.invited_by')
    .select([
      'i.id',
      'i.email',
      'i.role',
      'i.invited_by',
      'i.created_at',
      'i.sent_at',
      'i.expires_at',
      'a.name as inviter',
    ])
    .where('i.tenant_id', '=', tenantId)

/** Newest first; those that have run out too, for they can be sent again. */
export function listInvitations(trx: Trx, tenantId: string) {
  return shown(trx, tenantId).orderBy('i.created_at', 'desc').orderBy('i.id').execute()
}

export function findInvitation(trx: Trx, tenantId: string, id: string) {
  return shown(trx, tenantId).where('i.id', '=', id).executeTakeFirst()
}

/** A new link: the former one stops working. */
export async function renewInvitation(
  trx: Trx,
  { tenantId, id, ...renewed }: { tenantId: string; id: string; sent_at: Date; expires_at: Date },
): Promise<void> {
  await trx
    .updateTable('identity.invitation')
    .set(renewed)
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .execute()
}

export async function deleteInvitation(trx: Trx, tenantId: string, id: string) {
  return trx
    .deleteFrom('identity.invitation')
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .returning(['email', 'role'])
    .executeTakeFirst()
}

/** Uses an invitation up. Of any number at once one gets it; nobody but the invited address ever does. */
export function consumeInvitation(
  trx: Trx,
  { tenantId, id, email, now }: { tenantId: string; id: string; email: string; now: Date },
) {
  return trx
    .deleteFrom('identity.invitation')
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .where('email', '=', email)
    .where('expires_at', '>', now)
    .returning(['id', 'role', 'invited_by'])
    .executeTakeFirst()
}
