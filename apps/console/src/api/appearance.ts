import { queryOptions } from '@tanstack/react-query'
import { fanfare, take, upload } from './call.ts'
import type { Appearance, UploadedPicture } from './types.ts'

/** The look of this address, before anybody is signed in. */
export const appearanceQuery = queryOptions({
  queryKey: ['appearance'],
  queryFn: ({ signal }) => take(fanfare.GET('/v1/appearance', { signal })),
  staleTime: 5 * 60_000,
})

/** The look of a workspace; the key names it, so that one is never taken for another while they change. */
export const workspaceAppearanceQuery = (workspaceId: string) =>
  queryOptions({
    queryKey: ['workspace-appearance', workspaceId],
    queryFn: ({ signal }) => take(fanfare.GET('/v1/workspace/appearance', { signal })),
    staleTime: 60_000,
  })

/** What the operator chose for all workspaces that chose nothing. */
export const systemAppearanceQuery = queryOptions({
  queryKey: ['system-appearance'],
  queryFn: ({ signal }) => take(fanfare.GET('/v1/system/appearance', { signal })),
})

export type PictureKind = 'logo' | 'logoDark' | 'icon'

export const updateAppearance = (body: Appearance) => take(fanfare.PUT('/v1/workspace/appearance', { body }))
export const updateSystemAppearance = (body: Appearance) => take(fanfare.PUT('/v1/system/appearance', { body }))
/** @param place whose look the picture is for */
export const uploadPicture = (place: 'workspace' | 'system', kind: PictureKind, file: File) =>
  upload<UploadedPicture>(`/v1/${place}/appearance/pictures?kind=${kind}`, file, () => undefined, file.type)
export const setSiteDomain = (domain: string) => take(fanfare.PUT('/v1/workspace/site-domain', { body: { domain } }))
export const removeSiteDomain = () => take(fanfare.DELETE('/v1/workspace/site-domain'))
export const checkSiteDomain = () => take(fanfare.POST('/v1/workspace/site-domain/check'))
export const checkSenderDomain = () => take(fanfare.POST('/v1/workspace/sender-domain/check'))
