/** What the frame may do: nothing for a preview; follow links into a new tab for a received message. Scripts never run. */
const allowances = { preview: '', message: 'allow-popups allow-popups-to-escape-sandbox' } as const

export interface MailFrameProps {
  html: string
  title: string
  kind: keyof typeof allowances
  height: number | string
}

export function MailFrame({ html, title, kind, height }: MailFrameProps) {
  const page = kind === 'message' ? `<base target="_blank">${html}` : html
  return <iframe className="mail-frame" sandbox={allowances[kind]} srcDoc={page} title={title} style={{ height }} />
}
