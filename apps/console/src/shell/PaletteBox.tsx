import { Loader, Text, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { type Found, useFound } from './use-found.ts'

/** A text box over a list: arrows choose, Enter goes there. */
export function PaletteBox({ onDone }: { onDone: () => void }) {
  const [typed, setTyped] = useState('')
  const [wanted, setWanted] = useState(0)
  const { groups, isSearching } = useFound(typed)
  const navigate = useNavigate()
  const id = useId()
  const rows = groups.flatMap((group) => group.rows)
  const at = Math.min(wanted, rows.length - 1)
  const chosen = rows[at]
  const idOf = ({ key }: Found) => `${id}${key}`
  const go = ({ to }: Found) => {
    onDone()
    void navigate({ to })
  }
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined && rows.length > 0) setWanted((at + step + rows.length) % rows.length)
    else if (event.key === 'Enter' && chosen && !event.nativeEvent.isComposing) go(chosen)
    else return
    event.preventDefault()
  }
  return (
    <>
      <TextInput
        ref={focusNow}
        data-autofocus
        size="lg"
        variant="unstyled"
        placeholder="Search, or go anywhere"
        leftSection={<IconSearch size={18} stroke={1.6} />}
        rightSection={isSearching && <Loader size="xs" aria-label="Searching" />}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value)
          setWanted(0)
        }}
        onKeyDown={press}
        role="combobox"
        aria-label="Search, or go anywhere"
        aria-expanded={rows.length > 0}
        aria-controls={id}
        aria-activedescendant={chosen && idOf(chosen)}
        autoComplete="off"
        spellCheck={false}
      />
      <div id={id} role="listbox" aria-label="Found" className="palette">
        {groups.map(({ label, rows: members }) => (
          // biome-ignore lint/a11y/useSemanticElements: a fieldset is no part of a listbox
          <div key={label} role="group" aria-label={label}>
            <Text size="xs" c="dimmed" px="sm" pt="xs" pb={4} aria-hidden="true">
              {label}
            </Text>
            {members.map((found) => (
              <Option
                key={found.key}
                found={found}
                id={idOf(found)}
                isChosen={found === chosen}
                onGo={() => go(found)}
              />
            ))}
          </div>
        ))}
        {rows.length === 0 && !isSearching && (
          <Text size="sm" c="dimmed" p="lg" ta="center" role="status">
            Nothing here is called that.
          </Text>
        )}
      </div>
    </>
  )
}

/** At once, not when the dialog's focus trap wakes: the first letters are typed by then. */
function focusNow(box: HTMLInputElement | null): void {
  box?.focus()
}

interface OptionProps {
  found: Found
  id: string
  isChosen: boolean
  onGo: () => void
}

function Option({ found: { label, note, icon: Picture }, id, isChosen, onGo }: OptionProps) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (isChosen) box.current?.scrollIntoView({ block: 'nearest' })
  }, [isChosen])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are heard by the text box, which keeps the focus
    // biome-ignore lint/a11y/useFocusableInteractive: the text box points here by aria-activedescendant
    <div ref={box} id={id} role="option" aria-selected={isChosen} className="palette-option" onClick={onGo}>
      <Picture size={18} stroke={1.6} aria-hidden="true" />
      <Text span size="sm" truncate>
        {label}
      </Text>
      {note && (
        <Text span size="xs" c="dimmed" truncate>
          {note}
        </Text>
      )}
    </div>
  )
}
