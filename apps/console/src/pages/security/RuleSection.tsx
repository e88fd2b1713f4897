import { Switch } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { secondFactorRuleQuery, setSecondFactorRule } from '../../api/factors.ts'
import { meQuery } from '../../api/identity.ts'
import { Loaded } from '../../parts/Loaded.tsx'
import { useAct } from '../../parts/use-act.tsx'
import { Section } from '../../ui/Section.tsx'

/** Whether this workspace asks for a second factor of everybody. */
export function RuleSection() {
  const rule = useQuery(secondFactorRuleQuery)
  const change = useAct(setSecondFactorRule, {
    done: 'Saved.',
    refresh: [secondFactorRuleQuery.queryKey, meQuery.queryKey],
  })
  return (
    <Section title="Second factor" description="What this workspace asks of everybody in it.">
      <Loaded query={rule}>
        {({ needed }) => (
          <Switch
            label="Ask for a second factor"
            description="Members without one see only how to add it. API keys go on working."
            checked={needed}
            disabled={change.isPending}
            onChange={({ currentTarget }) => change.mutate(currentTarget.checked)}
          />
        )}
      </Loaded>
    </Section>
  )
}
