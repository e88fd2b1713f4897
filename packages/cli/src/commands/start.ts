import type { Command } from '../command.ts'

export const start: Command = {
  usage: '[--services=a,b]',
  about: 'Starts the product and prints its URL',
  async run(words) {
    const { main } = await import('@fanfare/server/main')
    await main(words.filter((word) => word !== '--json'))
    // Runs until a signal stops it.
    await new Promise(() => {})
    return 0
  },
}
