import { queryOptions } from '@tanstack/react-query'
import { fanfare, take } from './call.ts'
import { pagedQuery } from './pages.ts'
import type { MailboxMessage, NewMailbox } from './types.ts'

const pathOf = (mailboxId: string) => ({ params: { path: { mailboxId } } })

export const mailboxesQuery = queryOptions({
  queryKey: ['mailboxes'],
  queryFn: ({ signal }) => take(fanfare.GET('/v1/mailboxes', { signal })),
  refetchInterval: 15_000,
})
export const mailboxMessagesQuery = (id: string) =>
  pagedQuery<MailboxMessage>(`/v1/mailboxes/${id}/messages`, {}, (page, signal) =>
    take(
      fanfare.GET('/v1/mailboxes/{mailboxId}/messages', { params: { path: { mailboxId: id }, query: page }, signal }),
    ),
  )
export const createMailbox = (body: NewMailbox) => take(fanfare.POST('/v1/mailboxes', { body }))
export const updateMailbox = (id: string, body: NewMailbox) =>
  take(fanfare.PUT('/v1/mailboxes/{mailboxId}', { ...pathOf(id), body }))
export const deleteMailbox = (id: string) => take(fanfare.DELETE('/v1/mailboxes/{mailboxId}', pathOf(id)))
export const checkMailbox = (id: string) => take(fanfare.POST('/v1/mailboxes/{mailboxId}/check', pathOf(id)))
