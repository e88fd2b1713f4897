import { defineJob } from '@fanfare/kernel'
import { z } from 'zod'
import type { Deps } from '../deps.ts'
import { sendResetLink } from './reset-password.ts'
import { sendSignUpLink } from './sign-up.ts'

const Asked = z.object({ for: z.enum(['sign_up', 'reset_password']), email: z.string() })

// Sealed: whoever reads the queue should not learn whose addresses were tried.
const SendLink = defineJob('identity.send-link', z.object({ sealed: z.string() }))
const sealContext = 'identity/asked-link'

/**
 * Takes a request for a link to an address. All that depends on whether the address is known happens later, in a job: the reply
 * and the time it takes are the same for every address.
 */
export async function askLink(
  { jobs, keys }: Pick<Deps, 'jobs' | 'keys'>,
  asked: z.infer<typeof Asked>,
): Promise<void> {
  await jobs.enqueue(SendLink, { sealed: keys.seal(JSON.stringify(asked), sealContext) })
}

export function workAccountJobs(deps: Deps): void {
  const send = { sign_up: sendSignUpLink, reset_password: sendResetLink }
  deps.jobs.work(SendLink, async ({ sealed }) => {
    const asked = Asked.parse(JSON.parse(deps.keys.open(sealed, sealContext)))
    await send[asked.for](deps, asked.email)
  })
}
