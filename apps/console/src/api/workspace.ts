const key = 'fanfare.workspace'

/** The workspace this browser works in; every call names it. */
export function workspaceId(): string | undefined {
  return localStorage.getItem(key) ?? undefined
}

export function chooseWorkspace(id: string | undefined): void {
  if (id === undefined) localStorage.removeItem(key)
  else localStorage.setItem(key, id)
}
