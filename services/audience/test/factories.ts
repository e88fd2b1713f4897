import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { TestClient } from '@fanfare/testkit'
import type { ColumnTarget, Contact, Import, StartImport } from '../src/contract.ts'

/** A contact that may be written to, unless said otherwise. */
export function buildContact(given: Record<string, unknown> = {}) {
  return {
    email: `person-${randomUUID()}@example.com`,
    firstName: 'Ada',
    lastName: 'Lovelace',
    consentBasis: 'opt_in',
    ...given,
  }
}

export async function addContact(api: TestClient, given: Record<string, unknown> = {}): Promise<Contact> {
  const { status, body, text } = await api.post('/v1/contacts', buildContact(given))
  assert.equal(status, 201, text)
  return body
}

export async function addList(api: TestClient, name = `List ${randomUUID()}`): Promise<{ id: string; name: string }> {
  const { status, body, text } = await api.post('/v1/lists', { name })
  assert.equal(status, 201, text)
  return body
}

export async function addField(api: TestClient, key: string, type: string): Promise<void> {
  const { status, text } = await api.post('/v1/fields', { key, label: key, type })
  assert.equal(status, 201, text)
}

export async function upload(api: TestClient, file: string | Uint8Array, fileName = 'people.csv'): Promise<Import> {
  const reply = await api.post(`/v1/imports?fileName=${encodeURIComponent(fileName)}`, file, {
    'content-type': 'text/csv',
  })
  assert.equal(reply.status, 201, reply.text)
  return reply.body
}

/** Starts an import with the columns it proposes, unless others are given. */
export async function start(
  api: TestClient,
  uploaded: Import,
  given: Partial<StartImport> & { columns?: ColumnTarget[] } = {},
): Promise<Import> {
  const columns = given.columns ?? uploaded.columns.map(({ target }) => target)
  const reply = await api.post(`/v1/imports/${uploaded.id}/start`, { consentBasis: 'opt_in', ...given, columns })
  assert.equal(reply.status, 200, reply.text)
  return reply.body
}
