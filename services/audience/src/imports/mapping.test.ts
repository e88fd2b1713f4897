import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FieldKey } from '../contract.ts'
import { proposeMapping } from './mapping.ts'

/** Headers in the layouts that the vendors document, and what each column becomes, in short. */
const exports = [
  [
    'mailchimp',
    'Email Address,First Name,Last Name,Address,Phone Number,Birthday,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,LAST_CHANGED,LEID,EUID,NOTES,TAGS',
    'email,first_name,last_name,+address,+phone_number,+birthday,-,-,-,-,-,-,-,-,-,+timezone,+cc,+region,-,-,-,+notes,tags',
  ],
  [
    'mailchimp',
    'Email Address,First Name,Last Name,MEMBER_RATING,OPTIN_TIME,UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_CAMPAIGN_ID,UNSUB_REASON,LEID,EUID',
    'email,first_name,last_name,-,-,status,-,-,-,-,-',
  ],
  [
    'hubspot',
    'Record ID,First Name,Last Name,Email,Phone Number,Contact owner,Last Activity Date,Lead Status,Marketing contact status,Create Date,Associated Company,Lifecycle Stage,Unsubscribed from all email,Email hard bounce reason',
    '-,first_name,last_name,email,+phone_number,-,-,+lead_status,-,-,-,+lifecycle_stage,status,status',
  ],
  ['listmonk', 'uuid,email,name,attributes,status,created_at,updated_at', '-,email,full_name,attributes,status,-,-'],
  [
    'google_contacts',
    'First Name,Middle Name,Last Name,File As,Organization Name,Labels,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value',
    'first_name,+middle_name,last_name,-,+company,tags,-,email,-,+phone',
  ],
  [
    'google_contacts',
    'Name,Given Name,Family Name,Group Membership,E-mail 1 - Type,E-mail 1 - Value,Phone 1 - Value,Organization 1 - Title',
    '-,first_name,last_name,tags,-,email,+phone,+job_title',
  ],
  ['unknown', 'E-Mail-Adresse,Vorname,Nachname,Kundennummer,Größe', 'email,first_name,last_name,+kundennummer,+grosse'],
  ['unknown', 'Vorname,Name,Mail', 'first_name,last_name,email'],
  ['unknown', 'Correo electrónico,Nombre,Apellidos', 'email,first_name,last_name'],
  ['unknown', 'Courriel,Prénom,Nom de famille,Étiquettes', 'email,first_name,last_name,tags'],
  ['unknown', 'メールアドレス,名,姓,会社', 'email,first_name,last_name,+column_4'],
  ['unknown', 'email,status,created_at,unsubscribe_url', 'email,status,+created_at_given,+unsubscribe_url_given'],
] as const

for (const [source, header, expected] of exports) {
  test(`columns are recognised (${source}): ${header.slice(0, 50)}`, () => {
    const headers = header.split(',')
    const mapped = proposeMapping(headers, [headers.map((_, index) => `text ${index}`)], [])
    assert.equal(mapped.source, source)
    assert.equal(mapped.columns.map(({ target }) => short(target)).join(','), expected)
    for (const { target } of mapped.columns) if ('key' in target) FieldKey.parse(target.key)
  })
}

function short(target: ReturnType<typeof proposeMapping>['columns'][number]['target']): string {
  if (target.kind === 'field') return target.key
  if (target.kind === 'new_field') return `+${target.key}`
  return target.kind === 'ignore' ? '-' : target.kind
}

test('a column that holds addresses is the email column, whatever it is called', () => {
  const rows = [
    ['1', 'ada@example.com'],
    ['2', 'bob@example.com'],
  ]
  const { columns } = proposeMapping(['a', 'b'], rows, [])
  assert.deepEqual(columns[1]?.target, { kind: 'field', key: 'email' })
})

test('a field that is there is used again, and a second column of its name becomes another field', () => {
  const { columns } = proposeMapping(['email', 'Plan', 'plan'], [], [{ key: 'plan', label: 'Plan', type: 'text' }])
  assert.deepEqual(
    columns.map(({ target }) => short(target)),
    ['email', 'plan', '+plan_2'],
  )
})

test('a new field is text unless its samples are plainly something else', () => {
  const headers = ['email', 'Age', 'Joined', 'VIP', 'ZIP', 'Phone', 'Mixed']
  const rows = [
    ['a@b.co', '31', '2026-01-31', 'yes', '02139', '4420794609', '1'],
    ['c@d.co', '4.5', '2025-12-01', 'no', '90210', '4420794608', '2'],
    ['e@f.co', '70', '2025-11-01', 'yes', '10115', '4420794607', 'three'],
  ]
  const types = proposeMapping(headers, rows, []).columns.map(({ target }) => ('type' in target ? target.type : '-'))
  assert.deepEqual(types, ['-', 'number', 'date', 'yes_no', 'text', 'text', 'text'])
})
