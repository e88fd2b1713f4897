import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readCommonPasswords } from './common-passwords.ts'
import { findPasswordFault } from './password-rules.ts'

const common = readCommonPasswords()
const personal = ['Fanfare', 'Analytical Engines', 'Ada Lovelace', 'ada.lovelace@example.com']

const cases: readonly (readonly [password: string, fault: ReturnType<typeof findPasswordFault>])[] = [
  ['correct horse battery staple', undefined],
  ['Regentonne-7-Blaulicht', undefined],
  ['пароль с длинным хвостом', undefined],
  ['🦊🦉🐢🦔🐝🐙🦀🐳🦜🦓🦩🐌', undefined],
  ['qwertyqwerty', 'common'],
  ['1qaz2wsx3edc', 'common'],
  ['QwertyQwerty', 'common'],
  ['password123456', 'common'],
  ['!!!Password2026!!!', 'common'],
  ['dragon-1234567', 'common'],
  ['Ｐａｓｓｗｏｒｄ１２３４', 'common'],
  ['aaaaaaaaaaaaaaaa', 'common'],
  ['xyzzyxyzzyxyzzy', 'repeats'],
  ['abcabcabcabc', 'repeats'],
  ['sunshinesunshine', 'repeats'],
  ['abcdefghijklm', 'sequence'],
  ['2345678901234', 'sequence'],
  ['3210987654321', 'sequence'],
  ['AdaLovelace2026', 'personal'],
  ['ada.lovelace@example.com', 'personal'],
  ['fanfare-fanfare', 'personal'],
  ['Analytical-Engines-1', 'personal'],
  ['Fanfare-password!', 'personal'],
  ['fanfare marches over quiet hills', undefined],
]

for (const [password, fault] of cases) {
  test(`${password} is ${fault === undefined ? 'taken' : `refused: ${fault}`} (ASVS 6.2.4, 6.2.11)`, () => {
    assert.equal(findPasswordFault(password, { common, personal }), fault)
  })
}

test('the shipped list holds at least 3,000 passwords that our rule of length lets through (ASVS 6.2.4)', () => {
  const fitting = [...common].filter((word) => word.length >= 12)
  assert.ok(fitting.length >= 3_000, `only ${fitting.length}`)
  assert.ok(common.size >= 6_900, `only ${common.size} in all`)
})
