import type { Permission } from '@fanfare/identity/contract'
import { can, PageQuery, pageOf, type Route, route } from '@fanfare/kernel'
import { z } from 'zod'
import {
  Email,
  EmailChange,
  EmailDraft,
  EmailSummary,
  Finding,
  Partial,
  PartialBody,
  PartialName,
  Preview,
  PreviewRequest,
  Starter,
} from './contract.ts'
import type { Deps } from './deps.ts'
import { checkEmail, copyEmail, createEmail, deleteEmail, getEmail, pageEmails, updateEmail } from './emails.ts'
import { deletePartial, findPartials, savePartial } from './partials.ts'
import { previewDraft, previewEmail } from './preview.ts'
import { starters } from './starters.ts'

const permitted = (permission: Permission) => can(permission)
const EmailId = z.object({ emailId: z.uuid() })
/** A body of 900 000 characters may be four times as many bytes. */
const maxBodyBytes = 4_000_000
/** The page of a preview runs nothing and reaches nothing but images, even when opened outside its frame. */
const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "sandbox; default-src 'none'; img-src https: data:; style-src 'unsafe-inline'",
}

export function contentRoutes(deps: Deps): Route[] {
  return [
    ...emailRoutes(deps),
    ...oneEmailRoutes(deps),
    ...previewRoutes(deps),
    ...partialRoutes(deps),
    startersRoute(),
  ]
}

function emailRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/emails',
      name: 'listEmails',
      summary: 'Emails, the latest change first',
      access: permitted('content.read'),
      query: PageQuery.extend({ search: z.string().trim().min(1).max(200).optional() }),
      replies: { 200: pageOf(EmailSummary) },
      handler: async ({ caller, query }) => ({ status: 200, body: await pageEmails(deps, caller.tenantId, query) }),
    }),
    route({
      method: 'POST',
      path: '/v1/emails',
      name: 'createEmail',
      summary: 'Keeps an email; what is wrong with it is in its findings',
      access: permitted('content.write'),
      body: EmailDraft,
      maxBodyBytes,
      replies: { 201: Email },
      handler: async ({ caller, body }) => ({ status: 201, body: await createEmail(deps, caller.tenantId, body) }),
    }),
  ]
}

function oneEmailRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/emails/:emailId',
      name: 'getEmail',
      summary: 'One email with its findings',
      access: permitted('content.read'),
      params: EmailId,
      replies: { 200: Email },
      handler: async ({ caller, params }) => ({
        status: 200,
        body: await getEmail(deps, caller.tenantId, params.emailId),
      }),
    }),
    route({
      method: 'PUT',
      path: '/v1/emails/:emailId',
      name: 'updateEmail',
      summary: 'Changes an email from the revision that was read',
      access: permitted('content.write'),
      params: EmailId,
      body: EmailChange,
      maxBodyBytes,
      replies: { 200: Email },
      handler: async ({ caller: { tenantId }, params: { emailId }, body: change }) => ({
        status: 200,
        body: await updateEmail(deps, { tenantId, emailId, change }),
      }),
    }),
    route({
      method: 'DELETE',
      path: '/v1/emails/:emailId',
      name: 'deleteEmail',
      summary: 'Deletes an email; what was sent of it stays sent',
      access: permitted('content.write'),
      params: EmailId,
      replies: { 204: z.null() },
      handler: async ({ caller, params }) => {
        await deleteEmail(deps, caller.tenantId, params.emailId)
        return { status: 204, body: null }
      },
    }),
    route({
      method: 'POST',
      path: '/v1/emails/:emailId/copy',
      name: 'copyEmail',
      summary: 'Makes a second email of one',
      access: permitted('content.write'),
      params: EmailId,
      replies: { 201: Email },
      handler: async ({ caller, params }) => ({
        status: 201,
        body: await copyEmail(deps, caller.tenantId, params.emailId),
      }),
    }),
  ]
}

function previewRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/emails/check',
      name: 'checkEmail',
      summary: 'What is wrong with a draft, without keeping it',
      access: permitted('content.read'),
      creates: false,
      body: EmailDraft,
      maxBodyBytes,
      replies: { 200: z.object({ findings: z.array(Finding) }) },
      handler: async ({ caller, body }) => ({
        status: 200,
        body: { findings: await checkEmail(deps, caller.tenantId, body) },
      }),
    }),
    route({
      method: 'POST',
      path: '/v1/emails/preview',
      name: 'previewEmail',
      summary: 'A draft as one contact would get it',
      access: permitted('content.read'),
      creates: false,
      body: PreviewRequest,
      maxBodyBytes,
      replies: { 200: Preview },
      handler: async ({ caller: { tenantId }, body: { contactId, ...draft } }) => ({
        status: 200,
        body: await previewDraft(deps, { tenantId, draft, contactId }),
      }),
    }),
    route({
      method: 'GET',
      path: '/v1/emails/:emailId/preview',
      name: 'showEmailPreview',
      summary: 'A kept email as one contact would see it, for a sandboxed frame',
      access: permitted('content.read'),
      params: EmailId,
      query: z.object({ contactId: z.uuid().optional() }),
      replies: { 200: z.string().meta({ contentType: 'text/html' }) },
      handler: async ({ caller: { tenantId }, params: { emailId }, query: { contactId } }) => {
        const { html } = await previewEmail(deps, { tenantId, emailId, contactId })
        return { status: 200, body: html, headers: pageHeaders }
      },
    }),
  ]
}

function partialRoutes(deps: Deps): Route[] {
  const params = z.object({ name: PartialName })
  return [
    route({
      method: 'GET',
      path: '/v1/partials',
      name: 'listPartials',
      summary: 'Pieces that emails share by {{> name}}',
      access: permitted('content.read'),
      replies: { 200: z.object({ rows: z.array(Partial) }) },
      handler: async ({ caller }) => ({ status: 200, body: { rows: await findPartials(deps, caller.tenantId) } }),
    }),
    route({
      method: 'PUT',
      path: '/v1/partials/:name',
      name: 'savePartial',
      summary: 'Makes or changes a partial; emails take it from their next compilation on',
      access: permitted('content.write'),
      params,
      body: PartialBody,
      replies: { 200: Partial },
      handler: async ({ caller: { tenantId }, params: { name }, body: { body } }) => ({
        status: 200,
        body: await savePartial(deps, { tenantId, name, body }),
      }),
    }),
    route({
      method: 'DELETE',
      path: '/v1/partials/:name',
      name: 'deletePartial',
      summary: 'Deletes a partial; emails that name it get an error',
      access: permitted('content.write'),
      params,
      replies: { 204: z.null() },
      handler: async ({ caller, params: { name } }) => {
        await deletePartial(deps, caller.tenantId, name)
        return { status: 204, body: null }
      },
    }),
  ]
}

function startersRoute(): Route {
  return route({
    method: 'GET',
    path: '/v1/email-starters',
    name: 'listStarters',
    summary: 'Ready-made emails to begin with',
    access: permitted('content.read'),
    replies: { 200: z.object({ rows: z.array(Starter) }) },
    handler: async () => ({ status: 200, body: { rows: starters } }),
  })
}
