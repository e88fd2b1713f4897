/** A source of numbers from 0 to 1 that repeats with its seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let word = Math.imul(state ^ (state >>> 15), state | 1)
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61)
    return ((word ^ (word >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** One open or click of whom we know; `link` is the number of a link of the message, or the one that no person sees. */
export interface Visit {
  readonly by: 'person' | 'machine'
  readonly behaviour: string
  readonly kind: 'open' | 'click'
  readonly link: number | 'honeypot' | null
  readonly afterMs: number
  readonly method: 'GET' | 'HEAD'
  readonly userAgent: string
  readonly purposes: readonly string[]
}
type Seen = Pick<Visit, 'kind' | 'link' | 'afterMs'> & Partial<Pick<Visit, 'method' | 'userAgent' | 'purposes'>>
type Behaviour = (random: () => number, links: number) => Seen[]

const browsers = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15',
  'Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148',
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (Linux; Android 15; SM-S928B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36',
]
/** What loads pictures when a person opens a message: Gmail and Yahoo through their proxies, mail programs themselves. */
const readers = [
  ...browsers,
  'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)',
  'YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html',
  'Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; Win64; x64; Trident/7.0; Microsoft Outlook 16.0.17328; ms-office; MSOffice 16)',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Thunderbird/140.3.0',
]
const programs = [
  'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)',
  'Mozilla/5.0 (compatible; Barracuda Sentinel Link Protection)',
  'python-requests/2.32.3',
  'Go-http-client/1.1',
  'curl/8.14.1',
  'Mozilla/5.0 (compatible; Proofpoint URL Defense)',
  'Mimecast URL Protect',
  'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)',
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/139.0.0.0 Safari/537.36',
  'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)',
]
const [second, minute, hour] = [1_000, 60_000, 3_600_000]

const one = <T>(random: () => number, of: readonly T[]): T => of[Math.floor(random() * of.length)] as T
/** Spread evenly over orders of magnitude, as waits of people are. */
const wait = (random: () => number, from: number, to: number) => Math.round(from * (to / from) ** random())
const every = (links: number) => Array.from({ length: links }, (_, link) => link)

/** Reads, and may follow some links one after the other; a double click repeats one at once. */
function read(random: () => number, links: number, opensAfterMs: number): Seen[] {
  const userAgent = one(random, browsers)
  const seen: Seen[] = [{ kind: 'open', link: null, afterMs: opensAfterMs, userAgent: one(random, readers) }]
  let at = opensAfterMs
  for (let clicks = one(random, [0, 1, 1, 2, 3]); clicks > 0; clicks -= 1) {
    at += wait(random, 2.5 * second, 5 * minute)
    const link = Math.floor(random() * links)
    seen.push({ kind: 'click', link, afterMs: at, userAgent })
    if (random() < 0.1) seen.push({ kind: 'click', link, afterMs: at + 300, userAgent })
  }
  return seen
}

/** Opens every link in a browser's clothes, `gapMs` apart, and most often the one that nobody sees, somewhere among them. */
function followAll(
  random: () => number,
  links: number,
  startsAfterMs: number,
  gapMs: number,
  honeypot: number,
): Seen[] {
  const userAgent = one(random, browsers)
  const targets: Visit['link'][] = every(links)
  if (random() < honeypot) targets.splice(Math.floor(random() * (links + 1)), 0, 'honeypot')
  return targets.map((link, index) => ({ kind: 'click', link, afterMs: startsAfterMs + index * gapMs, userAgent }))
}

/** Who does what, and how often among a hundred of their kind. The last of each kind are those that no sign tells apart. */
const people: readonly [name: string, weight: number, behaviour: Behaviour][] = [
  ['reads in time', 78, (random, links) => read(random, links, wait(random, 20 * second, 48 * hour))],
  ['reads at once', 14, (random, links) => read(random, links, wait(random, second, 15 * second))],
  ['comes back', 6, (random, links) => [minute, hour].flatMap((ms) => read(random, links, wait(random, ms, 30 * ms)))],
  [
    'opens two links in tabs',
    2,
    (random) => {
      const [afterMs, userAgent] = [wait(random, minute, hour), one(random, browsers)]
      return [0, 1].map((link) => ({ kind: 'click', link, afterMs: afterMs + link * 1_200, userAgent }))
    },
  ],
]
const machines: readonly [name: string, weight: number, behaviour: Behaviour][] = [
  [
    'Apple’s proxy',
    25,
    (random) => [{ kind: 'open', link: null, afterMs: wait(random, second, hour), userAgent: 'Mozilla/5.0' }],
  ],
  [
    'a named program',
    20,
    (random, links) => {
      const [userAgent, from] = [one(random, programs), wait(random, 500, hour)]
      return every(links).map((link) => ({ kind: 'click', link, afterMs: from + link * 3 * second, userAgent }))
    },
  ],
  [
    'a check by HEAD',
    10,
    (random) => [
      { kind: 'click', link: 0, afterMs: wait(random, second, hour), method: 'HEAD', userAgent: one(random, browsers) },
    ],
  ],
  ['no name', 5, (random) => [{ kind: 'click', link: 0, afterMs: wait(random, second, hour), userAgent: '' }]],
  [
    'a prefetch',
    8,
    (random) => [
      {
        kind: 'click',
        link: 0,
        afterMs: wait(random, minute, hour),
        userAgent: one(random, browsers),
        purposes: ['prefetch'],
      },
    ],
  ],
  [
    'a fast scanner in disguise',
    20,
    (random, links) => followAll(random, links, wait(random, 300, 2 * minute), 200, 0.8),
  ],
  [
    'a slow scanner in disguise',
    7,
    (random, links) => followAll(random, links, wait(random, minute, hour), 2.5 * second, 0.9),
  ],
  [
    'a picture loader in disguise',
    3,
    (random) => [{ kind: 'open', link: null, afterMs: wait(random, second, hour), userAgent: one(random, browsers) }],
  ],
  [
    'one late click in disguise',
    2,
    (random) => [{ kind: 'click', link: 0, afterMs: wait(random, minute, hour), userAgent: one(random, browsers) }],
  ],
]

/**
 * What happens to each of so many messages: a person, a machine, or a machine and then a person, in equal parts. Of a pair
 * the person comes half an hour later or more, as somebody does whose company has links looked at on arrival.
 */
export function labelledVisits(seed: number, messages: number, links: number): Visit[][] {
  const random = createRandom(seed)
  const act = (by: Visit['by'], notBefore: number): Visit[] => {
    const [behaviour, , make] = pick(random, by === 'person' ? people : machines)
    return make(random, links).map((seen) => ({
      method: 'GET',
      userAgent: '',
      purposes: [],
      ...seen,
      afterMs: seen.afterMs + notBefore,
      by,
      behaviour,
    }))
  }
  return Array.from({ length: messages }, (_, index) => [
    ...(index % 3 === 0 ? [] : act('machine', 0)),
    ...(index % 3 === 1 ? [] : act('person', index % 3 === 2 ? 2 * hour : 0)),
  ])
}

function pick<T extends readonly [string, number, Behaviour]>(random: () => number, of: readonly T[]): T {
  const tickets = of.flatMap((one) => Array.from({ length: one[1] }, () => one))
  return one(random, tickets)
}
