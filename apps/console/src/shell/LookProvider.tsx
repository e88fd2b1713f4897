import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core'
import { useFavicon } from '@mantine/hooks'
import { notifyManager, useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useCallback, useEffect, useMemo, useSyncExternalStore } from 'react'
import { appearanceQuery, workspaceAppearanceQuery } from '../api/appearance.ts'
import { meQuery } from '../api/identity.ts'
import { currentWorkspace } from '../session.ts'
import { themeOf } from '../theme.ts'
import { type Look, LookContext, productLook } from '../ui/look.ts'

const colorSchemes = localStorageColorSchemeManager({ key: 'fanfare.color-scheme' })
const rememberedKey = 'fanfare.look'

/** Name, colours and logo around everything: of the workspace that is open, else of the address the page came from. */
export function LookProvider({ children }: { children: ReactNode }) {
  const look = useShownLook()
  const theme = useMemo(() => themeOf(look ?? productLook), [look])
  useFavicon(look?.iconUrl ?? '/fanfare.svg')
  useEffect(() => {
    if (look !== undefined) localStorage.setItem(rememberedKey, JSON.stringify(look))
  }, [look])
  // Only a first visit waits; another name must not show for a moment.
  if (look === undefined) return null
  return (
    <LookContext value={look}>
      <MantineProvider theme={theme} colorSchemeManager={colorSchemes} defaultColorScheme="auto">
        {children}
      </MantineProvider>
    </LookContext>
  )
}

function useShownLook(): Look | undefined {
  const me = useKnownMe()
  const workspace = me && currentWorkspace(me)
  const ofWorkspace = useQuery({ ...workspaceAppearanceQuery(workspace?.id ?? ''), enabled: workspace !== undefined })
  const ofAddress = useQuery(appearanceQuery)
  const remembered = useMemo(rememberedLook, [])
  if (workspace !== undefined && ofWorkspace.data !== undefined) return ofWorkspace.data.shown
  // While a workspace's look is on its way, the one that was last here is the likelier guess.
  if (workspace !== undefined && ofWorkspace.isPending && remembered !== undefined) return remembered
  return ofAddress.data ?? remembered ?? (ofAddress.isError ? productLook : undefined)
}

/**
 * Who is signed in, as far as the pages have found out. Read from the cache itself: signing in and out empties it, and a query
 * that was watched before then hears nothing of what comes after.
 */
function useKnownMe() {
  const client = useQueryClient()
  const cache = client.getQueryCache()
  const subscribe = useCallback((onChange: () => void) => cache.subscribe(notifyManager.batchCalls(onChange)), [cache])
  return useSyncExternalStore(subscribe, () => client.getQueryData(meQuery.queryKey))
}

function rememberedLook(): Look | undefined {
  try {
    const look = JSON.parse(localStorage.getItem(rememberedKey) ?? 'null') as Partial<Look> | null
    return typeof look?.productName === 'string' && typeof look.accent === 'string'
      ? { ...productLook, ...look }
      : undefined
  } catch {
    return undefined
  }
}
