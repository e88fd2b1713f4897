import { PasswordInput, type PasswordInputProps, Progress, Text } from '@mantine/core'
import { useId } from 'react'

const shortest = 12
const longest = 256

/** Why a new password cannot even be sent, as the server counts: characters, so that an emoji is one. */
export function isPasswordShort(password: string): string | null {
  const { length } = [...password]
  if (length < shortest) return `Use at least ${shortest} characters; this has ${length}`
  return password.length > longest ? `Use at most ${longest} characters` : null
}

/** Takes a new password: shows how long it is while it is typed, and why one is refused. */
export function NewPasswordInput({
  label = 'Password',
  ...props
}: Omit<PasswordInputProps, 'value'> & { value?: string }) {
  const id = useId()
  const { length } = [...(props.value ?? '')]
  const missing = shortest - length
  return (
    <div>
      <PasswordInput
        label={label}
        description="A few words that have nothing to do with each other are good"
        autoComplete="new-password"
        required
        aria-describedby={id}
        {...props}
      />
      <Progress
        value={Math.min(100, (length / shortest) * 100)}
        color={missing > 0 ? 'orange' : 'teal'}
        size={4}
        mt={8}
        aria-hidden
      />
      <Text id={id} size="xs" c="dimmed" mt={4} role="status">
        {lengthWords(length)}
      </Text>
    </div>
  )
}

function lengthWords(length: number): string {
  if (length === 0) return `At least ${shortest} characters`
  if (length < shortest) return `${length} of at least ${shortest} characters`
  return `${length} characters: long enough`
}
