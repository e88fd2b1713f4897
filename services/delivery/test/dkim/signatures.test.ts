import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { systemClock } from '@fanfare/kernel'
import { createSigner, signMessage } from '../../src/dkim/signer.ts'
import { buildSigningKey } from './keys.ts'
import { verifiers } from './verifiers.ts'

const rsa = buildSigningKey('rsa-sha256')
const ed25519 = buildSigningKey('ed25519-sha256')
const nextRsa = buildSigningKey('rsa-sha256', { selector: 'r2' })
const records = Object.fromEntries([rsa, ed25519, nextRsa].map(({ record }) => [record.name, record.value]))
const signer = createSigner({ clock: systemClock }, [rsa.key, ed25519.key, nextRsa.key])

const head = [
  'From: "Ada" <ada@example.com>',
  'To: <bob@example.org>',
  'Reply-To: <reply@example.com>',
  'Subject: Hello =?UTF-8?B?SMOkbGxv?=',
  'Date: Sun, 01 Mar 2026 12:34:56 +0000',
  'Message-ID: <0123456789abcdef0123456789abcdef@example.com>',
  'List-Unsubscribe: <https://t.example/u/TOKEN>',
  'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
  'MIME-Version: 1.0',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: 8bit',
  'Feedback-ID: a:b:c:d',
  'X-Unsigned: may change',
]
const message = (lines: readonly string[], body: string) => Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`)

const sound: [title: string, message: Buffer][] = [
  ['a plain body', message(head, 'Hello\r\n')],
  ['an empty body', message(head, '')],
  ['a body of empty lines', message(head, '\r\n\r\n\r\n')],
  ['a body that does not end its last line', message(head, 'Hello')],
  ['empty lines at the end', message(head, 'Hello\r\n\r\n\r\n\r\n')],
  ['white space everywhere', message(head, ' a \t b  \r\n\t\r\n  \r\nc\t\td \t \r\n')],
  ['lines of dots', message(head, '.\r\n..\r\n.a\r\n')],
  ['eight-bit text', message(head, 'Hällo wörld 🎉\r\n')],
  [
    'any octets',
    Buffer.concat([
      message(head, ''),
      Buffer.from(Array.from({ length: 256 }, (_, octet) => octet || 1)).filter(
        (octet) => octet !== 10 && octet !== 13,
      ),
    ]),
  ],
  ['a long body', message(head, 'The same line again and again  \r\n'.repeat(20_000))],
  ['more empty lines than one piece holds', message(head, `a${'\r\n'.repeat(20_000)}b\r\n`)],
  [
    'long folded fields',
    message(
      [
        ...head,
        `References: ${Array.from({ length: 60 }, (_, n) => `<${n}.long.message.id@example.com>`).join('\r\n\t ')}`,
      ],
      'x\r\n',
    ),
  ],
  [
    'fields with odd white space',
    message(
      [
        'FROM:\t"Ada"   <ada@example.com> \t',
        'Subject:',
        ' \t ',
        'Subject:no space',
        ...head.filter((line) => !/^(From|Subject)/.test(line)),
      ].filter((line) => line.trim() !== ''),
      'x\r\n',
    ),
  ],
  [
    'an empty subject',
    message(
      head.map((line) => line.replace(/^Subject:.*/, 'Subject: ')),
      'x\r\n',
    ),
  ],
  [
    'fields that stand there twice',
    message([...head, 'Subject: another', 'List-Id: one <a.example>', 'List-Id: two <b.example>'], 'x\r\n'),
  ],
  [
    'eight-bit fields',
    message(
      head.map((line) => line.replace('Hello', 'Hällo')),
      'x\r\n',
    ),
  ],
  ['hardly any fields', message(['From: ada@example.com'], 'x\r\n')],
]

for (const verifier of verifiers) {
  describe(`${verifier.name} takes the signatures of`, {
    skip: !verifier.isThere() && `${verifier.name} is not here: apt-get install ${verifier.debian}`,
  }, () => {
    let results: string[][]
    before(async () => {
      results = await verifier.verify(await Promise.all(sound.map(([, plain]) => signMessage(signer, plain))), records)
    })
    for (const [index, [title]] of sound.entries()) {
      test(title, () => {
        const [first, second, third] = results[index] as string[]
        assert.deepEqual([first, third, results[index]?.length], ['pass', 'pass', 3])
        assert.ok(second === 'pass' || (verifier.name === 'Mail::DKIM' && second === 'unsupported'), `${second}`)
      })
    }
  })

  describe(`${verifier.name} refuses`, {
    skip: !verifier.isThere() && `${verifier.name} is not here: apt-get install ${verifier.debian}`,
  }, () => {
    test('one octet changed anywhere in a signed field or the body, and nothing for an unsigned one', async () => {
      const plain = message(head, 'Hello  there\r\nagain\r\n')
      const signed = await signMessage(signer, plain)
      const own = signed.length - plain.length
      const changed: { at: string; source: Buffer; breaks: boolean }[] = []
      for (let at = own; at < signed.length; at++) {
        const octet = signed[at] as number
        // White space and case of names are free in relaxed form; a colon or line end makes another field of it.
        if (octet <= 32 || octet === 58) continue
        const source = Buffer.from(signed)
        source[at] = octet ^ 1
        if (source[at] === 58 || (source[at] as number) <= 32) continue
        const start = signed.lastIndexOf('\r\n', at) + 2
        changed.push({
          at: `${at - own} ${signed.subarray(start, at + 1)}`,
          source,
          breaks: !signed.subarray(start).toString().startsWith('X-Unsigned'),
        })
      }
      assert.ok(changed.length > 400)
      const results = await verifier.verify(
        changed.map(({ source }) => source),
        records,
      )
      for (const [index, { at, breaks }] of changed.entries()) {
        const passed = (results[index] as string[]).filter((result) => result === 'pass').length
        assert.equal(passed > 0, !breaks, `${verifier.name} ${at}: ${results[index]}`)
      }
    })

    test('a second field of a kind that is signed once more than it stands there', async () => {
      const names = [
        'From',
        'To',
        'Cc',
        'Subject',
        'Date',
        'Message-ID',
        'Reply-To',
        'List-Unsubscribe',
        'List-Unsubscribe-Post',
        'MIME-Version',
        'Content-Type',
      ]
      const signed = await signMessage(signer, message(head, 'Hello\r\n'))
      const added = names.flatMap((name) => [
        `${name}: evil\r\n${signed}`,
        `${signed}`.replace('X-Unsigned', `${name}: evil\r\nX-Unsigned`),
      ])
      const results = await verifier.verify(
        added.map((source) => Buffer.from(source)),
        records,
      )
      for (const [index, result] of results.entries())
        assert.ok(!result.includes('pass'), `${added[index]?.slice(0, 60)}: ${result}`)
    })
  })
}
