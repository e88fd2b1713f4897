import { queryOptions } from '@tanstack/react-query'
import { download, fanfare, given, take, upload, withQuery } from './call.ts'
import { pagedQuery } from './pages.ts'
import type {
  Contact,
  ContactChange,
  ContactStatus,
  Field,
  Import,
  NewContact,
  NewList,
  NewSegment,
  NewSuppression,
  SegmentRules,
  StartImport,
  Suppression,
} from './types.ts'

export interface ContactFilters {
  search?: string | undefined
  listId?: string | undefined
  segmentId?: string | undefined
  tag?: string | undefined
  status?: ContactStatus | undefined
}

export const contactsQuery = (filters: ContactFilters) =>
  pagedQuery<Contact>('/v1/contacts', filters, (page, signal) =>
    take(fanfare.GET('/v1/contacts', { params: { query: { ...given(filters), ...page } }, signal })),
  )
export const contactMatchesQuery = (search: string, limit: number) =>
  queryOptions({
    queryKey: ['contact-matches', search, limit],
    queryFn: ({ signal }) => take(fanfare.GET('/v1/contacts', { params: { query: { search, limit } }, signal })),
  })
export const contactQuery = (id: string) =>
  queryOptions({
    queryKey: ['contact', id],
    queryFn: ({ signal }) =>
      take(fanfare.GET('/v1/contacts/{contactId}', { params: { path: { contactId: id } }, signal })),
  })
export const contactCountsQuery = queryOptions({
  queryKey: ['contact-counts'],
  queryFn: ({ signal }) => take(fanfare.GET('/v1/contacts/count', { signal })),
})
export const fieldsQuery = queryOptions({
  queryKey: ['fields'],
  queryFn: ({ signal }) => take(fanfare.GET('/v1/fields', { signal })),
  staleTime: 30_000,
})
export const tagsQuery = queryOptions({
  queryKey: ['tags'],
  queryFn: ({ signal }) => take(fanfare.GET('/v1/tags', { signal })),
})
export const listsQuery = queryOptions({
  queryKey: ['lists'],
  queryFn: ({ signal }) => take(fanfare.GET('/v1/lists', { signal })),
})
export const segmentsQuery = queryOptions({
  queryKey: ['segments'],
  queryFn: ({ signal }) => take(fanfare.GET('/v1/segments', { signal })),
})
export const segmentQuery = (id: string) =>
  queryOptions({
    queryKey: ['segments', id],
    queryFn: ({ signal }) =>
      take(fanfare.GET('/v1/segments/{segmentId}', { params: { path: { segmentId: id } }, signal })),
  })
export const segmentCountQuery = (rules: SegmentRules) =>
  queryOptions({
    queryKey: ['segment-count', rules],
    queryFn: ({ signal }) => take(fanfare.POST('/v1/segments/count', { body: { rules }, signal })),
  })
export const importsQuery = pagedQuery<Import>('/v1/imports', {}, (page, signal) =>
  take(fanfare.GET('/v1/imports', { params: { query: page }, signal })),
)
export const importQuery = (id: string) =>
  queryOptions({
    queryKey: ['import', id],
    queryFn: ({ signal }) =>
      take(fanfare.GET('/v1/imports/{importId}', { params: { path: { importId: id } }, signal })),
  })
export const suppressionsQuery = (search: string | undefined) =>
  pagedQuery<Suppression>('/v1/suppressions', { search }, (page, signal) =>
    take(fanfare.GET('/v1/suppressions', { params: { query: { ...given({ search }), ...page } }, signal })),
  )

export const createContact = (body: NewContact) => take(fanfare.POST('/v1/contacts', { body }))
export const updateContact = (id: string, body: ContactChange) =>
  take(fanfare.PATCH('/v1/contacts/{contactId}', { params: { path: { contactId: id } }, body }))
export const deleteContact = (id: string) =>
  take(fanfare.DELETE('/v1/contacts/{contactId}', { params: { path: { contactId: id } } }))
export const exportContacts = (query: { listId?: string | undefined; segmentId?: string | undefined }) =>
  download(withQuery('/v1/contacts/export', query), 'contacts.csv')
export const createField = (body: Field) => take(fanfare.POST('/v1/fields', { body }))

export const createList = (body: NewList) => take(fanfare.POST('/v1/lists', { body }))
export const updateList = (id: string, body: NewList) =>
  take(fanfare.PATCH('/v1/lists/{listId}', { params: { path: { listId: id } }, body }))
export const deleteList = (id: string) =>
  take(fanfare.DELETE('/v1/lists/{listId}', { params: { path: { listId: id } } }))
export const addToList = (id: string, contactIds: string[]) =>
  take(fanfare.POST('/v1/lists/{listId}/contacts', { params: { path: { listId: id } }, body: { contactIds } }))

export const createSegment = (body: NewSegment) => take(fanfare.POST('/v1/segments', { body }))
export const updateSegment = (id: string, body: NewSegment) =>
  take(fanfare.PUT('/v1/segments/{segmentId}', { params: { path: { segmentId: id } }, body }))
export const deleteSegment = (id: string) =>
  take(fanfare.DELETE('/v1/segments/{segmentId}', { params: { path: { segmentId: id } } }))

export const uploadImport = (file: File, onProgress: (share: number) => void) =>
  upload<Import>(withQuery('/v1/imports', { fileName: file.name }), file, onProgress)
export const startImport = (id: string, body: StartImport) =>
  take(fanfare.POST('/v1/imports/{importId}/start', { params: { path: { importId: id } }, body }))
export const cancelImport = (id: string) =>
  take(fanfare.POST('/v1/imports/{importId}/cancel', { params: { path: { importId: id } } }))
export const downloadRejects = (id: string) => download(`/v1/imports/${id}/rejects`, 'rejected-rows.csv')

export const createSuppression = (body: NewSuppression) => take(fanfare.POST('/v1/suppressions', { body }))
export const deleteSuppression = (id: string) =>
  take(fanfare.DELETE('/v1/suppressions/{suppressionId}', { params: { path: { suppressionId: id } } }))
