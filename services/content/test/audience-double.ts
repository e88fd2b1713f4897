import { Audience, standardFields } from '@fanfare/audience/contract'
import { defineService, type Implementation, implement } from '@fanfare/kernel'

type Served = Implementation<typeof Audience.operations>

export const knownContactId = '01890000-0000-7000-8000-000000000001'

/** Stands in for the audience: its standard fields and `company`, and one contact in every workspace. */
export function audienceDouble(values: Readonly<Record<string, string>> = {}) {
  return defineService({
    provides: Audience,
    start: () =>
      implement(Audience, {
        listFields: async () => [...standardFields, { key: 'company', label: 'Company', type: 'text' }],
        mergeValues: async ({ contactIds }) =>
          contactIds
            .filter((contactId) => contactId === knownContactId)
            .map((contactId) => ({
              contactId,
              email: 'grace@example.com',
              values: { email: 'grace@example.com', ...values },
            })),
      } satisfies Partial<Served> as unknown as Served),
  })
}
