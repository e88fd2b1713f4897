import { Starter } from './contract.ts'
import { announcement } from './starters/announcement.ts'
import { invitation } from './starters/invitation.ts'
import { newsletter } from './starters/newsletter.ts'
import { winBack } from './starters/win-back.ts'

/** Emails a person can begin with, in the order they are offered. */
export const starters = [announcement, newsletter, invitation, winBack].map((starter) => Starter.parse(starter))
