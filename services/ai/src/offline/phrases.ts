import type { Brief } from '../contract.ts'

export const angles = ['benefit', 'question', 'story', 'date', 'facts', 'plain'] as const
/** The way a variant comes at its message; each lays its words out differently. */
export type Angle = (typeof angles)[number]
export type Tone = Brief['tone']
export type Phrases = readonly [string, ...string[]]

/**
 * Words around the brief, never instead of it: nothing here claims anything about the sender, the offer or the reader.
 * `{topic}` is the offer in a few words, `{brand}` the sender's name, `{when}` a date the brief names.
 */
export const ideas: Readonly<Record<Angle, string>> = {
  benefit: 'Say the offer first, then what stands behind it',
  question: 'Begin with a question the reader can answer, then the offer as the answer',
  story: 'Begin with who is writing and come to the offer from there',
  date: 'Lead with the date the brief names; there is no other urgency',
  facts: 'Let the stated facts speak, one to a line',
  plain: 'As short as it can be: the offer and the button',
}

export const subjects: Readonly<Record<Angle, Phrases>> = {
  benefit: ['For you: {topic}', 'New for you: {topic}', 'Yours to try: {topic}', 'Here it is: {topic}'],
  question: [
    'Worth a look? {topic}',
    'Have you seen this? {topic}',
    'One for you? {topic}',
    'Is this for you? {topic}',
  ],
  story: ['A note from {brand}: {topic}', 'From {brand}: {topic}', '{brand} writes: {topic}'],
  date: ['{when}: {topic}', '{topic} ({when})', 'A date to keep: {when}'],
  facts: ['What to know: {topic}', 'The facts: {topic}', 'Point by point: {topic}'],
  plain: ['{topic}', 'In short: {topic}', 'Briefly: {topic}'],
}

export const headlines: Readonly<Record<Angle, Phrases>> = {
  benefit: ['{topic}', 'Here it is: {topic}'],
  question: ['Is this one for you?', 'Worth a minute of your day?', 'What would you do with this?'],
  story: ['A note from {brand}', 'Hello from {brand}'],
  date: ['{when}', 'Keep this in mind: {when}'],
  facts: ['Point by point', 'What there is to know', 'The facts, one by one'],
  plain: [''],
}

export const openings: Readonly<Record<Tone, Readonly<Record<Angle, Phrases>>>> = {
  friendly: {
    benefit: ['We have something for you.', 'Good things first.', 'This one is for you.'],
    question: [
      'A question to begin with: is this what you have been looking for?',
      'Do you have a minute? Then have a look at this.',
    ],
    story: ['We would like to tell you what we are up to.', 'A few lines from us, and then a button.'],
    date: ['There is a date on this one, so we tell you now: {when}.', 'Please note the date: {when}.'],
    facts: ['No big words today, only what there is to know.', 'Here it is, point by point.'],
    plain: ['Short and sweet:', 'In two lines:'],
  },
  plain: {
    benefit: ['Straight to it.', 'One thing today.', 'Here is what it is about.'],
    question: ['One question: is this useful to you?', 'Would this help? Decide for yourself.'],
    story: ['Who we are, and what this is about.', 'First a word on who is writing.'],
    date: ['The date first: {when}.', 'It is about a date: {when}.'],
    facts: ['The facts, nothing else.', 'What you should know:'],
    plain: ['This is short.', 'In brief:'],
  },
  formal: {
    benefit: [
      'We are pleased to present the following to you.',
      'We would like to draw your attention to the following.',
    ],
    question: ['May we ask for a minute of your attention?', 'Might the following be of interest to you?'],
    story: ['Please allow us to introduce the matter briefly.', 'We would like to say a word about ourselves first.'],
    date: ['Please note the following date: {when}.', 'We would like to inform you of a date: {when}.'],
    facts: ['Please find the essential points below.', 'We have set out the essential points for you.'],
    plain: ['We will be brief.', 'To be brief:'],
  },
  playful: {
    benefit: ['Drum roll, please.', 'Ta-da.', 'You may want to sit down for this one.'],
    question: ['Quick quiz, one question: is this for you?', 'Guess what is behind the button. Or read on.'],
    story: ['Pull up a chair, this will not take long.', 'Gather round, it is a short one.'],
    date: ['Get a pen, there is a date coming: {when}.', 'Circle this in red: {when}.'],
    facts: ['Fun with facts, part one of one.', 'Facts. Lined up. Well behaved.'],
    plain: ['Blink and you have read it:', 'Shortest letter ever:'],
  },
}

export const bridges: Readonly<Record<Tone, Phrases>> = {
  friendly: ['What stands behind it:', 'Here is what that means:', 'A few things worth knowing:'],
  plain: ['In detail:', 'What it comes with:', 'The points:'],
  formal: ['In detail:', 'The following may be of interest:', 'Please note:'],
  playful: ['The small print, in large:', 'And it gets better, line by line:', 'For the curious:'],
}

export const closings: Readonly<Record<Tone, Phrases>> = {
  friendly: [
    'Have a look when it suits you.',
    'The button takes you there.',
    'See you on the other side of the button.',
  ],
  plain: ['The button leads to it.', 'That is all.', 'It is one click away.'],
  formal: ['Thank you for your time.', 'We thank you for your attention.', 'With kind regards'],
  playful: ['Go on, press it.', 'The button is lonely. Just saying.', 'You know what buttons are for.'],
}

export const introductions: Readonly<Record<Tone, Phrases>> = {
  friendly: ['And what we would like to show you:', 'Which brings us to the point:'],
  plain: ['What this is about:', 'The point:'],
  formal: ['This is the reason for our letter:', 'The subject of this letter:'],
  playful: ['Now for the good part:', 'Here comes the point:'],
}
