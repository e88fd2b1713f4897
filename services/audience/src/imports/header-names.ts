import type { ColumnTarget } from '../contract.ts'

/** A header without case, accents and punctuation: `E-Mail 1 - Value` → `e mail 1 value`. */
export function normaliseHeader(header: string): string {
  return header
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}+/gu, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

/** A header as the key of a field: `Größe (cm)` → `grosse_cm`. Undefined when nothing of it can be in a key. */
export function fieldKeyOf(header: string): string | undefined {
  const key = normaliseHeader(header.replaceAll('ß', 'ss'))
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
  if (!/[a-z]/.test(key)) return undefined
  const lettered = /^[a-z]/.test(key) ? key : `f_${key}`
  return lettered.slice(0, 60).replace(/_+$/, '')
}

export const field = (key: string): ColumnTarget => ({ kind: 'field', key })
const asTags: ColumnTarget = { kind: 'tags' }
const asStatus: ColumnTarget = { kind: 'status' }
const asFullName: ColumnTarget = { kind: 'full_name' }

/** What people call these columns, in the languages our users' tables come in. */
const words: readonly (readonly [ColumnTarget, string])[] = [
  [
    field('email'),
    'email|e mail|mail|email address|e mail address|emailaddress|mail address|email 1|e mail 1|primary email|subscriber email|' +
      'e mail adresse|emailadresse|email adresse|mailadresse|adresse e mail|adresse email|adresse mail|courriel|adresse courriel|' +
      'correo|correo electronico|direccion de correo|email contacto|endereco de email|e mail adres|emailadres|indirizzo email|' +
      'indirizzo e mail|posta elettronica|e post|epost|e postadress|epostadress|sahkoposti|adres email|adres e mail|e posta|' +
      'почта|электронная почта|эл почта|имеил|メール|メールアドレス|电子邮件|邮箱|電子郵件|이메일',
  ],
  [
    field('first_name'),
    'first name|firstname|fname|given name|forename|vorname|rufname|prenom|nombre|nombre de pila|nome proprio|primeiro nome|' +
      'voornaam|fornamn|fornavn|etunimi|imie|ad|имя|名|名字|이름',
  ],
  [
    field('last_name'),
    'last name|lastname|lname|surname|family name|familyname|nachname|familienname|zuname|nom de famille|apellido|apellidos|' +
      'sobrenome|achternaam|efternamn|etternavn|efternavn|sukunimi|nazwisko|soyad|cognome|фамилия|姓|姓氏|성',
  ],
  [
    asFullName,
    'name|full name|fullname|display name|contact name|vollstandiger name|nom complet|nom et prenom|nombre completo|nome completo|' +
      'volledige naam|naam|фио|氏名|姓名',
  ],
  [asTags, 'tag|tags|label|labels|schlagworter|etiquettes|etiquetas|etichette|markierungen|etiketten'],
  [
    asStatus,
    'status|email status|subscription status|subscriber status|contact status|marketing status|unsubscribed|opted out|opt out|' +
      'email opt out|do not email|unsubscribed at|unsubscribe date|email marketing consent',
  ],
]

const targetByWord = new Map(
  words.flatMap(([target, names]) => names.split('|').map((name) => [normaliseHeader(name), target] as const)),
)

/** What a header says its column is, in any of the languages we know. */
export function findTargetByName(header: string): ColumnTarget | undefined {
  return targetByWord.get(normaliseHeader(header))
}
