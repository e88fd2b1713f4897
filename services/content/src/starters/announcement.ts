import type { z } from 'zod'
import type { Starter } from '../contract.ts'
import { footer, headOf } from './parts.ts'

export const announcement: z.input<typeof Starter> = {
  key: 'announcement',
  name: 'Announcement',
  description: 'One piece of news, three reasons to care, one button',
  draft: {
    name: 'Announcement',
    subject: 'New: a name for what you made',
    preheader: 'What it does, in one line',
    format: 'mjml',
    body: `<mjml>
  ${headOf('#2456d6')}
  <mj-body background-color="#f2f4f7">
    <mj-section padding="32px 32px 20px">
      <mj-column>
        <mj-text align="center" font-size="17px" font-weight="700" color="#1c2530">{{sender_name|Your company}}</mj-text>
      </mj-column>
    </mj-section>
    <mj-section background-color="#2456d6" border-radius="14px 14px 0 0" padding="52px 44px">
      <mj-column>
        <mj-text mj-class="label" color="#c9d8ff">JUST ARRIVED</mj-text>
        <mj-text mj-class="title" color="#ffffff" font-size="34px" padding="10px 0 14px">Say what is new in one short line</mj-text>
        <mj-text color="#e4ecff" font-size="17px">Then one sentence on what it changes for the person who reads it.</mj-text>
      </mj-column>
    </mj-section>
    <mj-section background-color="#ffffff" padding="40px 44px 8px">
      <mj-column>
        <mj-text>Hello {{first_name|there}},</mj-text>
        <mj-text padding="14px 0 26px">Tell the story in three sentences: what people asked for, what you made, and what they can do with it from today.</mj-text>
        <mj-button align="left" href="https://example.com/news">See what is new</mj-button>
      </mj-column>
    </mj-section>
    <mj-section background-color="#ffffff" border-radius="0 0 14px 14px" padding="36px 32px 40px">
      <mj-column padding="0 12px 16px">
        <mj-text mj-class="label">ONE</mj-text>
        <mj-text mj-class="heading" padding="4px 0 6px">Faster</mj-text>
        <mj-text font-size="14px">What used to take an afternoon.</mj-text>
      </mj-column>
      <mj-column padding="0 12px 16px">
        <mj-text mj-class="label">TWO</mj-text>
        <mj-text mj-class="heading" padding="4px 0 6px">Clearer</mj-text>
        <mj-text font-size="14px">What you can see now at a glance.</mj-text>
      </mj-column>
      <mj-column padding="0 12px 16px">
        <mj-text mj-class="label">THREE</mj-text>
        <mj-text mj-class="heading" padding="4px 0 6px">Yours</mj-text>
        <mj-text font-size="14px">What you can set up your own way.</mj-text>
      </mj-column>
    </mj-section>
    ${footer}
  </mj-body>
</mjml>`,
  },
}
