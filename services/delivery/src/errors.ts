import { defineProblems } from '@fanfare/kernel'

export const problem = defineProblems('delivery', {
  sender_missing: { kind: 'missing', message: 'No sender has the id {id}' },
  sender_name_taken: { kind: 'conflict', message: "There is a sender named '{name}' already; choose another name" },
  sender_in_use: {
    kind: 'conflict',
    message: 'The sender {id} belongs to a campaign that was sent or is being sent; keep it, or change it instead',
  },
  sender_incomplete: { kind: 'invalid', message: 'An SMTP sender needs its server: give smtp.host and smtp.port' },
  sender_private_server: {
    kind: 'unprocessable',
    message: 'The server {host} has the private address {address}; set FANFARE_DELIVERY_ALLOW_PRIVATE_SMTP to allow it',
  },
  plain_auth: {
    kind: 'invalid',
    message: 'A password would cross the network in plain text to {host}; use TLS, or a server on this machine',
  },
  hold_missing: {
    kind: 'missing',
    message: 'The sender holds nothing back from {destination}; it may be over already',
  },
  dispatch_missing: { kind: 'missing', message: 'The campaign {campaignId} has no dispatch; prepare it first' },
  dispatch_closed: {
    kind: 'conflict',
    message: 'The dispatch of campaign {campaignId} is {state}; this can only be done while it is {allowed}',
  },
  provider_incomplete: {
    kind: 'invalid',
    message: "A {kind} sender needs its settings: give provider with kind '{kind}'",
  },
  provider_key_missing: {
    kind: 'invalid',
    message: 'A {kind} sender needs its API key (for SES the secret access key): give it as password',
  },
  fallback_unusable: { kind: 'invalid', message: 'The sender {id} cannot be a fallback here: {reason}' },
  sender_is_fallback: {
    kind: 'conflict',
    message: "The sender {id} is a fallback of '{name}'; take it out there first",
  },
  dkim_key_missing: { kind: 'missing', message: 'No signing key has the id {id}' },
  dkim_selector_taken: {
    kind: 'conflict',
    message:
      "The domain {domain} has a key under the selector '{selector}' already; choose another selector, or leave it out",
  },
  dkim_not_published: { kind: 'conflict', message: 'The key cannot sign before it is published: {found}' },
  dkim_too_many: {
    kind: 'conflict',
    message: '{domain} has {most} active keys, and each signs every message; retire one first',
  },
  dkim_not_active: {
    kind: 'conflict',
    message: 'The key {id} does not sign, so there is nothing to retire; delete it instead',
  },
  dkim_last_key: {
    kind: 'conflict',
    message:
      'This is the last key that signs for {domain}; activate another first, or set leaveUnsigned to send without a signature of ours',
  },
  dkim_key_active: { kind: 'conflict', message: 'The key {id} signs messages; retire it first' },
  recipient_unwritable: {
    kind: 'invalid',
    message: '{email} is not an address that can be written to; give one without quotes and comments',
  },
  values_missing: {
    kind: 'unprocessable',
    message: 'The message to {email} has no value for {fields}; give values, or a fallback as in {{first_name|there}}',
  },
  content_empty: { kind: 'invalid', message: 'The message has neither html nor text; give one of them' },
  attachments_too_large: {
    kind: 'invalid',
    message: 'The attachments have {bytes} bytes together; {limit} are taken. Leave some out, or link to them',
  },
  send_at_invalid: {
    kind: 'invalid',
    message: '{sendAt} is not in the next 30 days; give a later time, or none to send at once',
  },
  request_reused: {
    kind: 'conflict',
    message: 'This Idempotency-Key was used for another message; use a new one, or repeat the same call',
  },
  delivery_missing: { kind: 'missing', message: 'No delivery has the id {id}' },
  sent_message_missing: { kind: 'missing', message: 'No message sent by the API has the id {id}' },
  message_leaving: {
    kind: 'conflict',
    message: 'The message {id} is {state} and can no longer be cancelled; only what waits can',
  },
  mailbox_missing: { kind: 'missing', message: 'No mailbox has the id {id}' },
  mailbox_name_taken: { kind: 'conflict', message: "There is a mailbox named '{name}' already; choose another name" },
  mailbox_password_missing: {
    kind: 'invalid',
    message: 'Give the password of the mailbox; the stored one is not sent to another server or for another user',
  },
  events_missing: {
    kind: 'missing',
    message: 'No sender takes events at this address; copy it anew from the settings of the sender',
  },
  events_unsigned: { kind: 'unauthenticated', message: 'The events are not taken: {reason}' },
  events_unreadable: { kind: 'invalid', message: 'The events cannot be read: {reason}' },
  events_foreign: { kind: 'forbidden', message: 'The events are not taken: {reason}' },
  events_unverified: { kind: 'unavailable', message: 'The events cannot be checked now: {reason}; send them again' },
  message_missing: { kind: 'missing', message: 'The sandbox holds no message {id}; only the newest are kept' },
  webhook_missing: { kind: 'missing', message: 'No webhook has the id {id}' },
  webhook_message_missing: { kind: 'missing', message: 'The webhook has no message {id}; old ones are removed' },
  webhook_limit: { kind: 'conflict', message: 'A workspace has at most {most} webhooks; remove one first' },
  webhook_refused: {
    kind: 'unprocessable',
    message: 'No webhook can be called there: {reason}. Give a public http(s) address on a usual port',
  },
  webhook_disabled: { kind: 'conflict', message: 'The webhook {id} is switched off; set its state to active first' },
})
