import type { z } from 'zod'
import type { Starter } from '../contract.ts'
import { footer, headOf } from './parts.ts'

export const newsletter: z.input<typeof Starter> = {
  key: 'newsletter',
  name: 'Newsletter',
  description: 'A lead story, two more beside each other, and short links',
  draft: {
    name: 'Newsletter',
    subject: 'This month: your lead story',
    preheader: 'And two more things worth five minutes',
    format: 'mjml',
    body: `<mjml>
  ${headOf('#0f766e')}
  <mj-body background-color="#f4f3ef">
    <mj-section padding="36px 24px 18px">
      <mj-column width="60%">
        <mj-text font-size="22px" font-weight="700" color="#1c2530">{{sender_name|The Letter}}</mj-text>
      </mj-column>
      <mj-column width="40%" vertical-align="middle">
        <mj-text mj-class="small" align="right">Issue 1</mj-text>
      </mj-column>
    </mj-section>
    <mj-section background-color="#ffffff" border-radius="14px" padding="40px 44px" border-top="5px solid #0f766e">
      <mj-column>
        <mj-text mj-class="label">THE LEAD</mj-text>
        <mj-text mj-class="title" padding="8px 0 14px">The story people will remember</mj-text>
        <mj-text>Good morning {{first_name|reader}},</mj-text>
        <mj-text padding="12px 0 24px">Open with the one thing you would tell a friend. Two or three sentences are enough: the rest is behind the button.</mj-text>
        <mj-button align="left" href="https://example.com/lead">Read the story</mj-button>
      </mj-column>
    </mj-section>
    <mj-section padding="14px 0 0" />
    <mj-section background-color="#ffffff" border-radius="14px" padding="36px 32px 28px">
      <mj-column padding="0 12px 12px">
        <mj-text mj-class="label">LEARNED</mj-text>
        <mj-text mj-class="heading" padding="6px 0 8px">Something that worked</mj-text>
        <mj-text font-size="15px">What you tried and what came of it, in two sentences.</mj-text>
        <mj-text font-size="15px" padding="10px 0 0"><a href="https://example.com/learned">How we did it</a></mj-text>
      </mj-column>
      <mj-column padding="0 12px 12px">
        <mj-text mj-class="label">COMING UP</mj-text>
        <mj-text mj-class="heading" padding="6px 0 8px">Something to look forward to</mj-text>
        <mj-text font-size="15px">What it is, when it is, and for whom it is worth the time.</mj-text>
        <mj-text font-size="15px" padding="10px 0 0"><a href="https://example.com/coming-up">Save the date</a></mj-text>
      </mj-column>
    </mj-section>
    <mj-section padding="34px 44px 0">
      <mj-column>
        <mj-text mj-class="heading" padding="0 0 10px">Worth a look</mj-text>
        <mj-text font-size="15px"><a href="https://example.com/one">A link with a reason to click it</a></mj-text>
        <mj-text font-size="15px" padding="6px 0 0"><a href="https://example.com/two">Another, from someone else</a></mj-text>
        <mj-divider border-width="1px" border-color="#dcd9d0" padding="28px 0 0" />
      </mj-column>
    </mj-section>
    ${footer}
  </mj-body>
</mjml>`,
  },
}
