import { useDocumentTitle } from '@mantine/hooks'
import { createContext, useContext } from 'react'

/** How the product presents itself here: of the workspace, of the domain, or of the installation. */
export interface Look {
  readonly productName: string
  readonly accent: string
  readonly accentDark: string | null
  readonly logoUrl: string | null
  readonly logoDarkUrl: string | null
  readonly iconUrl: string | null
}

export const productLook: Look = {
  productName: 'Fanfare',
  accent: '#5b4fcf',
  accentDark: null,
  logoUrl: null,
  logoDarkUrl: null,
  iconUrl: null,
}

export const LookContext = createContext<Look>(productLook)

export function useLook(): Look {
  return useContext(LookContext)
}

/** What the tab says: the page first, since a row of tabs shows only the beginning. */
export function usePageTitle(title: string): void {
  useDocumentTitle(`${title} · ${useLook().productName}`)
}
