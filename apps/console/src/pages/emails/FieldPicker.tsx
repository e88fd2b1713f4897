import { Button, Menu, Text } from '@mantine/core'
import { IconBraces } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { fieldsQuery } from '../../api/audience.ts'
import { partialsQuery } from '../../api/content.ts'
import { mergeTag, partialTag } from '../../parts/merge-tag.ts'

/** What the sender fills in for every message. */
const systemFields = [
  { key: 'unsubscribe_url', label: 'Unsubscribe link' },
  { key: 'preferences_url', label: 'Preferences link' },
  { key: 'sender_name', label: 'Sender’s name' },
  { key: 'sender_address', label: 'Sender’s postal address' },
] as const

/** Inserts a merge field, with a fallback where an empty value would read badly, or a partial. */
export function FieldPicker({ onPick }: { onPick: (text: string) => void }) {
  const fields = useQuery(fieldsQuery)
  const partials = useQuery(partialsQuery)
  return (
    <Menu position="bottom-end" width={300}>
      <Menu.Target>
        <Button variant="default" size="xs" leftSection={<IconBraces size={14} />}>
          Insert a field
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={360} style={{ overflowY: 'auto' }}>
        <Menu.Label>Of the contact</Menu.Label>
        {fields.data?.rows.map(({ key, label }) => (
          <FieldItem key={key} label={label} text={mergeTag(key)} onPick={onPick} />
        ))}
        <Menu.Label>Of the sender</Menu.Label>
        {systemFields.map(({ key, label }) => (
          <FieldItem key={key} label={label} text={mergeTag(key)} onPick={onPick} />
        ))}
        {partials.data && partials.data.rows.length > 0 && <Menu.Label>Partials</Menu.Label>}
        {partials.data?.rows.map(({ name }) => (
          <FieldItem key={name} label={name} text={partialTag(name)} onPick={onPick} />
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function FieldItem({ label, text, onPick }: { label: string; text: string; onPick: (text: string) => void }) {
  return (
    <Menu.Item
      onClick={() => onPick(text)}
      rightSection={
        <Text size="xs" c="dimmed" ff="monospace">
          {text}
        </Text>
      }
    >
      {label}
    </Menu.Item>
  )
}
