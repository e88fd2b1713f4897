import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Terminator } from './terminator.ts'

const contents = [
  '.\r\n',
  'a\r\n.\r\n',
  '..\r\n.\r\n',
  'a\r\n..\r\n.\r\n',
  '\r\r\n\r\n.\r\n',
  'a\r\n.\r\r\n.\r\n',
  'a\r\n.\rb\r\n.\r\n',
  'a\n.\n\r\n.b\r\n.\r\n',
]

/** Every way to cut a text into chunks. */
function* cuts(text: string): Generator<string[]> {
  for (let mask = 0; mask < 2 ** (text.length - 1); mask++) {
    const chunks = [text.charAt(0)]
    for (let at = 1; at < text.length; at++) {
      if (mask & (1 << (at - 1))) chunks.push(text.charAt(at))
      else chunks[chunks.length - 1] += text.charAt(at)
    }
    yield chunks
  }
}

test('the end of a content is found at the first dot alone, however the stream is cut', () => {
  for (const content of contents) {
    for (const chunks of cuts(`${content}QUIT`)) {
      const terminator = new Terminator()
      terminator.begin()
      let before = 0
      let end = -1
      for (const chunk of chunks) {
        end = terminator.findEnd(Buffer.from(chunk), 0)
        if (end >= 0) break
        before += chunk.length
      }
      assert.equal(end < 0 ? end : before + end, content.length, JSON.stringify(chunks))
    }
  }
})

test('what stands before the place to read from is not looked at', () => {
  const terminator = new Terminator()
  terminator.begin()
  const chunk = Buffer.from('x\r\n.\r\nDATA\r\nbody\r\n.\r\n')
  assert.equal(terminator.findEnd(chunk, chunk.indexOf('body')), chunk.length)
})
