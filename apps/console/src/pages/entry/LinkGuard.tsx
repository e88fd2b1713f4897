import { Alert, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { linkQuery } from '../../api/account.ts'
import { isProblem } from '../../api/problem.ts'
import type { LinkPurpose } from '../../api/types.ts'
import { TextLink } from '../../links.tsx'
import { Loaded } from '../../parts/Loaded.tsx'
import { paths } from '../../paths.ts'
import { useLinkToken } from './use-link-token.ts'

interface LinkGuardProps {
  purpose: LinkPurpose
  /** Where a new link can be asked for. */
  again: { to: string; label: string }
  children: (link: { email: string; token: string }) => ReactNode
}

/** Shows a page's content for a link that works, and else what to do about it. Opening it uses nothing up. */
export function LinkGuard({ purpose, again, children }: LinkGuardProps) {
  const token = useLinkToken()
  const link = useQuery(linkQuery(purpose, token))
  if (token === '') return <Spent again={again} title="The link is not whole" text="Open the whole link of the mail." />
  if (isProblem(link.error, 'identity.link_spent')) {
    return (
      <Spent
        again={again}
        title="This link no longer works"
        text="It was used, replaced by a newer one, or is too old."
      />
    )
  }
  return <Loaded query={link}>{({ email }) => children({ email, token })}</Loaded>
}

function Spent({ title, text, again }: { title: string; text: string; again: LinkGuardProps['again'] }) {
  return (
    <Stack>
      <Alert color="orange" title={title}>
        {text}
      </Alert>
      <TextLink to={again.to} size="sm" ta="center">
        {again.label}
      </TextLink>
      {again.to !== paths.signIn && (
        <TextLink to={paths.signIn} size="sm" ta="center">
          Go to the sign-in
        </TextLink>
      )}
    </Stack>
  )
}
