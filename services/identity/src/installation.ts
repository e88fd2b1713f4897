/** What belongs to no workspace, such as the trail of accounts and the look of all, hangs on this tenant, which none can have. */
export const installation = '00000000-0000-0000-0000-000000000000'
