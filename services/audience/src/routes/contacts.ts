import { can, PageQuery, pageOf, type Route, route } from '@fanfare/kernel'
import { z } from 'zod'
import { exportContacts } from '../contact-export.ts'
import { createContact, deleteContact, getContact, listContacts, updateContact } from '../contacts.ts'
import { Contact, ContactChange, contactStatuses, Field, NewContact } from '../contract.ts'
import { countContacts, listTags } from '../counts.ts'
import { actorOf, type Deps } from '../deps.ts'
import { createField, listFields } from '../fields.ts'
import { csvHeaders, pageBody, pageFrom } from './paging.ts'

const ContactParams = z.object({ contactId: z.uuid() })
const ContactsQuery = PageQuery.extend({
  search: z
    .string()
    .trim()
    .max(200)
    .optional()
    .describe('Part of a name or address; with an @ the beginning of an address'),
  listId: z.uuid().optional(),
  segmentId: z.uuid().optional(),
  tag: z.string().max(100).optional(),
  status: z.enum(contactStatuses).optional(),
})
const read = can('contacts.read')
const write = can('contacts.write')

export function contactRoutes(deps: Deps): Route[] {
  return [...collectionRoutes(deps), ...contactRoutesById(deps), ...fieldRoutes(deps)]
}

function collectionRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/contacts',
      name: 'listContacts',
      summary: 'Lists contacts, newest first',
      access: read,
      query: ContactsQuery,
      replies: { 200: pageOf(Contact) },
      handler: async ({ caller, query: { limit, cursor, ...wanted } }) => {
        const found = await listContacts(deps, caller.tenantId, wanted, pageFrom({ limit, cursor }))
        return { status: 200, body: pageBody(found) }
      },
    }),
    route({
      method: 'POST',
      path: '/v1/contacts',
      name: 'createContact',
      summary: 'Adds a contact',
      access: write,
      body: NewContact,
      replies: { 201: Contact },
      handler: async ({ caller, body }) => ({ status: 201, body: await createContact(deps, actorOf(caller), body) }),
    }),
    route({
      method: 'GET',
      path: '/v1/contacts/count',
      name: 'countContacts',
      summary: 'Counts contacts, those who may be written to, and suppressed addresses',
      access: read,
      replies: { 200: z.object({ contacts: z.int(), reachable: z.int(), suppressed: z.int() }) },
      handler: async ({ caller }) => ({ status: 200, body: await countContacts(deps, caller.tenantId) }),
    }),
    route({
      method: 'GET',
      path: '/v1/contacts/export',
      name: 'exportContacts',
      summary: 'Downloads contacts as CSV that an import takes back as it is',
      access: can('contacts.export'),
      query: z.object({ listId: z.uuid().optional(), segmentId: z.uuid().optional() }),
      replies: { 200: z.any().describe('CSV') },
      callsPerMinute: 20,
      handler: async ({ caller, query }) => ({
        status: 200,
        body: await exportContacts(deps, caller.tenantId, query),
        headers: csvHeaders('contacts.csv'),
      }),
    }),
  ]
}

function contactRoutesById(deps: Deps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/contacts/:contactId',
      name: 'getContact',
      summary: 'Shows a contact',
      access: read,
      params: ContactParams,
      replies: { 200: Contact },
      handler: async ({ caller, params }) => ({
        status: 200,
        body: await getContact(deps, caller.tenantId, params.contactId),
      }),
    }),
    route({
      method: 'PATCH',
      path: '/v1/contacts/:contactId',
      name: 'updateContact',
      summary: 'Changes what is named of a contact',
      access: write,
      params: ContactParams,
      body: ContactChange,
      replies: { 200: Contact },
      handler: async ({ caller, params, body }) => ({
        status: 200,
        body: await updateContact(deps, actorOf(caller), params.contactId, body),
      }),
    }),
    route({
      method: 'DELETE',
      path: '/v1/contacts/:contactId',
      name: 'deleteContact',
      summary: 'Deletes a contact; a suppression of its address stays',
      access: write,
      params: ContactParams,
      replies: { 204: z.null() },
      handler: async ({ caller, params }) => {
        await deleteContact(deps, caller.tenantId, params.contactId)
        return { status: 204, body: null }
      },
    }),
  ]
}

function fieldRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/fields',
      name: 'listFields',
      summary: 'Lists standard and custom fields',
      access: read,
      replies: { 200: z.object({ rows: z.array(Field) }) },
      handler: async ({ caller }) => ({ status: 200, body: { rows: await listFields(deps, caller.tenantId) } }),
    }),
    route({
      method: 'POST',
      path: '/v1/fields',
      name: 'createField',
      summary: 'Adds a custom field',
      access: write,
      body: Field,
      replies: { 201: Field },
      handler: async ({ caller, body }) => ({ status: 201, body: await createField(deps, caller.tenantId, body) }),
    }),
    route({
      method: 'GET',
      path: '/v1/tags',
      name: 'listTags',
      summary: 'Lists the tags in use, with how many contacts have each',
      access: read,
      replies: { 200: z.object({ rows: z.array(z.object({ tag: z.string(), contacts: z.int() })) }) },
      handler: async ({ caller }) => ({ status: 200, body: { rows: await listTags(deps, caller.tenantId) } }),
    }),
  ]
}
