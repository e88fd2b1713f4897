import { Group } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { signUpOfferQuery } from '../../api/account.ts'
import { TextLink } from '../../links.tsx'
import { paths } from '../../paths.ts'

/** Below the sign-in: for who has no account, or no password any more. */
export function OtherWays() {
  const offer = useQuery(signUpOfferQuery)
  return (
    <Group justify="center" gap="lg">
      <TextLink to={paths.forgotPassword} size="sm">
        Forgot the password?
      </TextLink>
      {offer.data?.mode === 'open' && (
        <TextLink to={paths.signUp} size="sm">
          Create an account
        </TextLink>
      )}
    </Group>
  )
}
