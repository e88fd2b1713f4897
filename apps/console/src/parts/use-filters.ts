import { useNavigate, useSearch } from '@tanstack/react-router'

/** The filters of a list, kept in the address so that a reload, a link and the back button keep them. */
export function useFilters<K extends string>(names: readonly K[]) {
  const search = useSearch({ strict: false }) as Record<string, unknown>
  const navigate = useNavigate()
  const filters = {} as Record<K, string | undefined>
  for (const name of names) filters[name] = text(search[name])
  const setFilter = (name: K, value: string | null | undefined) =>
    navigate({ to: '.', search: { ...search, [name]: value || undefined }, replace: true })
  const clear = () => navigate({ to: '.', search: {}, replace: true })
  const isFiltered = names.some((name) => filters[name] !== undefined)
  return { filters, setFilter, clear, isFiltered }
}

function text(value: unknown): string | undefined {
  return value === undefined || value === null || value === '' ? undefined : String(value)
}
