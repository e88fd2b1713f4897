import type { z } from 'zod'
import type { Starter } from '../contract.ts'
import { footer, headOf } from './parts.ts'

export const winBack: z.input<typeof Starter> = {
  key: 'win_back',
  name: 'Win-back',
  description: 'A short letter to people who have gone quiet',
  draft: {
    name: 'Win-back',
    subject: 'Still for you, {{first_name|friend}}?',
    preheader: 'A short note, and an easy way to hear less',
    format: 'mjml',
    body: `<mjml>
  ${headOf('#b4530a')}
  <mj-body background-color="#f7f4ee">
    <mj-section padding="44px 32px 22px">
      <mj-column>
        <mj-text align="center" font-size="17px" font-weight="700" color="#1c2530">{{sender_name|Your company}}</mj-text>
      </mj-column>
    </mj-section>
    <mj-section background-color="#ffffff" border-radius="14px" padding="48px 52px 44px">
      <mj-column>
        <mj-text mj-class="title">It has been a while, {{first_name|friend}}</mj-text>
        <mj-text padding="18px 0 0">You have not heard much from us lately, or we have not given you much reason to read. Both are fair.</mj-text>
        <mj-text padding="14px 0 0">Here is what has changed since you last looked:</mj-text>
        <mj-text padding="16px 0 0 18px">
          <b style="color:#1c2530">One thing that is better now.</b><br />Say it in a line.
        </mj-text>
        <mj-text padding="12px 0 28px 18px">
          <b style="color:#1c2530">One thing people asked for.</b><br />Say that you did it.
        </mj-text>
        <mj-button align="left" href="https://example.com/back">Take another look</mj-button>
        <mj-divider border-width="1px" border-color="#ece5d8" padding="34px 0 22px" />
        <mj-text font-size="15px">Too much mail? <a href="{{preferences_url}}">Hear from us less often</a>. No longer for you? <a href="{{unsubscribe_url}}">Leave with one click</a>, no hard feelings.</mj-text>
      </mj-column>
    </mj-section>
    ${footer}
  </mj-body>
</mjml>`,
  },
}
