import { useParams } from '@tanstack/react-router'

/** The id that the address of this page names. */
export function useRouteId(): string {
  const { id } = useParams({ strict: false }) as { id?: string }
  if (id === undefined) throw new Error('This page is mounted on a path without an id')
  return id
}
