import { ai } from '@fanfare/ai'
import { analytics } from '@fanfare/analytics'
import { audience } from '@fanfare/audience'
import { campaigns } from '@fanfare/campaigns'
import { content } from '@fanfare/content'
import { delivery } from '@fanfare/delivery'
import { identity } from '@fanfare/identity'
import { cache, database, egress, events, flags, http, jobs, keys, live } from '@fanfare/kernel'

/** Every service of the product; the compiler holds that their needs are met. */
export const platform = [
  database(),
  keys(),
  cache(),
  flags(),
  http(),
  live(),
  egress(),
  events(),
  jobs(),
  identity,
  audience,
  content,
  ai,
  delivery,
  campaigns,
  analytics,
] as const
