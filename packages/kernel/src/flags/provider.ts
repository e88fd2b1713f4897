import { type Provider, type ResolutionDetails, StandardResolutionReasons } from '@openfeature/server-sdk'
import type { FlagRule } from '../flags.ts'
import { isOnFor } from './bucket.ts'

/**
 * OpenFeature's view of our rules. Flags are on or off, so the other kinds answer with their default.
 *
 * @param findRule the rule of a flag, as fresh as the cache allows
 */
export function createProvider(findRule: (name: string) => Promise<FlagRule | undefined>): Provider {
  const unsupported = async <T>(_flag: string, value: T): Promise<ResolutionDetails<T>> => ({
    value,
    reason: StandardResolutionReasons.DEFAULT,
  })
  return {
    metadata: { name: 'fanfare' },
    runsOn: 'server',
    async resolveBooleanEvaluation(flag, value, { targetingKey = '' }) {
      const rule = await findRule(flag)
      if (rule === undefined) return { value, reason: StandardResolutionReasons.DEFAULT }
      return { value: isOnFor(rule, targetingKey), reason: StandardResolutionReasons.TARGETING_MATCH }
    },
    resolveStringEvaluation: unsupported,
    resolveNumberEvaluation: unsupported,
    resolveObjectEvaluation: unsupported,
  }
}
