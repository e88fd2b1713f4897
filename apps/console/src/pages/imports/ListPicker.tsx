import { Autocomplete } from '@mantine/core'

export interface ListPickerProps {
  lists: readonly { name: string }[]
  value?: string
  onChange?: (value: string) => void
}

/** A list by its name: one we have, or a new one. */
export function ListPicker({ lists, ...input }: ListPickerProps) {
  const isNew = input.value && !lists.some(({ name }) => name === input.value?.trim())
  return (
    <Autocomplete
      label="List"
      placeholder="None"
      description={isNew ? 'A new list of this name is made.' : 'Choose one, or type a new name.'}
      data={[...new Set(lists.map(({ name }) => name))]}
      clearable
      {...input}
    />
  )
}
