import { type SessionTimeouts, SmtpSession, type SmtpTarget } from './session.ts'

/** Persistent connections of one dispatch, opened when first needed and kept between batches. */
export class Connections implements AsyncDisposable {
  readonly #idle: SmtpSession[] = []
  readonly #target: SmtpTarget
  readonly #timeouts: SessionTimeouts

  constructor(target: SmtpTarget, timeouts: SessionTimeouts) {
    this.#target = target
    this.#timeouts = timeouts
  }

  /** Throws `ConnectionTrouble`. */
  async take(): Promise<SmtpSession> {
    for (let session = this.#idle.pop(); session; session = this.#idle.pop()) {
      if (session.isOpen) return session
    }
    return SmtpSession.open(this.#target, this.#timeouts)
  }

  give(session: SmtpSession): void {
    if (session.isOpen) this.#idle.push(session)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#idle.splice(0).map((session) => session[Symbol.asyncDispose]()))
  }
}
