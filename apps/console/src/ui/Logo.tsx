import { Group, Image, Text, useComputedColorScheme } from '@mantine/core'
import { useLook } from './look.ts'

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

/** The logo as a picture when there is one; undefined when the name has to stand for it. */
function usePicture(): string | undefined {
  const { logoUrl, logoDarkUrl } = useLook()
  const scheme = useComputedColorScheme('light')
  return (scheme === 'dark' ? logoDarkUrl : logoUrl) ?? undefined
}

function Mark({ size }: { size: number }) {
  const { iconUrl } = useLook()
  return iconUrl ? <Image src={iconUrl} w={size} h={size} alt="" radius="sm" /> : <LogoMark size={size} />
}

/** In the corner of every page. */
export function Logo() {
  const { productName } = useLook()
  const picture = usePicture()
  if (picture !== undefined) return <Image src={picture} h={28} w="auto" maw={160} fit="contain" alt={productName} />
  return (
    <Group gap={9} wrap="nowrap">
      <Mark size={26} />
      <Text component="span" fw={680} fz="1.063rem" truncate maw={200} style={{ letterSpacing: '-0.015em' }}>
        {productName}
      </Text>
    </Group>
  )
}

/** Over the form of the sign-in and its neighbours. */
export function EntryLogo() {
  const { productName } = useLook()
  const picture = usePicture()
  if (picture === undefined) return <Mark size={44} />
  return <Image src={picture} h={48} w="auto" maw={280} fit="contain" alt={productName} />
}
