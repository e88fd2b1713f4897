import type { Deps } from '../deps.ts'
import type { MailTemplate } from '../mail/letter.ts'
import { type ProviderId, providers } from './providers.ts'

const linkedMail: MailTemplate<{ name: string; profileUrl: string }> = ({ name, profileUrl }, { productName }) => ({
  subject: `A new way to sign in to your account at ${productName}`,
  paragraphs: [`From now on your account opens with ${name}.`],
  action: { label: 'Look at your profile', url: profileUrl },
  notes: ['If it was not you, unlink it in your profile and set another password.'],
})

/** Tells the owner of an account that another key to it was made. */
export async function tellOfLink(
  { mail, http }: Pick<Deps, 'mail' | 'http'>,
  { to, provider }: { to: string; provider: string },
): Promise<void> {
  const name = provider.startsWith('sso:')
    ? 'the single sign-on of your company'
    : providers[provider as ProviderId].name
  await mail.send({ to, template: linkedMail, values: { name, profileUrl: `${http.publicUrl}/settings/profile` } })
}
