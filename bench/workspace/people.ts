import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

const header = 'Email,First name,Last name,City,Company\n'
const firstNames = ['Ada', 'Bjørn', 'Chloé', 'Dmitri', 'Elif', 'Fatima', 'Giulia', 'Hana', 'Ivo', 'José', '', '陽子']
const lastNames = ['Archer', 'Baker', 'Çelik', 'Dvořák', 'Eriksen', 'Fuchs', 'García', 'Haddad', 'Ito', 'Jensen', '']
const cities = ['Berlin', 'São Paulo', 'New York', 'Łódź', 'Kyōto', 'Nairobi', '']
const domains = 20

/** The address of the person with this number; no two share one. */
export function addressOf(number: number): string {
  return `person.${number}@mail${number % domains}.example.com`
}

/** Writes a CSV of `count` people, from number `first` on. Some have no name or no city, as in life. */
export async function writePeople(path: string, first: number, count: number): Promise<void> {
  await pipeline(Readable.from(lines(first, count)), createWriteStream(path))
}

function* lines(first: number, count: number): Generator<string> {
  yield header
  const step = 1_000
  for (let from = first; from < first + count; from += step) {
    let text = ''
    for (let number = from; number < Math.min(first + count, from + step); number++) text += row(number)
    yield text
  }
}

function row(number: number): string {
  const of = (values: readonly string[]) => values[number % values.length]
  return `${addressOf(number)},${of(firstNames)},${of(lastNames)},${of(cities)},"Company ${number % 997}, Ltd"\n`
}
