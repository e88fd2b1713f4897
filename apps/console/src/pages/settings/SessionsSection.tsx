import { Badge, Button, Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { endOtherSessions, endSession, sessionsQuery } from '../../api/sessions.ts'
import type { SessionSummary } from '../../api/types.ts'
import { Loaded } from '../../parts/Loaded.tsx'
import { useAct } from '../../parts/use-act.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { Moment } from '../../ui/Moment.tsx'
import { Section } from '../../ui/Section.tsx'
import { clientName } from './client-name.ts'

const columns: readonly Column<SessionSummary>[] = [
  { header: 'Where', bare: true, cell: (session) => <Where session={session} /> },
  { header: 'Address', cell: ({ address }) => address || 'Not known' },
  { header: 'Signed in', cell: ({ createdAt }) => <Moment at={createdAt} /> },
  { header: 'Last seen', cell: ({ lastSeenAt }) => <Moment at={lastSeenAt} /> },
  { header: '', align: 'right', cell: (session) => (session.current ? null : <EndSession session={session} />) },
]

/** Where the person is signed in, and the way to end that. */
export function SessionsSection() {
  const sessions = useQuery(sessionsQuery)
  const endOthers = useAct(endOtherSessions, {
    done: ({ ended }) => (ended === 1 ? 'One other session ended.' : `${ended} other sessions ended.`),
    refresh: [sessionsQuery.queryKey],
  })
  return (
    <Section
      title="Sessions"
      description="Where you are signed in. End what you do not know, then change your password."
      actions={
        <Confirm
          title="Sign out everywhere else?"
          text="All other browsers and programs have to sign in again. This browser stays signed in."
          action="Sign out everywhere else"
          busy={endOthers.isPending}
          onConfirm={() => endOthers.mutateAsync().catch(() => undefined)}
        >
          {(ask) => (
            <Button variant="default" onClick={ask} disabled={(sessions.data?.rows.length ?? 0) < 2}>
              Sign out everywhere else
            </Button>
          )}
        </Confirm>
      }
      flush
    >
      <Loaded query={sessions}>
        {({ rows }) => <DataTable label="Sessions" rows={rows} columns={columns} keyOf={({ id }) => id} />}
      </Loaded>
    </Section>
  )
}

function Where({ session }: { session: SessionSummary }) {
  const { kind, userAgent, current, partial } = session
  return (
    <Group gap="xs">
      <Text size="sm" fw={600} title={userAgent}>
        {kind === 'program' ? 'Program' : clientName(userAgent)}
      </Text>
      {current && <Badge variant="light">This browser</Badge>}
      {partial && (
        <Badge variant="light" color="orange">
          Second step missing
        </Badge>
      )}
    </Group>
  )
}

function EndSession({ session }: { session: SessionSummary }) {
  const end = useAct(() => endSession(session.id), { done: 'Session ended.', refresh: [sessionsQuery.queryKey] })
  const name = session.kind === 'program' ? 'the program' : clientName(session.userAgent)
  return (
    <Confirm
      title={`Sign out ${name}?`}
      text="It is signed out at once and has to sign in again."
      action="Sign out"
      busy={end.isPending}
      onConfirm={() => end.mutateAsync().catch(() => undefined)}
    >
      {(ask) => (
        <Button variant="default" size="compact-sm" onClick={ask} aria-label={`Sign out ${name}`}>
          Sign out
        </Button>
      )}
    </Confirm>
  )
}
