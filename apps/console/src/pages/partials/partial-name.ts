/** Why a partial cannot have this name, or undefined. */
export function nameFault(name: string, taken: readonly string[]): string | undefined {
  if (!/^[a-z][a-z0-9_-]{0,62}$/.test(name)) {
    return 'Begin with a lower-case letter, then use at most 62 lower-case letters, digits, - and _'
  }
  return taken.includes(name) ? 'There is a partial with this name; open it to change it' : undefined
}
