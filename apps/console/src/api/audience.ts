import { queryOptions } from '@tanstack/react-query'
import { call, download, upload, withQuery } from './call.ts'
import { pagedQuery } from './pages.ts'
import type {
  Contact,
  ContactChange,
  ContactCounts,
  Field,
  Import,
  List,
  NewContact,
  NewList,
  NewSegment,
  NewSuppression,
  Rows,
  Segment,
  SegmentCount,
  SegmentRules,
  StartImport,
  Suppression,
} from './types.ts'

export interface ContactFilters {
  search?: string | undefined
  listId?: string | undefined
  segmentId?: string | undefined
  tag?: string | undefined
  status?: string | undefined
}

export const contactsQuery = (filters: ContactFilters) => pagedQuery<Contact>('/v1/contacts', { ...filters })
export const contactQuery = (id: string) =>
  queryOptions({
    queryKey: ['contact', id],
    queryFn: ({ signal }) => call<Contact>('GET', `/v1/contacts/${id}`, { signal }),
  })
export const contactCountsQuery = queryOptions({
  queryKey: ['contact-counts'],
  queryFn: ({ signal }) => call<ContactCounts>('GET', '/v1/contacts/count', { signal }),
})
export const fieldsQuery = queryOptions({
  queryKey: ['fields'],
  queryFn: ({ signal }) => call<Rows<Field>>('GET', '/v1/fields', { signal }),
  staleTime: 30_000,
})
export const tagsQuery = queryOptions({
  queryKey: ['tags'],
  queryFn: ({ signal }) => call<Rows<{ tag: string; contacts: number }>>('GET', '/v1/tags', { signal }),
})
export const listsQuery = queryOptions({
  queryKey: ['lists'],
  queryFn: ({ signal }) => call<Rows<List>>('GET', '/v1/lists', { signal }),
})
export const segmentsQuery = queryOptions({
  queryKey: ['segments'],
  queryFn: ({ signal }) => call<Rows<Segment>>('GET', '/v1/segments', { signal }),
})
export const segmentQuery = (id: string) =>
  queryOptions({
    queryKey: ['segments', id],
    queryFn: ({ signal }) => call<Segment>('GET', `/v1/segments/${id}`, { signal }),
  })
export const segmentCountQuery = (rules: SegmentRules) =>
  queryOptions({
    queryKey: ['segment-count', rules],
    queryFn: ({ signal }) => call<SegmentCount>('POST', '/v1/segments/count', { body: { rules }, signal }),
  })
export const importsQuery = pagedQuery<Import>('/v1/imports')
export const importQuery = (id: string) =>
  queryOptions({
    queryKey: ['import', id],
    queryFn: ({ signal }) => call<Import>('GET', `/v1/imports/${id}`, { signal }),
  })
export const suppressionsQuery = (search: string | undefined) => pagedQuery<Suppression>('/v1/suppressions', { search })

export const createContact = (body: NewContact) => call<Contact>('POST', '/v1/contacts', { body })
export const updateContact = (id: string, body: ContactChange) => call<Contact>('PATCH', `/v1/contacts/${id}`, { body })
export const deleteContact = (id: string) => call<void>('DELETE', `/v1/contacts/${id}`)
export const exportContacts = (query: { listId?: string | undefined; segmentId?: string | undefined }) =>
  download(withQuery('/v1/contacts/export', query), 'contacts.csv')
export const createField = (body: Field) => call<Field>('POST', '/v1/fields', { body })

export const createList = (body: NewList) => call<List>('POST', '/v1/lists', { body })
export const updateList = (id: string, body: NewList) => call<List>('PATCH', `/v1/lists/${id}`, { body })
export const deleteList = (id: string) => call<void>('DELETE', `/v1/lists/${id}`)
export const addToList = (id: string, contactIds: string[]) =>
  call<{ added: number }>('POST', `/v1/lists/${id}/contacts`, { body: { contactIds } })

export const createSegment = (body: NewSegment) => call<Segment>('POST', '/v1/segments', { body })
export const updateSegment = (id: string, body: NewSegment) => call<Segment>('PUT', `/v1/segments/${id}`, { body })
export const deleteSegment = (id: string) => call<void>('DELETE', `/v1/segments/${id}`)

export const uploadImport = (file: File, onProgress: (share: number) => void) =>
  upload<Import>(withQuery('/v1/imports', { fileName: file.name }), file, onProgress)
export const startImport = (id: string, body: StartImport) => call<Import>('POST', `/v1/imports/${id}/start`, { body })
export const cancelImport = (id: string) => call<Import>('POST', `/v1/imports/${id}/cancel`)
export const downloadRejects = (id: string) => download(`/v1/imports/${id}/rejects`, 'rejected-rows.csv')

export const createSuppression = (body: NewSuppression) => call<Suppression>('POST', '/v1/suppressions', { body })
export const deleteSuppression = (id: string) => call<void>('DELETE', `/v1/suppressions/${id}`)
