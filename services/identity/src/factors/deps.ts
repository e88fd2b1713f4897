import type { Deps } from '../deps.ts'
import type { PasskeyHome } from './passkey-ceremony.ts'
import type { TextSender } from './text-sender.ts'

/** What second factors take besides the rest of the service. */
export interface FactorDeps extends Deps {
  /** Undefined while no vendor of SMS is configured. */
  readonly texts: TextSender | undefined
  /** Asked when it is needed: the address is known once the server listens. Undefined where browsers know no passkeys. */
  readonly passkeyHome: () => PasskeyHome | undefined
  /** What authenticator apps and passkey dialogs call us. */
  readonly productName: () => Promise<string>
}
