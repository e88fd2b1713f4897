import { anyone, can, type Route, type RouteRequest, route, signedIn } from '@fanfare/kernel'
import { z } from 'zod'
import { demandOperator } from '../accounts/person.ts'
import { Appearance, AppearanceSettings, DomainName, ShownAppearance, UploadedPicture } from '../contract/appearance.ts'
import { installation } from '../installation.ts'
import type { Permission } from '../permissions.ts'
import { pictureKinds } from '../store/tables/white-label.ts'
import { getAppearance, getPicture, updateAppearance, uploadPicture } from './appearance.ts'
import type { WhiteLabelDeps } from './deps.ts'
import { checkDomain, removeSiteDomain, setSiteDomain, signSite, sitePath } from './domains.ts'
import { pictureTypes } from './picture-type.ts'
import { maxPictureBytes } from './pictures.ts'

const permitted = (permission: Permission) => can(permission)
const PictureQuery = z.object({ kind: z.enum(pictureKinds) })
const upload = { contentTypes: pictureTypes, maxBytes: maxPictureBytes }

export function whiteLabelRoutes(deps: WhiteLabelDeps): Route[] {
  return [...publicRoutes(deps), ...appearanceRoutes(deps), ...installationRoutes(deps), ...domainRoutes(deps)]
}

/** A picture is only ever a picture, wherever it is opened; its key never names another. */
const pictureHeaders = {
  'content-type': 'image/png',
  'content-disposition': 'inline; filename="picture.png"',
  'content-security-policy': "default-src 'none'; sandbox",
  'x-content-type-options': 'nosniff',
  'cache-control': 'public, max-age=31536000, immutable',
  // Mail that is read in a browser shows it on a page of another site.
  'cross-origin-resource-policy': 'cross-origin',
} as const

function publicRoutes(deps: WhiteLabelDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/appearance',
      name: 'getAppearance',
      summary: 'Name, colours and logo of the site as the request named it: those of a workspace at its own domain',
      access: anyone('the sign-in page has them before anybody is signed in'),
      replies: { 200: ShownAppearance },
      handler: async ({ host }) => ({
        status: 200,
        headers: { 'cache-control': 'no-cache', vary: 'host' },
        body: (await deps.brands.lookOf(deps.hosts.tenantOf(host))).shown,
      }),
    }),
    route({
      method: 'GET',
      path: '/v1/appearance/pictures/:pictureKey',
      name: 'getPicture',
      summary: 'A logo or an icon',
      access: anyone('mails and the sign-in page show it; the key is random'),
      callsPerMinute: 100_000,
      params: z.object({ pictureKey: z.string().max(100) }),
      replies: { 200: z.any().meta({ contentType: 'image/png' }) },
      handler: async ({ params }) => ({
        status: 200,
        headers: pictureHeaders,
        body: await getPicture(deps, params.pictureKey),
      }),
    }),
    route({
      method: 'GET',
      path: sitePath,
      name: 'proveSite',
      summary: 'Signs a nonce, by which an installation knows that the domain of a workspace leads to it',
      access: anyone('the check of a domain comes from outside; a signature of a nonce tells nothing'),
      query: z.object({ nonce: z.string().regex(/^[\w-]{16,64}$/) }),
      replies: { 200: z.object({ signature: z.string() }) },
      handler: async ({ query: { nonce } }) => ({
        status: 200,
        headers: { 'cache-control': 'no-store' },
        body: { signature: signSite(deps, nonce) },
      }),
    }),
  ]
}

function appearanceRoutes(deps: WhiteLabelDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/workspace/appearance',
      name: 'getWorkspaceAppearance',
      summary: 'What the workspace chose for its look, and what is shown',
      access: permitted('workspace.read'),
      replies: { 200: AppearanceSettings },
      handler: async ({ caller }) => ({ status: 200, body: await getAppearance(deps, caller.tenantId) }),
    }),
    route({
      method: 'PUT',
      path: '/v1/workspace/appearance',
      name: 'updateWorkspaceAppearance',
      summary:
        'Replaces what the workspace chose for its look; what is null or left out is taken from the installation',
      access: permitted('workspace.write'),
      body: Appearance,
      replies: { 200: AppearanceSettings },
      handler: async ({ caller, body }) => ({ status: 200, body: await updateAppearance(deps, caller.tenantId, body) }),
    }),
    route({
      method: 'POST',
      path: '/v1/workspace/appearance/pictures',
      name: 'uploadWorkspacePicture',
      summary: 'Takes a PNG, JPEG, WebP or SVG of at most 1 MB and keeps it as PNG; the appearance then names its key',
      access: permitted('workspace.write'),
      query: PictureQuery,
      upload,
      creates: false,
      callsPerMinute: 30,
      replies: { 201: UploadedPicture },
      handler: async (request) => ({
        status: 201,
        body: await uploadPicture(deps, request.caller.tenantId, uploadOf(request)),
      }),
    }),
  ]
}

/** For who runs the installation: what workspaces show that chose nothing. */
function installationRoutes(deps: WhiteLabelDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/system/appearance',
      name: 'getSystemAppearance',
      summary: 'What was chosen for the look of all workspaces that chose nothing, for who runs the installation',
      access: signedIn(),
      replies: { 200: AppearanceSettings },
      handler: async ({ caller }) => {
        await demandOperator(deps, caller.userId)
        return { status: 200, body: await getAppearance(deps, installation) }
      },
    }),
    route({
      method: 'PUT',
      path: '/v1/system/appearance',
      name: 'updateSystemAppearance',
      summary:
        'Replaces the look of the sign-in page and of all workspaces that chose nothing, by who runs the installation',
      access: signedIn(),
      body: Appearance,
      replies: { 200: AppearanceSettings },
      handler: async ({ caller, body }) => {
        await demandOperator(deps, caller.userId)
        return { status: 200, body: await updateAppearance(deps, installation, body) }
      },
    }),
    route({
      method: 'POST',
      path: '/v1/system/appearance/pictures',
      name: 'uploadSystemPicture',
      summary: 'Takes a picture for the look of the installation, as uploadWorkspacePicture does for a workspace',
      access: signedIn(),
      query: PictureQuery,
      upload,
      creates: false,
      callsPerMinute: 30,
      replies: { 201: UploadedPicture },
      handler: async (request) => {
        await demandOperator(deps, request.caller.userId)
        return { status: 201, body: await uploadPicture(deps, installation, uploadOf(request)) }
      },
    }),
  ]
}

function uploadOf({
  query,
  headers,
  stream,
}: Pick<RouteRequest, 'headers' | 'stream'> & { query: z.output<typeof PictureQuery> }) {
  const declared = (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
  return { kind: query.kind, declared, stream }
}

function domainRoutes(deps: WhiteLabelDeps): Route[] {
  const reply = async (tenantId: string) => ({ status: 200, body: await getAppearance(deps, tenantId) }) as const
  const replies = { 200: AppearanceSettings }
  return [
    route({
      method: 'PUT',
      path: '/v1/workspace/site-domain',
      name: 'setSiteDomain',
      summary: 'Claims a domain for the console and public pages; it counts once its record is in DNS',
      access: permitted('workspace.write'),
      body: z.object({ domain: DomainName }),
      callsPerMinute: 30,
      replies,
      handler: async ({ caller, body }) => {
        await setSiteDomain(deps, caller.tenantId, body.domain)
        return reply(caller.tenantId)
      },
    }),
    route({
      method: 'DELETE',
      path: '/v1/workspace/site-domain',
      name: 'removeSiteDomain',
      summary: 'Gives the domain up; it stops working within half a minute',
      access: permitted('workspace.write'),
      replies,
      handler: async ({ caller }) => {
        await removeSiteDomain(deps, caller.tenantId)
        return reply(caller.tenantId)
      },
    }),
    ...(['site', 'sender'] as const).map((purpose) =>
      route({
        method: 'POST',
        path: `/v1/workspace/${purpose}-domain/check`,
        name: purpose === 'site' ? 'checkSiteDomain' : 'checkSenderDomain',
        summary: 'Looks in DNS whether the domain is the workspace’s',
        access: permitted('workspace.write'),
        creates: false,
        callsPerMinute: 20,
        replies,
        handler: async ({ caller }) => {
          await checkDomain(deps, caller.tenantId, purpose)
          return reply(caller.tenantId)
        },
      }),
    ),
  ]
}
