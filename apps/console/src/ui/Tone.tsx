import { Badge } from '@mantine/core'
import type { Tone } from '../words.ts'

const colors = { gray: 'gray', accent: 'accent', green: 'teal', amber: 'orange', red: 'red' } as const

/** A state in a word and a colour; the word alone says it. */
export function ToneBadge({ word }: { word: { readonly label: string; readonly tone: Tone } }) {
  return (
    <Badge color={colors[word.tone]} style={{ flex: 'none', minWidth: 'max-content' }}>
      {word.label}
    </Badge>
  )
}

/** The library's colour of a tone. */
export const toneColor = (tone: Tone): string => colors[tone]
