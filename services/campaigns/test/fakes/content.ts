import { randomUUID } from 'node:crypto'
import { Content, type Email, EmailDraft, type Finding } from '@fanfare/content/contract'
import { defineService, implement, Problem } from '@fanfare/kernel'
import type { z } from 'zod'

/** Keeps emails; a body that holds `no unsubscribe` or `unknown field` is found fault with. */
export function createFakeContent() {
  const emails = new Map<string, Email>()
  const create = (tenantId: string, draft: z.input<typeof EmailDraft>): Email => {
    const now = new Date().toISOString()
    const full = EmailDraft.parse(draft)
    const email = { ...full, id: randomUUID(), revision: 1, findings: [], createdAt: now, updatedAt: now }
    emails.set(`${tenantId} ${email.id}`, email)
    return email
  }
  const get = (tenantId: string, emailId: string): Email => {
    const email = emails.get(`${tenantId} ${emailId}`)
    if (!email) throw new Problem('content.email_missing', { kind: 'missing', message: 'No email has that id' })
    return email
  }
  const service = defineService({
    provides: Content,
    start: () =>
      implement(Content, {
        createEmail: async ({ tenantId, draft }) => create(tenantId, draft),
        getUsage: async () => ({ storageBytes: 0 }),
        getEmail: async ({ tenantId, emailId }) => get(tenantId, emailId),
        checkEmail: async ({ draft }) => findingsOf(draft.body),
        compileDraft: async () => {
          throw new Error('The campaigns service compiles nothing')
        },
        compileEmail: async () => {
          throw new Error('The campaigns service leaves compiling to delivery')
        },
      }),
  })
  return {
    service,
    addEmail: (tenantId: string, body = '<mjml></mjml>') =>
      create(tenantId, { name: 'An email', subject: 'Hello', body }),
    /** As a person saves it again. */
    saveEmail(tenantId: string, emailId: string): void {
      const email = get(tenantId, emailId)
      emails.set(`${tenantId} ${emailId}`, { ...email, revision: email.revision + 1 })
    },
    removeEmail: (tenantId: string, emailId: string) => void emails.delete(`${tenantId} ${emailId}`),
    getEmail: get,
  }
}

function findingsOf(body: string): z.output<typeof Finding>[] {
  const faults = { 'no unsubscribe': 'missing_unsubscribe', 'unknown field': 'unknown_field' }
  return Object.entries(faults)
    .filter(([text]) => body.includes(text))
    .map(([text, code]) => ({ level: 'error', code, message: `It says ${text}`, where: 'body', line: 1 }))
}
