import { can, type Route, route } from '@fanfare/kernel'
import { z } from 'zod'
import { List, ListMembers, NewList } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { addToList, createList, deleteList, listLists, removeFromList, updateList } from '../lists.ts'

const ListParams = z.object({ listId: z.uuid() })
const ListChange = z.object({ name: NewList.shape.name, description: z.string().max(2000) }).partial()
const write = can('contacts.write')

export function listRoutes(deps: Deps): Route[] {
  return [...definitionRoutes(deps), ...memberRoutes(deps)]
}

function definitionRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/lists',
      name: 'listLists',
      summary: 'Lists the lists by name',
      access: can('contacts.read'),
      replies: { 200: z.object({ rows: z.array(List) }) },
      handler: async ({ caller }) => ({ status: 200, body: { rows: await listLists(deps, caller.tenantId) } }),
    }),
    route({
      method: 'POST',
      path: '/v1/lists',
      name: 'createList',
      summary: 'Makes a list',
      access: write,
      body: NewList,
      replies: { 201: List },
      handler: async ({ caller, body }) => ({ status: 201, body: await createList(deps, caller.tenantId, body) }),
    }),
    route({
      method: 'PATCH',
      path: '/v1/lists/:listId',
      name: 'updateList',
      summary: 'Renames or describes a list',
      access: write,
      params: ListParams,
      body: ListChange,
      replies: { 200: List },
      handler: async ({ caller, params, body }) => {
        const { name, description } = body
        const change = {
          ...(name === undefined ? {} : { name }),
          ...(description === undefined ? {} : { description }),
        }
        return { status: 200, body: await updateList(deps, caller.tenantId, params.listId, change) }
      },
    }),
    route({
      method: 'DELETE',
      path: '/v1/lists/:listId',
      name: 'deleteList',
      summary: 'Deletes a list; its contacts stay',
      access: write,
      params: ListParams,
      replies: { 204: z.null() },
      handler: async ({ caller, params }) => {
        await deleteList(deps, caller.tenantId, params.listId)
        return { status: 204, body: null }
      },
    }),
  ]
}

function memberRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/lists/:listId/contacts',
      name: 'addToList',
      summary: 'Puts contacts on a list, but for those who left it themselves',
      access: write,
      params: ListParams,
      body: ListMembers,
      replies: { 200: z.object({ added: z.int() }) },
      handler: async ({ caller, params, body }) => ({
        status: 200,
        body: { added: await addToList(deps, caller.tenantId, params.listId, body.contactIds) },
      }),
    }),
    route({
      method: 'POST',
      path: '/v1/lists/:listId/contacts/remove',
      name: 'removeFromList',
      summary: 'Takes contacts off a list',
      access: write,
      params: ListParams,
      body: ListMembers,
      replies: { 200: z.object({ removed: z.int() }) },
      handler: async ({ caller, params, body }) => ({
        status: 200,
        body: { removed: await removeFromList(deps, caller.tenantId, params.listId, body.contactIds) },
      }),
    }),
  ]
}
