import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Role, roles } from '../permissions.ts'
import { mayDecideOn, outranks } from './rank.ts'

test('nobody decides on a role above their own, and editors and viewers on none (AU-12)', () => {
  const decided: Record<Role, readonly Role[]> = {
    owner: ['owner', 'admin', 'editor', 'viewer'],
    admin: ['admin', 'editor', 'viewer'],
    editor: [],
    viewer: [],
  }
  for (const caller of roles) {
    assert.deepEqual(
      roles.filter((role) => mayDecideOn(caller, role)),
      decided[caller],
    )
    for (const role of roles) assert.equal(mayDecideOn(caller, role) && outranks(role, caller), false)
  }
})
