import assert from 'node:assert/strict'
import { test } from 'node:test'
import { detectDialect } from './dialect.ts'

for (const [title, text, expected] of [
  ['commas', 'email,name\na@b.co,Ada\n', { delimiter: ',', newline: '\n', hasHeader: true, start: 0 }],
  [
    'semicolons with commas in the cells',
    'email;name\na@b.co;"Lovelace, Ada"\nc@d.co;B, C\n',
    { delimiter: ';', newline: '\n', hasHeader: true, start: 0 },
  ],
  ['tabs', 'email\tname\r\na@b.co\tAda\r\n', { delimiter: '\t', newline: '\n', hasHeader: true, start: 0 }],
  ['pipes', 'email|name\na@b.co|Ada\n', { delimiter: '|', newline: '\n', hasHeader: true, start: 0 }],
  ['carriage returns alone', 'email,name\ra@b.co,Ada\r', { delimiter: ',', newline: '\r', hasHeader: true, start: 0 }],
  ["Excel's sep line", 'sep=;\r\nemail;name\r\n', { delimiter: ';', newline: '\n', hasHeader: true, start: 7 }],
  [
    'no header when the first row has an address',
    'a@b.co,Ada\nc@d.co,Bob\n',
    { delimiter: ',', newline: '\n', hasHeader: false, start: 0 },
  ],
  ['one column', 'email\na@b.co\n', { delimiter: ',', newline: '\n', hasHeader: true, start: 0 }],
] as const) {
  test(`a table is recognised: ${title}`, () => assert.deepEqual(detectDialect(text, true), expected))
}
