import { defineProblems } from '../problems.ts'

export const liveProblem = defineProblems('live', {
  upgrade_needed: {
    kind: 'invalid',
    message: 'This path is a WebSocket; open it as one, or read /v1/live/events as Server-Sent Events',
  },
  unknown_topic: { kind: 'missing', message: "There is no topic '{topic}'" },
  forbidden: { kind: 'forbidden', message: "Watching '{topic}' needs the permission {permission}" },
  too_many_topics: { kind: 'limited', message: 'One connection watches at most {limit} topics', retryable: false },
  topic_twice: { kind: 'invalid', message: "The topic '{noun}' is declared twice" },
})
