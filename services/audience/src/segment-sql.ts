import { type RawBuilder, sql } from 'kysely'
import type { Condition, FieldValue, SegmentRules } from './contract.ts'
import { checkFieldValue } from './field-values.ts'
import { type FieldTypes, ruleFieldType } from './segment-check.ts'
import { hasTag, isInList } from './store/contacts.ts'

type Sql = RawBuilder<boolean>
type FieldCondition = Extract<Condition, { kind: 'field' }>
type EngagementCondition = Extract<Condition, { kind: 'engagement' }>

const everyone = sql<boolean>`true`
const nobody = sql<boolean>`false`
const dayMs = 24 * 60 * 60 * 1000

/**
 * Compiles rules into a condition over the alias `contact`. Every value, and every key of a custom field, is a parameter;
 * columns come from the code below alone. Letters A to Z compare without regard to case (folding others depends on
 * the database's locale). A condition on a field that is gone holds for nobody.
 */
export function compileRules(rules: SegmentRules, types: FieldTypes, now: Date): Sql {
  const compile = (condition: Condition) => compileCondition(condition, types, now)
  const groups = rules.groups.filter((group) => group.conditions.length > 0)
  return join(rules.match, [
    ...rules.conditions.map(compile),
    ...groups.map((group) => join(group.match, group.conditions.map(compile))),
  ])
}

/** No condition at all leaves everyone in. */
function join(match: 'all' | 'any', parts: readonly Sql[]): Sql {
  if (parts.length === 0) return everyone
  const glue = match === 'all' ? sql` and ` : sql` or `
  return sql<boolean>`(${sql.join(
    parts.map((part) => sql`(${part})`),
    glue,
  )})`
}

function compileCondition(condition: Condition, types: FieldTypes, now: Date): Sql {
  switch (condition.kind) {
    case 'tag':
      return condition.operator === 'has' ? hasTag(condition.tag) : sql<boolean>`not ${hasTag(condition.tag)}`
    case 'list':
      return condition.operator === 'in' ? isInList(condition.listId) : sql<boolean>`not ${isInList(condition.listId)}`
    case 'engagement':
      return compileEngagement(condition, now)
    case 'field':
      return compileField(condition, types)
  }
}

const actionColumns = {
  sent: sql`engagement.sent_at`,
  opened: sql`engagement.opened_at`,
  clicked: sql`engagement.clicked_at`,
} as const

function compileEngagement({ action, operator, campaignId, withinDays }: EngagementCondition, now: Date): Sql {
  const at = actionColumns[action]
  const since = withinDays === undefined ? undefined : new Date(now.getTime() - withinDays * dayMs)
  const did = sql<boolean>`exists (
    select from audience.engagement
    where engagement.contact_id = contact.id and ${at} is not null
      ${campaignId === undefined ? sql`` : sql`and engagement.campaign_id = ${campaignId}`}
      ${since === undefined ? sql`` : sql`and ${at} >= ${since}`}
  )`
  return operator === 'did' ? did : sql<boolean>`not ${did}`
}

const standardColumns: Readonly<Record<string, RawBuilder<string>>> = {
  email: sql<string>`contact.email`,
  first_name: sql<string>`contact.first_name`,
  last_name: sql<string>`contact.last_name`,
}

function compileField(condition: FieldCondition, types: FieldTypes): Sql {
  const { field, operator, value } = condition
  const type = ruleFieldType(types, field)
  // Never null, so it can be compared in the plain way that an index answers.
  if (field === 'status') return sql<boolean>`contact.status ${operator === 'is' ? sql`=` : sql`<>`} ${value}`
  if (field === 'created_at') return compileCreatedAt(operator, value)
  const column = standardColumns[field] ?? sql<string>`(contact.fields ->> ${field})`
  switch (type) {
    case 'text':
      return compileText(column, operator, value)
    case 'date':
      return compileDate(column, operator, value)
    case 'number':
      return compare(sql`${ofJsonType('number', field)}::numeric`, operator, sql`${value}::numeric`)
    case 'yes_no':
      return compare(sql`${ofJsonType('boolean', field)}::boolean`, operator, sql`${value}::boolean`)
    default:
      return nobody
  }
}

/** The value as text, or null when it is of another type: a cast must never fail, whatever got into a row. */
function ofJsonType(type: 'number' | 'boolean', field: string): RawBuilder<string> {
  return sql<string>`(case when jsonb_typeof(contact.fields -> ${field}) = ${type} then contact.fields ->> ${field} end)`
}

function compileText(column: RawBuilder<string>, operator: string, value: FieldValue): Sql {
  const left = sql`lower(${column} collate "C")`
  const right = sql`lower(${String(value)}::text collate "C")`
  switch (operator) {
    case 'contains':
      return sql<boolean>`coalesce(strpos(${left}, ${right}) > 0, false)`
    case 'starts_with':
      return sql<boolean>`coalesce(starts_with(${left}, ${right}), false)`
    case 'is_set':
      return sql<boolean>`coalesce(${column}, '') <> ''`
    case 'is_not_set':
      return sql<boolean>`coalesce(${column}, '') = ''`
    default:
      return compare(left, operator, right)
  }
}

/** Kept texts sort in order of time, and a day is the beginning of each of its times. */
function compileDate(column: RawBuilder<string>, operator: string, value: FieldValue): Sql {
  const read = checkFieldValue('date', value)
  const text = 'wrong' in read ? value : read.value
  const left = sql`(${column} collate "C")`
  const right = sql`${String(text)}::text collate "C"`
  if (operator === 'is') return sql<boolean>`coalesce(starts_with(${left}, ${right}), false)`
  if (operator === 'is_not') return sql<boolean>`not coalesce(starts_with(${left}, ${right}), false)`
  return compare(left, operator, right)
}

/** A day means the whole of it, in UTC. */
function compileCreatedAt(operator: string, value: FieldValue): Sql {
  const at = sql`contact.created_at`
  if (operator === 'is_set') return everyone
  if (operator === 'is_not_set') return nobody
  const text = String(value)
  const start = new Date(text)
  if (operator === 'less_than') return sql<boolean>`${at} < ${start}`
  if (operator === 'at_least') return sql<boolean>`${at} >= ${start}`
  const end = new Date(start.getTime() + (text.length === 10 ? dayMs : 1))
  const within = sql<boolean>`${at} >= ${start} and ${at} < ${end}`
  return operator === 'is' ? within : sql<boolean>`not (${within})`
}

/** Something not set is not anything, and neither less nor more. */
function compare(left: RawBuilder<unknown>, operator: string, right: RawBuilder<unknown>): Sql {
  switch (operator) {
    case 'is':
      return sql<boolean>`coalesce(${left} = ${right}, false)`
    case 'is_not':
      return sql<boolean>`${left} is distinct from ${right}`
    case 'less_than':
      return sql<boolean>`coalesce(${left} < ${right}, false)`
    case 'at_least':
      return sql<boolean>`coalesce(${left} >= ${right}, false)`
    case 'is_set':
      return sql<boolean>`${left} is not null`
    case 'is_not_set':
      return sql<boolean>`${left} is null`
    default:
      return nobody
  }
}
