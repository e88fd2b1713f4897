import sharp from 'sharp'
import type { PictureType } from './picture-type.ts'

/** What a picture is drawn for: it is made to fit, never enlarged past what a raster picture holds. */
export interface Box {
  readonly width: number
  readonly height: number
  /** Fills up with nothing to exactly this size: for an icon. */
  readonly exact: boolean
}

/** One picture to draw anew, and what became of it. Both cross between processes. */
export interface DrawOrder {
  readonly bytes: Uint8Array
  readonly type: PictureType
  readonly box: Box
}
export type Drawn =
  | { readonly bytes: Uint8Array; readonly width: number; readonly height: number }
  | { readonly fault: 'unreadable' | 'too_many_pixels' }

export const maxSide = 4_096
export const maxPixels = 16_777_216

const loaders = {
  'image/png': 'VipsForeignLoadPngBuffer',
  'image/jpeg': 'VipsForeignLoadJpegBuffer',
  'image/webp': 'VipsForeignLoadWebpBuffer',
  'image/svg+xml': 'VipsForeignLoadSvgBuffer',
} as const

/**
 * Draws a picture anew as PNG: what is kept are pixels, without metadata, comments or anything behind the picture. The size is
 * judged from the header, before any pixel is decoded.
 */
export async function drawPicture({ bytes, type, box }: DrawOrder): Promise<Drawn> {
  // Of the many formats of libvips only the one that the bytes and the sender both named.
  sharp.block({ operation: ['VipsForeignLoad'] })
  sharp.unblock({ operation: [loaders[type]] })
  const limits = { limitInputPixels: maxPixels, failOn: 'error', unlimited: false } as const
  try {
    const { width, height } = await sharp(bytes, { ...limits, limitInputPixels: false }).metadata()
    if (width > maxSide || height > maxSide || width * height > maxPixels) return { fault: 'too_many_pixels' }
    const scale = Math.min(box.width / width, box.height / height)
    const density = type === 'image/svg+xml' ? Math.min(2_400, Math.max(1, 72 * scale)) : 72
    const { data, info } = await sharp(bytes, { ...limits, density })
      .autoOrient()
      .toColourspace('srgb')
      .resize({ width: box.width, height: box.height, ...fitOf(box) })
      .png({ compressionLevel: 9 })
      .toBuffer({ resolveWithObject: true })
    return { bytes: data, width: info.width, height: info.height }
  } catch {
    return { fault: 'unreadable' }
  }
}

function fitOf({ exact }: Box) {
  if (!exact) return { fit: 'inside', withoutEnlargement: true } as const
  return { fit: 'contain', background: { r: 0, g: 0, b: 0, alpha: 0 } } as const
}
