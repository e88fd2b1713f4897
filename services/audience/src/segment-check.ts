import type { Violation } from '@fanfare/kernel'
import { type Condition, contactStatuses, type Field, type FieldValue, type SegmentRules } from './contract.ts'
import { checkFieldValue } from './field-values.ts'

/** What a rule may ask about: custom and standard fields and the two that only rules know. */
export type RuleFieldType = Field['type'] | 'status'
export type FieldTypes = ReadonlyMap<string, Field['type']>
type FieldCondition = Extract<Condition, { kind: 'field' }>

const text = ['is', 'is_not', 'contains', 'starts_with', 'is_set', 'is_not_set']
const ordered = ['is', 'is_not', 'less_than', 'at_least', 'is_set', 'is_not_set']
/** Which questions each type can be asked. */
const operators: Readonly<Record<RuleFieldType, readonly string[]>> = {
  text,
  number: ordered,
  date: ordered,
  yes_no: ['is', 'is_not', 'is_set', 'is_not_set'],
  status: ['is', 'is_not'],
}

/** The type of what a rule names, or undefined when there is no such field. */
export function ruleFieldType(types: FieldTypes, key: string): RuleFieldType | undefined {
  if (key === 'status') return 'status'
  if (key === 'created_at') return 'date'
  if (key === 'email' || key === 'first_name' || key === 'last_name') return 'text'
  return types.get(key)
}

/** Everything that keeps rules from being asked of these fields and lists. */
export function checkRules(rules: SegmentRules, types: FieldTypes, listIds: ReadonlySet<string>): Violation[] {
  const placed = [
    ...rules.conditions.map((condition, index) => ({ condition, path: `/rules/conditions/${index}` })),
    ...rules.groups.flatMap((group, at) =>
      group.conditions.map((condition, index) => ({ condition, path: `/rules/groups/${at}/conditions/${index}` })),
    ),
  ]
  return placed.flatMap(({ condition, path }) => {
    const message = wrongWith(condition, types, listIds)
    return message === undefined ? [] : [{ path, message }]
  })
}

/** The lists that rules name. */
export function listsIn(rules: SegmentRules): string[] {
  const conditions = [...rules.conditions, ...rules.groups.flatMap((group) => group.conditions)]
  return conditions.flatMap((condition) => (condition.kind === 'list' ? [condition.listId] : []))
}

function wrongWith(condition: Condition, types: FieldTypes, listIds: ReadonlySet<string>): string | undefined {
  switch (condition.kind) {
    case 'field':
      return wrongWithField(condition, types)
    case 'list':
      return listIds.has(condition.listId) ? undefined : `there is no list ${condition.listId}`
    case 'tag':
    case 'engagement':
      return undefined
  }
}

function wrongWithField({ field, operator, value }: FieldCondition, types: FieldTypes): string | undefined {
  const type = ruleFieldType(types, field)
  if (type === undefined) return `there is no field '${field}'`
  if (!operators[type].includes(operator)) {
    return `'${field}' is ${typeNames[type]} and cannot be asked '${operator}'; it can be asked ${operators[type].join(', ')}`
  }
  if (operator === 'is_set' || operator === 'is_not_set') return undefined
  if (value === null) return `'${field}' needs a value to compare with`
  return wrongValue(type, field, value)
}

const typeNames: Readonly<Record<RuleFieldType, string>> = {
  text: 'text',
  number: 'a number',
  date: 'a date',
  yes_no: 'a yes or no',
  status: 'a status',
}

function wrongValue(type: RuleFieldType, field: string, value: FieldValue): string | undefined {
  if (type === 'status') {
    return (contactStatuses as readonly unknown[]).includes(value)
      ? undefined
      : `'${field}' is one of ${contactStatuses.join(', ')}`
  }
  const read = checkFieldValue(type, value)
  return 'wrong' in read ? `the value for '${field}' ${read.wrong}` : undefined
}
