import type { EmailDraft } from '../src/contract.ts'

/** MJML that has no finding. */
export const soundBody = `<mjml>
  <mj-body>
    <mj-section>
      <mj-column>
        <mj-text>Hello {{first_name|friend}}</mj-text>
        <mj-button href="https://example.com/offer">Look</mj-button>
        <mj-text>{{sender_address}} <a href="{{unsubscribe_url}}">Unsubscribe</a></mj-text>
      </mj-column>
    </mj-section>
  </mj-body>
</mjml>`

/** A draft without findings; name what a test is about. */
export function buildDraft(draft: Partial<EmailDraft> = {}): EmailDraft {
  return {
    name: 'Spring',
    subject: 'News for {{first_name|you}}',
    preheader: '',
    format: 'mjml',
    body: soundBody,
    ...draft,
  }
}

/** An HTML draft around a fragment, with the unsubscribe link every email needs. */
export function buildHtmlDraft(fragment: string): EmailDraft {
  return buildDraft({ format: 'html', body: `<p>Hello</p>${fragment}<a href="{{unsubscribe_url}}">Unsubscribe</a>` })
}
