/** Brings the open tab of a row that scrolls into sight. A ref for that tab. */
export function showTab(tab: HTMLElement | null): void {
  tab?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
}
