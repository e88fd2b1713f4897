import type { Problem } from '../problems.ts'
import type { WorkspaceCaller } from '../route.ts'
import { liveProblem } from './problems.ts'

/** `campaign/018f…`, `import/…`, `contacts`. */
const topicForm = /^([a-z][a-z0-9-]{0,62})(\/[\w-]{1,100})?$/

export const maxTopics = 50

/** Which families of topics there are, and what watching each needs. */
export interface Topics {
  declare(noun: string, permission: string): void
  declared(): ReadonlyMap<string, string>
  /** Why a caller may not watch a topic, or undefined when they may. */
  objection(topic: string, caller: WorkspaceCaller): Problem | undefined
}

export function createTopics(): Topics {
  const permissions = new Map<string, string>()
  return {
    declare(noun, permission) {
      if (permissions.has(noun)) throw liveProblem('topic_twice', { detail: { noun } })
      permissions.set(noun, permission)
    },
    declared: () => permissions,
    objection(topic, caller) {
      const permission = permissions.get(topicForm.exec(topic)?.[1] ?? '')
      if (permission === undefined) return liveProblem('unknown_topic', { detail: { topic: topic.slice(0, 200) } })
      if (!caller.permissions.has(permission)) return liveProblem('forbidden', { detail: { topic, permission } })
      return undefined
    },
  }
}
