import { Brand, Brief } from '../src/contract.ts'
import type { Copy } from '../src/crew/copy.ts'

/** A brief that says enough for every angle; name what a test is about. */
export function buildBrief(brief: Partial<Brief> = {}): Brief {
  return Brief.parse({
    goal: 'Fill the spring workshop',
    audience: 'Past customers who garden',
    offer: 'A spring workshop on growing herbs on a balcony',
    callToAction: { label: 'Save a seat', url: 'https://example.com/workshop' },
    facts: ['The workshop takes two hours', 'Seedlings and soil are included', 'There are 24 seats'],
    ...brief,
  })
}

export function buildBrand(brand: Partial<Brand> = {}): Brand {
  return Brand.parse({
    name: 'Northwind Gardens',
    description: 'We are a garden centre run by three sisters',
    website: 'https://example.com',
    postalAddress: '1 Harbour Street, 20457 Hamburg',
    ...brand,
  })
}

export function buildCopy(copy: Partial<Copy> = {}): Copy {
  return {
    label: 'A',
    subject: 'A spring workshop on growing herbs',
    preheader: 'Two hours, seedlings included',
    headline: 'Herbs on your balcony',
    paragraphs: ['We have something for you.', 'A spring workshop on growing herbs on a balcony.'],
    points: ['The workshop takes two hours.', 'There are 24 seats.'],
    closing: 'Have a look when it suits you.',
    rationale: 'It says the offer first.',
    ...copy,
  }
}
