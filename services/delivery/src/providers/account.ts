import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import { sealContext } from '../senders/secrets.ts'
import type { SenderRow } from '../store/senders.ts'
import type { ProviderClient } from '../transport/letter.ts'
import { apiBase } from './client.ts'
import { createMailgunClient, mailgunApi } from './mailgun.ts'
import { createSendGridClient, sendGridApi } from './sendgrid.ts'
import { createSesClient, sesApi } from './ses.ts'

/** The client of a sender's account, its key opened. Problems: `delivery.provider_key_missing`, `keys.unreadable`. */
export function openAccount(
  deps: Pick<Deps, 'keys' | 'config' | 'egress' | 'clock'>,
  { tenant_id, id, kind, provider, password }: SenderRow,
): ProviderClient {
  if (provider === null || password === null) throw problem('provider_key_missing', { detail: { kind } })
  const key = deps.keys.open(password, sealContext(tenant_id, id))
  const { sendgridUrl, mailgunUrl, sesUrl } = deps.config
  switch (provider.kind) {
    case 'sendgrid':
      return createSendGridClient(deps, apiBase(sendGridApi(provider), sendgridUrl), key)
    case 'mailgun':
      return createMailgunClient(deps, apiBase(mailgunApi(provider), mailgunUrl), {
        domain: provider.domain,
        apiKey: key,
      })
    case 'ses':
      return createSesClient(deps, apiBase(sesApi(provider), sesUrl), provider, key)
  }
}
