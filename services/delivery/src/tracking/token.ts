export const tokenPurposes = { click: 1, open: 2, unsubscribe: 3, preferences: 4 } as const
export type TokenPurpose = keyof typeof tokenPurposes

/** What a link in a message says: which delivery of which workspace, and for a click which of its links. No personal data. */
export interface TrackingToken {
  readonly tenantId: string
  readonly deliveryId: string
  /** 16 hexadecimal digits; only of a click. */
  readonly linkId?: string
}
