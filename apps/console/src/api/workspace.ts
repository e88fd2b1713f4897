const key = 'fanfare.workspace'
const listeners = new Set<() => void>()

/** The workspace this browser works in; every call names it. */
export function workspaceId(): string | undefined {
  return localStorage.getItem(key) ?? undefined
}

/** Works in another workspace from now on. */
export function chooseWorkspace(id: string | undefined): void {
  keepWorkspace(id)
  for (const listener of listeners) listener()
}

/** The same without telling anybody: for a choice that was made while a page is drawn. */
export function keepWorkspace(id: string | undefined): void {
  if (id === undefined) localStorage.removeItem(key)
  else localStorage.setItem(key, id)
}

export function onWorkspaceChange(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
