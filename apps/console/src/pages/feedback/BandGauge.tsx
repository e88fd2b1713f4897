import { Box, Text } from '@mantine/core'
import { formatNumber, formatPercent } from '../../format.ts'
import { type Band, placeOn, toneOf } from './bands.ts'

const verdicts = {
  gray: 'nothing sent',
  green: 'fine',
  amber: 'look at it',
  red: 'over the limit',
  accent: '',
} as const

export interface BandGaugeProps {
  label: string
  part: number
  of: number
  band: Band
}

/** A share on a scale with the bands drawn: fine, to be watched, over the limit. */
export function BandGauge({ label, part, of, band }: BandGaugeProps) {
  const tone = toneOf(part, of, band)
  const [warn, stop] = [placeOn(band, band.warn), placeOn(band, band.stop)]
  return (
    <Box miw={150}>
      <Text size="sm" className="numbers">
        <strong>{formatPercent(part, of)}</strong>{' '}
        <Text span size="xs" c="dimmed">
          {formatNumber(part)} of {formatNumber(of)}, {verdicts[tone]}
        </Text>
      </Text>
      <div
        className="band"
        role="img"
        aria-label={`${label}: ${formatPercent(part, of)}, ${verdicts[tone]}; to be watched from ${band.warn * 100} %, too much from ${band.stop * 100} %`}
        style={{ '--warn': `${warn}%`, '--stop': `${stop}%` }}
      >
        {of > 0 && <i style={{ left: `${placeOn(band, part / of)}%` }} />}
      </div>
    </Box>
  )
}
