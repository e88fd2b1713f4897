import { contrastOfAccent, leastContrast, parseColour, passingColour } from '@fanfare/identity/colours'
import { Button, ColorInput, Group, Stack, Text } from '@mantine/core'
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react'

const swatches = ['#5b4fcf', '#1d4ed8', '#0f766e', '#15803d', '#a16207', '#c2410c', '#be123c', '#a21caf', '#334155']
const swatchesOnDark = [
  '#a8acf0',
  '#93c5fd',
  '#5eead4',
  '#86efac',
  '#fde047',
  '#fdba74',
  '#fda4af',
  '#f0abfc',
  '#cbd5e1',
]

export interface ColourFieldProps {
  label: string
  description: string
  scheme: 'light' | 'dark'
  value: string
  /** What is used while it is empty. */
  placeholder: string
  disabled: boolean
  error?: React.ReactNode
  onChange: (colour: string) => void
}

/** A colour, by picker, swatch or word, with how well it reads and a button that mends it. */
export function ColourField({
  label,
  description,
  scheme,
  value,
  placeholder,
  disabled,
  error,
  onChange,
}: ColourFieldProps) {
  return (
    <Stack gap={6}>
      <ColorInput
        label={label}
        description={description}
        placeholder={placeholder}
        format="hex"
        swatches={scheme === 'light' ? swatches : swatchesOnDark}
        swatchesPerRow={9}
        value={value}
        disabled={disabled}
        error={error}
        eyeDropperButtonProps={{ 'aria-label': 'Pick a colour from the screen' }}
        onChange={onChange}
      />
      {value !== '' && <Contrast value={value} scheme={scheme} disabled={disabled} onChange={onChange} />}
    </Stack>
  )
}

type ContrastProps = Pick<ColourFieldProps, 'value' | 'scheme' | 'disabled' | 'onChange'>

function Contrast({ value, scheme, disabled, onChange }: ContrastProps) {
  const colour = parseColour(value)
  if (colour === undefined) {
    return (
      <Text size="xs" role="status">
        Write it as #rrggbb.
      </Text>
    )
  }
  const contrast = contrastOfAccent(colour, scheme)
  const passes = contrast >= leastContrast
  const nearest = passingColour(colour, scheme)
  const Mark = passes ? IconCheck : IconAlertTriangle
  return (
    <Group gap="xs">
      <Group gap={6} role="status" wrap="nowrap">
        <Mark size={16} color={passes ? 'var(--tone-green)' : 'var(--tone-red)'} aria-hidden="true" />
        <Text size="xs">
          {/* Cut, not rounded: what fails must not be told as what passes. */}
          Contrast {(Math.floor(contrast * 100) / 100).toFixed(2)} : 1.{' '}
          {passes ? 'It reads well.' : `It is hard to read; ${leastContrast} is needed.`}
        </Text>
      </Group>
      {!passes && (
        <Button size="compact-xs" variant="default" disabled={disabled} onClick={() => onChange(nearest)}>
          Use {nearest} instead
        </Button>
      )}
    </Group>
  )
}
