import type { Material, Task, Writer, Written } from '../writers/writer.ts'
import { composeCopies, composeStrategy } from './compose.ts'

export const offlineNote = 'Offline writer: composes from your brief by rules; it is not a language model.'

/**
 * Composes from the brief, the brand's facts and a grammar of phrases, by rules: the same brief, brand and seed give the
 * same words. It needs no key and no network, and it invents nothing, because it understands nothing.
 */
export const offlineWriter: Writer = {
  name: 'offline',
  note: offlineNote,
  async write<T>(task: Task<T>, onText: (text: string) => void): Promise<Written<T>> {
    task.signal.throwIfAborted()
    const { value, text } = compose(task)
    onText(text)
    return { value: task.schema.parse(value), by: 'offline', usage: { inputTokens: 0, outputTokens: 0, costUsd: 0 } }
  },
}

function compose({ step, material }: Task<unknown>): { value: unknown; text: string } {
  switch (step) {
    case 'strategist':
      return composeAsStrategist(material)
    case 'copywriter':
      return composeAsCopywriter(material)
    case 'critic':
    case 'compliance':
      // Both are rules whoever writes; there is nothing to add to them without a language model.
      return { value: { remarks: [] }, text: '' }
  }
}

function composeAsStrategist(material: Material) {
  const strategy = composeStrategy(material)
  const ideas = strategy.variants.map(({ label, idea }) => `${label} · ${idea}`)
  return { value: strategy, text: [`Key message: ${strategy.keyMessage}`, ...ideas].join('\n') }
}

function composeAsCopywriter(material: Material) {
  const variants = composeCopies(material, material.strategy ?? composeStrategy(material))
  const texts = variants.map(({ label, subject, headline, paragraphs, points, closing }) =>
    [`${label} · ${subject}`, headline, ...paragraphs, ...points.map((point) => `• ${point}`), closing]
      .filter((line) => line !== '')
      .join('\n'),
  )
  return { value: { variants }, text: texts.join('\n\n') }
}
