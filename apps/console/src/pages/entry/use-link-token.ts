import { useRouterState } from '@tanstack/react-router'

/** The token of a link in a mail. It stands behind the `#`, which no server is sent; empty when the link is not whole. */
export function useLinkToken(): string {
  const hash = useRouterState({ select: ({ location }) => location.hash })
  return new URLSearchParams(hash).get('token') ?? ''
}
