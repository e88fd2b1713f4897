import { shadesOf } from '@fanfare/identity/colours'
import { SegmentedControl, Stack } from '@mantine/core'
import { type CSSProperties, useState } from 'react'
import { LogoMark } from '../../ui/Logo.tsx'
import type { Look } from '../../ui/look.ts'

const views = [
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
  { value: 'mail', label: 'Mail' },
] as const
type View = (typeof views)[number]['value']

/** How it will look, before it is kept. A picture of the real thing in its real colours; nothing in it can be used. */
export function LookPreview({ look }: { look: Look }) {
  const [view, setView] = useState<View>('light')
  return (
    <Stack gap="xs" className="look-preview">
      <SegmentedControl
        size="xs"
        aria-label="Preview"
        data={[...views]}
        value={view}
        onChange={(chosen) => setView(chosen as View)}
      />
      <div role="img" aria-label={`${look.productName} in ${view === 'mail' ? 'a mail' : `${view} colours`}`}>
        {view === 'mail' ? <MailPicture look={look} /> : <ShellPicture look={look} dark={view === 'dark'} />}
      </div>
    </Stack>
  )
}

function coloursOf({ accent, accentDark }: Look, dark: boolean): CSSProperties {
  const shades = shadesOf(accent, accentDark ?? undefined)
  const colours = dark
    ? { page: '#121217', surface: '#17171d', line: '#2c2c35', text: '#d7d7de', link: shades[3] }
    : { page: '#fafafb', surface: '#ffffff', line: '#e9e9ed', text: '#1d1d25', link: accent }
  return {
    '--p-page': colours.page,
    '--p-surface': colours.surface,
    '--p-line': colours.line,
    '--p-text': colours.text,
    '--p-link': colours.link,
    '--p-soft': dark ? `color-mix(in srgb, ${shades[5]} 20%, transparent)` : shades[0],
    '--p-accent': accent,
  } as CSSProperties
}

function Name({ look, dark }: { look: Look; dark: boolean }) {
  const logo = dark ? look.logoDarkUrl : look.logoUrl
  if (logo) return <img className="look-logo" src={logo} alt="" />
  return (
    <span className="look-name">
      {look.iconUrl ? <img className="look-icon" src={look.iconUrl} alt="" /> : <LogoMark size={18} />}
      {look.productName}
    </span>
  )
}

function ShellPicture({ look, dark }: { look: Look; dark: boolean }) {
  return (
    <div className="look-picture" style={coloursOf(look, dark)}>
      <div className="look-head">
        <Name look={look} dark={dark} />
      </div>
      <div className="look-body">
        <div className="look-nav">
          <span className="look-here">Home</span>
          <span>Contacts</span>
          <span>Campaigns</span>
        </div>
        <div className="look-card">
          <strong>Spring news</strong>
          <span>1,240 people, sent today</span>
          <span className="look-link">See the report</span>
          <span className="look-button">New campaign</span>
        </div>
      </div>
    </div>
  )
}

function MailPicture({ look }: { look: Look }) {
  return (
    <div className="look-picture" style={coloursOf(look, false)}>
      <div className="look-mail">
        <Name look={look} dark={false} />
        <strong>Confirm your address</strong>
        <span>Somebody made an account with this address. If it was you, confirm it.</span>
        <span className="look-button">Confirm</span>
      </div>
    </div>
  )
}
