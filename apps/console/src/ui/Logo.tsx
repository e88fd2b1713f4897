import { Group, Text } from '@mantine/core'

export function LogoMark({ size = 26 }: { size?: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="var(--mantine-color-accent-6)" />
      <path
        d="M8 13.5v5A1.5 1.5 0 0 0 9.5 20H12l8.2 4.2a.9.9 0 0 0 1.3-.8V8.6a.9.9 0 0 0-1.3-.8L12 12H9.5A1.5 1.5 0 0 0 8 13.5Z"
        fill="#fff"
      />
      <path d="M24.5 12.5a5 5 0 0 1 0 7" fill="none" stroke="#fff" strokeWidth="2" strokeLinecap="round" />
    </svg>
  )
}

export function Logo() {
  return (
    <Group gap={9} wrap="nowrap">
      <LogoMark />
      <Text component="span" fw={680} fz="1.063rem" style={{ letterSpacing: '-0.015em' }}>
        Fanfare
      </Text>
    </Group>
  )
}
