import {
  IconBrandGithub,
  IconBrandGoogle,
  IconBrandLinkedin,
  IconBrandWindows,
  IconBrandX,
  IconLogin2,
} from '@tabler/icons-react'
import type { ProviderId } from '../api/types.ts'

const marks = {
  google: IconBrandGoogle,
  microsoft: IconBrandWindows,
  github: IconBrandGithub,
  linkedin: IconBrandLinkedin,
  x: IconBrandX,
  sso: IconLogin2,
} as const satisfies Record<ProviderId | 'sso', unknown>

/** The sign of who one signs in with; its name stands beside it. */
export function ProviderMark({ provider }: { provider: ProviderId | 'sso' }) {
  const Mark = marks[provider]
  return <Mark size={18} stroke={1.6} aria-hidden />
}
