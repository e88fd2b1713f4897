import { Center, Stack, Text } from '@mantine/core'
import { encode } from 'uqr'
import type { NewTotp } from '../../api/types.ts'
import { CopyField } from '../../ui/CopyField.tsx'

/** The secret of an authenticator app: to scan, and to type by hand where there is no camera. */
export function TotpSecret({ begun }: { begun: NewTotp }) {
  return (
    <Stack>
      <Text size="sm">Scan this with your authenticator app, or type the key into it.</Text>
      <Center>
        <QrCode text={begun.uri} label="QR code for your authenticator app" />
      </Center>
      <CopyField label="Key" value={begun.secret.replaceAll(/(.{4})(?=.)/g, '$1 ')} />
    </Stack>
  )
}

/** Dark on white in either colour scheme: scanners want it so. */
function QrCode({ text, label }: { text: string; label: string }) {
  const { size, data } = encode(text, { ecc: 'M', border: 3 })
  const dots = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('')
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      width={208}
      height={208}
      shapeRendering="crispEdges"
      style={{ background: '#fff', borderRadius: 8 }}
    >
      <path d={dots} fill="#000" />
    </svg>
  )
}
