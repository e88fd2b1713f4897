import type { Condition, Field, FieldType, FieldValue, SegmentRules } from '../../api/types.ts'

type FieldCondition = Extract<Condition, { kind: 'field' }>
type Operator = FieldCondition['operator']
type RuleGroup = SegmentRules['groups'][number]

export const emptyRules: SegmentRules = { match: 'all', conditions: [], groups: [] }

const text = { is: 'is', is_not: 'is not', contains: 'contains', starts_with: 'starts with' }
const presence = { is_set: 'is set', is_not_set: 'is not set' }
const order = { is: 'is', is_not: 'is not', less_than: 'is less than', at_least: 'is at least' }
const dates = { ...order, less_than: 'is before', at_least: 'is on or after' }

/** What can be asked of a field of a type. */
export const operators: Readonly<Record<FieldType, Readonly<Partial<Record<Operator, string>>>>> = {
  text: { ...text, ...presence },
  number: { ...order, ...presence },
  date: { ...dates, ...presence },
  yes_no: { is: 'is', ...presence },
}

/** Fields that every contact has and that only segments ask for. */
export const extraFields: readonly Field[] = [
  { key: 'status', label: 'Status', type: 'text' },
  { key: 'created_at', label: 'Added on', type: 'date' },
]

export function isPresence(operator: string): boolean {
  return operator in presence
}

export function newCondition(kind: Condition['kind']): Condition {
  switch (kind) {
    case 'field':
      return { kind, field: 'first_name', operator: 'is', value: '' }
    case 'tag':
      return { kind, operator: 'has', tag: '' }
    case 'list':
      return { kind, operator: 'in', listId: '' }
    case 'engagement':
      return { kind, operator: 'did', action: 'opened', withinDays: 30 }
  }
}

/** The condition after its field changed: an operator or a value that the new type cannot have starts anew. */
export function withField(condition: FieldCondition, field: Field): FieldCondition {
  const operator: Operator = condition.operator in operators[field.type] ? condition.operator : 'is'
  return { ...condition, field: field.key, operator, value: isPresence(operator) ? null : emptyValue(field.type) }
}

/** Asking whether a field is set needs no value; any other question needs one. */
export function withOperator(condition: FieldCondition, operator: Operator, type: FieldType): FieldCondition {
  if (isPresence(operator)) return { ...condition, operator, value: null }
  return { ...condition, operator, value: condition.value ?? emptyValue(type) }
}

function emptyValue(type: FieldType): FieldValue {
  return type === 'yes_no' ? true : type === 'number' ? 0 : ''
}

/** Whether a condition says enough to be asked. */
export function isWhole(condition: Condition): boolean {
  switch (condition.kind) {
    case 'field':
      return isPresence(condition.operator) || (condition.value !== '' && condition.value !== null)
    case 'tag':
      return condition.tag.trim() !== ''
    case 'list':
      return condition.listId !== ''
    case 'engagement':
      return true
  }
}

/** The rules without what is still being written, for the count beside them. */
export function wholeRules({ match, conditions, groups }: SegmentRules): SegmentRules {
  const wholeGroups = groups.map((group) => ({ ...group, conditions: group.conditions.filter(isWhole) }))
  return {
    match,
    conditions: conditions.filter(isWhole),
    groups: wholeGroups.filter((group) => group.conditions.length > 0),
  }
}

export function isUnfinished(rules: SegmentRules): boolean {
  const all = [...rules.conditions, ...rules.groups.flatMap(({ conditions }) => conditions)]
  return all.length === 0 || !all.every(isWhole)
}

export function replaceAt<T>(rows: readonly T[], index: number, row: T): T[] {
  return rows.map((before, at) => (at === index ? row : before))
}

export function removeAt<T>(rows: readonly T[], index: number): T[] {
  return rows.filter((_, at) => at !== index)
}

export function newGroup(): RuleGroup {
  return { match: 'any', conditions: [newCondition('tag')] }
}

/** One line for a list of segments. */
export function describeRules(rules: SegmentRules): string {
  const count = rules.conditions.length + rules.groups.reduce((sum, { conditions }) => sum + conditions.length, 0)
  if (count === 0) return 'Everyone'
  return `${rules.match === 'all' ? 'All' : 'Any'} of ${count} ${count === 1 ? 'condition' : 'conditions'}`
}
