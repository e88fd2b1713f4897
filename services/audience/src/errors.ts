import { defineProblems } from '@fanfare/kernel'

export const problem = defineProblems('audience', {
  contact_missing: { kind: 'missing', message: 'No contact has the id {contactId}' },
  email_taken: {
    kind: 'conflict',
    message: 'There is already a contact with the address {email}. Change that one instead',
  },
  email_invalid: {
    kind: 'invalid',
    message: 'The address {email} cannot be delivered to. Give one like name@example.com',
  },
  fields_invalid: { kind: 'invalid', message: 'Some fields do not fit: {reasons}' },
  field_taken: { kind: 'conflict', message: 'There is already a field with the key {key}. Choose another key' },
  field_reserved: { kind: 'invalid', message: 'The key {key} is a standard one. Choose another key' },
  field_limit: { kind: 'conflict', message: 'A workspace has at most {limit} custom fields. Reuse one that is there' },
  list_missing: { kind: 'missing', message: 'No list has the id {listId}' },
  list_taken: { kind: 'conflict', message: 'There is already a list named {name}. Choose another name' },
  segment_missing: { kind: 'missing', message: 'No segment has the id {segmentId}' },
  rules_invalid: { kind: 'invalid', message: 'The rules do not fit the fields: {reasons}' },
  suppression_missing: { kind: 'missing', message: 'No suppression has the id {suppressionId}' },
  suppression_taken: { kind: 'conflict', message: 'The address {email} is already on the suppression list' },
  import_missing: { kind: 'missing', message: 'No import has the id {importId}' },
  import_empty: {
    kind: 'unprocessable',
    message: 'The file has no rows. Export it again, with a header row, and upload that',
  },
  import_not_text: {
    kind: 'unprocessable',
    message: 'The file is {found}, not a table in text. Save it as CSV and upload that',
  },
  import_header_too_long: {
    kind: 'unprocessable',
    message:
      'The first row is longer than {limit} characters or has more than {columns} columns: this is not a table of contacts',
  },
  import_state: { kind: 'conflict', message: 'The import is {state}; only one that is {wanted} can be {action}' },
  import_mapping: { kind: 'invalid', message: 'The columns are not mapped well: {reasons}' },
  import_file_lost: {
    kind: 'failed',
    message: 'The uploaded file is no longer on this machine. Upload it again; contacts already read stay',
  },
})
