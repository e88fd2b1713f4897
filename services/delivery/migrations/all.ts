import type { Migration } from '@fanfare/kernel'
import { senderMigration } from './001-sender.ts'
import { dispatchMigration } from './002-dispatch.ts'
import { ledgerMigration } from './003-ledger.ts'
import { engagementMigration } from './004-engagement.ts'
import { sandboxMigration } from './005-sandbox.ts'
import { batchMigration } from './006-batch.ts'
import { feedbackMigration } from './007-feedback.ts'
import { providerMigration } from './008-provider.ts'
import { dkimMigration } from './009-dkim.ts'
import { trackingMigration } from './010-tracking.ts'
import { webhookMigration } from './011-webhook.ts'
import { messageMigration } from './012-message.ts'
import { pacingMigration } from './013-pacing.ts'
import { senderTroubleMigration } from './014-sender-trouble.ts'
import { trackingHostMigration } from './015-tracking-host.ts'
import { openDispatchMigration } from './016-open-dispatch.ts'
import { workspaceHaltMigration } from './017-workspace-halt.ts'

export const migrations: readonly Migration[] = [
  senderMigration,
  dispatchMigration,
  ledgerMigration,
  engagementMigration,
  sandboxMigration,
  batchMigration,
  feedbackMigration,
  providerMigration,
  dkimMigration,
  trackingMigration,
  webhookMigration,
  messageMigration,
  pacingMigration,
  senderTroubleMigration,
  trackingHostMigration,
  openDispatchMigration,
  workspaceHaltMigration,
]
