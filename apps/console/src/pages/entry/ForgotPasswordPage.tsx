import { askPasswordReset } from '../../api/account.ts'
import { AskLinkForm } from './AskLinkForm.tsx'
import { EntryFrame } from './EntryFrame.tsx'

export function ForgotPasswordPage() {
  return (
    <EntryFrame title="Forgot the password?" text="We send a link to set a new one to the address of your account">
      <AskLinkForm
        ask={askPasswordReset}
        button="Send the link"
        sent="If there is an account with this address, a link is on its way to"
      />
    </EntryFrame>
  )
}
