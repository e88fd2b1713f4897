import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { describe, it } from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { canCertify, makeCertificate } from '../../test/certificate.ts'
import { openScripted, type Script, type Talk } from '../../test/scripted.ts'
import { SmtpSession, type SmtpTarget } from './session.ts'

const timeouts = { connectTimeoutMs: 1_000, replyTimeoutMs: 400, messageTimeoutMs: 800 }
const envelope = { from: 'a@sender.example', to: 'b@x.example', size: 20 }
const content = Buffer.from('Subject: x\r\n\r\nBody\r\n')
const skip = canCertify ? false : 'openssl is not here to make certificates with: install it to run these'
const [certificate, elsewhere] = ['localhost', 'elsewhere.example'].map(makeCertificate)
// Node asks for these on each new connection: the second is trusted, but for another host.
if (elsewhere !== undefined) setDefaultCACertificates([...getCACertificates(), elsewhere.cert])

const usual: Record<string, string> = {
  CONNECT: '220 ready\r\n',
  EHLO: '250-here\r\n250-PIPELINING\r\n250 8BITMIME\r\n',
  MAIL: '250 ok\r\n',
  RCPT: '250 ok\r\n',
  DATA: '354 go on\r\n',
  '.': '250 2.0.0 taken\r\n',
  RSET: '250 ok\r\n',
  QUIT: '221 bye\r\n',
}

/** Answers as usual but for some verbs. */
function saying(instead: Record<string, string | ((talk: Talk, line: string) => void)> = {}): Script {
  return (line, talk) => {
    const verb = line === '.' ? '.' : (line.split(' ')[0] ?? '')
    const answer = instead[verb] ?? usual[verb] ?? '500 5.5.2 not known\r\n'
    if (typeof answer === 'string') talk.say(answer)
    else answer(talk, line)
  }
}

function targetAt(port: number, change: Partial<SmtpTarget> = {}): SmtpTarget {
  const known = { host: 'localhost', address: '127.0.0.1', name: 'client.example', username: '', password: '' }
  return { ...known, port, tls: 'none', ...change }
}

function offering(...extensions: string[]): string {
  return ['here', ...extensions].map((line, at) => `250${at === extensions.length ? ' ' : '-'}${line}\r\n`).join('')
}

/** Sends one message; the ending, or why there was no connection. */
async function sendBy(script: Script, change: Partial<SmtpTarget> = {}, message = envelope) {
  await using server = await openScripted(script)
  let ending: Awaited<ReturnType<SmtpSession['send']>> | { kind: 'trouble'; text: string }
  try {
    await using session = await SmtpSession.open(targetAt(server.port, change), timeouts)
    ending = await session.send(message, content)
  } catch (error) {
    ending = { kind: 'trouble', text: (error as Error).message }
  }
  return { ending, heard: [...server.heard] }
}

describe('an envelope', () => {
  it('travels with the content before it, and each message gets its own answer', async () => {
    let count = 0
    await using server = await openScripted(saying({ '.': (talk) => talk.say(`250 taken ${++count}\r\n`) }))
    await using session = await SmtpSession.open(targetAt(server.port), timeouts)
    assert.equal(await session.offer(envelope), undefined)
    const first = session.transfer(content, { ...envelope, to: 'c@x.example' })
    const second = await first.ending.then(() => first.offered).then(() => session.transfer(content).ending)
    assert.deepEqual([(await first.ending).text, second.text], ['250 taken 1', '250 taken 2'])
    assert.deepEqual(
      server.heard.filter((line) => /^(RCPT|DATA|\.)/.test(line)),
      ['RCPT TO:<b@x.example>', 'DATA', '.', 'RCPT TO:<c@x.example>', 'DATA', '.'],
    )
  })

  it('that was refused while its group asked for a content all the same is closed with an empty one', async () => {
    let taken = 0
    const script = saying({ RCPT: (talk, line) => talk.say(line.includes('<bad') ? '550 5.1.1 no\r\n' : '250 ok\r\n') })
    const counting: Script = (line, talk) => {
      if (line === '.') talk.say(taken++ === 0 ? '554 5.5.1 nobody to send to\r\n' : '250 taken\r\n')
      else script(line, talk)
    }
    await using server = await openScripted(counting)
    await using session = await SmtpSession.open(targetAt(server.port), timeouts)
    const refused = await session.send({ ...envelope, to: 'bad@x.example' }, content)
    const next = await session.send(envelope, content)
    assert.deepEqual(
      [refused, next.text],
      [{ kind: 'reply', stage: 'rcpt', code: 550, text: '550 5.1.1 no' }, '250 taken'],
    )
    assert.ok(server.heard.includes('RSET'))
  })

  it('tells the size where the server asks, and one that is too large never leaves', async () => {
    const script = saying({ EHLO: offering('SIZE 1000') })
    const { heard } = await sendBy(script)
    assert.ok(heard.includes('MAIL FROM:<a@sender.example> SIZE=20'))
    const large = await sendBy(script, {}, { ...envelope, size: 1_001 })
    assert.deepEqual([large.ending.kind, large.heard.some((line) => line.startsWith('MAIL'))], ['refused', false])
  })

  it('with other than ASCII letters asks for SMTPUTF8, and needs it', async () => {
    const message = { ...envelope, to: 'jörg@x.example' }
    const able = await sendBy(saying({ EHLO: offering('SMTPUTF8') }), {}, message)
    assert.ok(able.heard.includes('MAIL FROM:<a@sender.example> SMTPUTF8'))
    assert.equal(able.ending.kind, 'reply')
    const unable = await sendBy(saying(), {}, message)
    assert.deepEqual([unable.ending.kind, /SMTPUTF8/.test(unable.ending.text)], ['refused', true])
  })
})

describe('a reply', () => {
  const long = '250-first\r\n250-\r\n250-with \xc3\xb6\r\n250 last\r\n'
  it('is the same wherever the network cuts it', async () => {
    for (let at = 1; at < long.length; at++) {
      const cut = (talk: Talk) => {
        talk.say(long.slice(0, at))
        setImmediate(() => talk.say(long.slice(at)))
      }
      const { ending } = await sendBy(saying({ '.': cut }))
      assert.deepEqual([ending.kind, ending.text], ['reply', '250 first  with ö last'], `cut at ${at}`)
    }
  })

  it('without an end, or that is none, ends the connection with the message in doubt', async () => {
    const endless = `250-${'x'.repeat(70_000)}`
    const answers = [endless, '250-again\r\n'.repeat(1_100), 'HTTP/1.1 400 Bad Request\r\n', '\x00\x16\x03\x01\r\n']
    for (const answer of answers) {
      const { ending } = await sendBy(saying({ '.': answer }))
      assert.ok(ending.kind === 'lost' && ending.stage === 'content', JSON.stringify(ending))
      assert.match(ending.text, /does not speak SMTP/)
      const early = await sendBy(saying({ CONNECT: answer }))
      assert.deepEqual([early.ending.kind, early.heard.includes('DATA')], ['trouble', false])
    }
  })

  it('that drips in byte by byte is given up in time', async () => {
    const { ending } = await sendBy(saying({ '.': (talk) => talk.drip(`250 ${'y'.repeat(500)}\r\n`, 50) }))
    assert.deepEqual(ending, { kind: 'lost', stage: 'content', text: 'No answer within 800 ms' })
  })
})

describe('encryption', { skip }, () => {
  const upgrade = (behind = '', certified = certificate): Script =>
    saying({
      EHLO: (talk) => talk.say(talk.isEncrypted ? offering('AUTH PLAIN') : offering('STARTTLS', 'AUTH PLAIN')),
      STARTTLS: (talk) => {
        talk.say(`220 go ahead\r\n${behind}`)
        if (certified !== undefined) talk.encrypt(certified)
      },
      AUTH: '235 welcome\r\n',
    })
  const account = { username: 'ada', password: 'secret' }

  it('that is required and stripped, refused or broken off gives away neither password nor message', async () => {
    const table: [name: string, script: Script][] = [
      ['stripped', saying({ EHLO: offering('AUTH PLAIN') })],
      ['HELO only', saying({ EHLO: '502 no\r\n', HELO: '250 here\r\n' })],
      ['refused', saying({ EHLO: offering('STARTTLS'), STARTTLS: '454 4.7.0 not now\r\n' })],
      ['broken off', saying({ EHLO: offering('STARTTLS'), STARTTLS: (talk) => talk.drop() })],
      ['no TLS behind it', saying({ EHLO: offering('STARTTLS'), STARTTLS: '220 go\r\n250 not TLS\r\n' })],
      ['nothing behind it', saying({ EHLO: offering('STARTTLS'), STARTTLS: '220 go\r\n' })],
      ['certificate of nobody', upgrade()],
      ['certificate of another host', upgrade('', elsewhere)],
    ]
    for (const [name, script] of table) {
      const { ending, heard } = await sendBy(script, { tls: 'required', ...account })
      assert.equal(ending.kind, 'trouble', `${name}: ${JSON.stringify(ending)}`)
      assert.deepEqual(
        heard.filter((line) => /AUTH|MAIL|RCPT|DATA|Subject/.test(line)),
        [],
        name,
      )
    }
  })

  it('that is opportunistic goes on in clear without an offer, and takes any certificate', async () => {
    const clear = await sendBy(saying(), { tls: 'opportunistic' })
    assert.ok(clear.heard.includes('MAIL FROM:<a@sender.example>'))
    const encrypted = await sendBy(upgrade(), { tls: 'opportunistic' })
    assert.ok(encrypted.heard.includes('TLS MAIL FROM:<a@sender.example>'), JSON.stringify(encrypted))
    assert.ok(!encrypted.heard.includes('MAIL FROM:<a@sender.example>'))
  })

  it('that can be trusted covers greeting, signing in and content', async () => {
    const host = 'elsewhere.example'
    const { ending, heard } = await sendBy(upgrade('', elsewhere), { tls: 'required', host, ...account })
    assert.deepEqual([ending.kind, ending.text], ['reply', '250 2.0.0 taken'])
    assert.deepEqual(heard.slice(0, 2), ['EHLO client.example', 'STARTTLS'])
    assert.ok(heard.slice(2).every((line) => line.startsWith('TLS ')))
  })

  it('drops what was said in clear behind the word to begin', async () => {
    // RFC 3207 §6: whoever sits in between could answer EHLO in advance, and so strip or add what the server offers.
    const injected = '250-evil\r\n250 AUTH LOGIN\r\n'
    const { ending, heard } = await sendBy(upgrade(injected), { tls: 'opportunistic', ...account })
    assert.ok(!heard.some((line) => line.includes('AUTH LOGIN')), JSON.stringify(heard))
    if (ending.kind !== 'trouble') assert.ok(heard.some((line) => line.startsWith('TLS AUTH PLAIN')))
  })
})

describe('signing in', () => {
  const account = { username: 'ada', password: 'secret ü' }
  const encode = (text: string) => Buffer.from(text).toString('base64')

  it('uses PLAIN where it can', async () => {
    const script = saying({ EHLO: offering('AUTH LOGIN PLAIN CRAM-MD5'), AUTH: '235 welcome\r\n' })
    const { heard, ending } = await sendBy(script, account)
    assert.ok(heard.includes(`AUTH PLAIN ${encode('\0ada\0secret ü')}`))
    assert.equal(ending.text, '250 2.0.0 taken')
  })

  it('uses LOGIN, also as old servers offer it', async () => {
    let asked = 0
    const script = saying({ EHLO: offering('AUTH=LOGIN'), AUTH: '334 VXNlcm5hbWU6\r\n' })
    const login: Script = (line, talk) => {
      if (line === encode('ada') || line === encode('secret ü'))
        talk.say(asked++ === 0 ? '334 UGFzc3dvcmQ6\r\n' : '235 ok\r\n')
      else script(line, talk)
    }
    const { ending } = await sendBy(login, account)
    assert.deepEqual([asked, ending.text], [2, '250 2.0.0 taken'])
  })

  it('answers the challenge of CRAM-MD5 with a digest', async () => {
    const challenge = '<1.2@here>'
    const expected = encode(`ada ${createHmac('md5', account.password).update(challenge).digest('hex')}`)
    const script = saying({ EHLO: offering('AUTH CRAM-MD5'), AUTH: `334 ${encode(challenge)}\r\n` })
    const cram: Script = (line, talk) => (line === expected ? talk.say('235 ok\r\n') : script(line, talk))
    const { ending } = await sendBy(cram, account)
    assert.equal(ending.text, '250 2.0.0 taken')
  })

  it('that fails, or has no way we know, stops before any message', async () => {
    for (const [offer, answer] of [
      ['AUTH PLAIN', '535 5.7.8 wrong\r\n'],
      ['AUTH PLAIN', '421 4.3.2 closing\r\n'],
      ['AUTH LOGIN', '535 5.7.8 wrong\r\n'],
      ['AUTH GSSAPI', '235 never asked\r\n'],
      ['8BITMIME', '235 never asked\r\n'],
    ] as const) {
      const { ending, heard } = await sendBy(saying({ EHLO: offering(offer), AUTH: answer }), account)
      assert.deepEqual([ending.kind, heard.some((line) => line.startsWith('MAIL'))], ['trouble', false], offer)
    }
  })
})
