import { defineProblems } from '../problems.ts'

export const eventsProblem = defineProblems('events', {
  no_transaction: {
    kind: 'failed',
    message:
      "The event '{type}' was published outside a tenant transaction. Publish inside db.withTenant, so that it commits with the change it tells of",
  },
  invalid_data: {
    kind: 'failed',
    message:
      "The data of the event '{type}' does not fit its schema: {reason}. Correct what is published, or the schema",
  },
  subscribed_twice: {
    kind: 'failed',
    message:
      "The subscription '{subscription}' is taken. Give each handler a name of its own: <service>.<what-it-does>",
  },
  unknown_subscription: {
    kind: 'missing',
    message: "There is no subscription '{subscription}'. There are: {known}",
  },
})
