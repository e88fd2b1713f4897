import { Alert, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { askSignUp, signUpOfferQuery } from '../../api/account.ts'
import { TextLink } from '../../links.tsx'
import { Loaded } from '../../parts/Loaded.tsx'
import { paths } from '../../paths.ts'
import { AskLinkForm } from './AskLinkForm.tsx'
import { EntryFrame } from './EntryFrame.tsx'

export function SignUpPage() {
  const offer = useQuery(signUpOfferQuery)
  return (
    <EntryFrame title="Create an account" text="We send a link to your address, to see that it is yours">
      <Loaded query={offer}>
        {({ mode }) =>
          mode === 'open' ? (
            <AskLinkForm ask={askSignUp} button="Send the link" sent="Open the link that we have sent to" />
          ) : (
            <Closed byInvitation={mode === 'invitation'} />
          )
        }
      </Loaded>
    </EntryFrame>
  )
}

function Closed({ byInvitation }: { byInvitation: boolean }) {
  return (
    <Stack>
      <Alert color="accent" title={byInvitation ? 'By invitation' : 'No new accounts'}>
        {byInvitation
          ? 'Ask somebody who has a workspace here to invite you. The invitation comes by mail.'
          : 'Who runs this installation takes no new accounts at present.'}
      </Alert>
      <TextLink to={paths.signIn} size="sm" ta="center">
        Go to the sign-in
      </TextLink>
    </Stack>
  )
}
