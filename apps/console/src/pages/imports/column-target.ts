import type { ColumnTarget, Field, FieldType } from '../../api/types.ts'
import { fieldKeyOf } from '../../parts/merge-tag.ts'

/** A target as the value of a select: `field:email`, `new_field`, `tags`, … */
export function valueOfTarget(target: ColumnTarget): string {
  return target.kind === 'field' ? `field:${target.key}` : target.kind
}

/** The target that a select's value stands for; a new field takes its name from the column's header. */
export function targetOfValue(value: string, header: string, type: FieldType = 'text'): ColumnTarget {
  if (value.startsWith('field:')) return { kind: 'field', key: value.slice('field:'.length) }
  if (value === 'new_field')
    return { kind: 'new_field', key: fieldKeyOf(header), label: header.trim() || 'Column', type }
  if (value === 'tags' || value === 'status' || value === 'full_name' || value === 'attributes') return { kind: value }
  return { kind: 'ignore' }
}

/** The choices of a column's select, the known fields first. */
export function targetChoices(fields: readonly Field[]) {
  return [
    { group: 'Fields', items: fields.map(({ key, label }) => ({ value: `field:${key}`, label })) },
    {
      group: 'Other',
      items: [
        { value: 'new_field', label: 'A new field' },
        { value: 'full_name', label: 'Full name (split)' },
        { value: 'tags', label: 'Tags' },
        { value: 'status', label: 'Status' },
        { value: 'attributes', label: 'Attributes (JSON)' },
        { value: 'ignore', label: 'Leave out' },
      ],
    },
  ]
}

/** Why these columns cannot be imported yet, or undefined. */
export function mappingFault(targets: readonly ColumnTarget[]): string | undefined {
  const values = targets.map((target) => (target.kind === 'new_field' ? `field:${target.key}` : valueOfTarget(target)))
  if (!values.includes('field:email')) return 'Choose the column that holds the email address.'
  const twice = values.find((value, index) => value.startsWith('field:') && values.indexOf(value) !== index)
  return twice && `Two columns go into the field “${twice.slice('field:'.length)}”. Leave one out.`
}
