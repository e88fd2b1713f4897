import { Alert, Button, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { signUpOfferQuery } from '../../api/account.ts'
import { TextLink } from '../../links.tsx'
import { paths } from '../../paths.ts'

/** Said after a link was asked for; the same whether the address is known or not. */
export function CheckMail({ email, text, onBack }: { email: string; text: string; onBack: () => void }) {
  const offer = useQuery(signUpOfferQuery)
  const place = useRef<HTMLDivElement>(null)
  // The form that had the focus is gone: a screen reader goes on here.
  useEffect(() => place.current?.focus(), [])
  return (
    <Stack ref={place} tabIndex={-1} role="status" style={{ outline: 'none' }}>
      <Text>
        {text} <strong style={{ overflowWrap: 'anywhere' }}>{email}</strong>
      </Text>
      <Text size="sm" c="dimmed">
        Nothing there after a minute? Look among the spam, and see that the address is right.
      </Text>
      {offer.data?.mailServer === false && (
        <Alert color="orange" title="No mail leaves here yet">
          This installation has no mail server. Ask who runs it for your link: they find it under System, and in the
          log.
        </Alert>
      )}
      <Button variant="default" onClick={onBack}>
        Another address, or send again
      </Button>
      <TextLink to={paths.signIn} size="sm" ta="center">
        Go to the sign-in
      </TextLink>
    </Stack>
  )
}
