import type { z } from 'zod'
import type { Starter } from '../contract.ts'
import { footer, headOf } from './parts.ts'

export const invitation: z.input<typeof Starter> = {
  key: 'invitation',
  name: 'Invitation',
  description: 'What, when, where, and a place to say yes',
  draft: {
    name: 'Invitation',
    subject: '{{first_name|You}}, you are invited',
    preheader: 'The date, the place and why it is worth your evening',
    format: 'mjml',
    body: `<mjml>
  ${headOf('#9a3b5e')}
  <mj-body background-color="#f6f2f3">
    <mj-section padding="40px 0 0" />
    <mj-section background-color="#2b1a24" border-radius="14px 14px 0 0" padding="60px 44px 52px">
      <mj-column>
        <mj-text align="center" mj-class="label" color="#eeb4c8">YOU ARE INVITED</mj-text>
        <mj-text align="center" mj-class="title" color="#ffffff" font-family="Georgia, Times, serif" font-size="38px" font-weight="400" padding="14px 0">An evening with a name</mj-text>
        <mj-text align="center" color="#e6d5dc">One sentence that makes it sound like the place to be.</mj-text>
      </mj-column>
    </mj-section>
    <mj-section background-color="#ffffff" padding="36px 32px 8px">
      <mj-column padding="0 12px 20px">
        <mj-text align="center" mj-class="label">WHEN</mj-text>
        <mj-text align="center" mj-class="heading" padding="6px 0 0">Thursday, 1 May</mj-text>
        <mj-text align="center" font-size="15px">6 pm to 9 pm</mj-text>
      </mj-column>
      <mj-column padding="0 12px 20px">
        <mj-text align="center" mj-class="label">WHERE</mj-text>
        <mj-text align="center" mj-class="heading" padding="6px 0 0">The venue</mj-text>
        <mj-text align="center" font-size="15px">Street and city</mj-text>
      </mj-column>
      <mj-column padding="0 12px 20px">
        <mj-text align="center" mj-class="label">WITH</mj-text>
        <mj-text align="center" mj-class="heading" padding="6px 0 0">Your host</mj-text>
        <mj-text align="center" font-size="15px">And good company</mj-text>
      </mj-column>
    </mj-section>
    <mj-section background-color="#ffffff" border-radius="0 0 14px 14px" padding="12px 56px 48px">
      <mj-column>
        <mj-divider border-width="1px" border-color="#eadfe3" padding="0 0 28px" />
        <mj-text>Dear {{first_name|friend}},</mj-text>
        <mj-text padding="12px 0 28px">Say what will happen, who will be there, and what they will take home. Keep it as short as an invitation on paper.</mj-text>
        <mj-button href="https://example.com/rsvp">Save my seat</mj-button>
        <mj-text align="center" mj-class="small" padding="14px 0 0">Cannot come? <a href="https://example.com/rsvp">Tell us</a> and your seat goes to someone else.</mj-text>
      </mj-column>
    </mj-section>
    ${footer}
  </mj-body>
</mjml>`,
  },
}
