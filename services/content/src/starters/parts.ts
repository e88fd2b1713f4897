/** The head that the starters share: fonts every mail program has, and sizes that a phone can read. */
export function headOf(accent: string): string {
  return `<mj-head>
    <mj-attributes>
      <mj-all font-family="Helvetica Neue, Helvetica, Arial, sans-serif" />
      <mj-text font-size="16px" line-height="1.6" color="#3d4852" padding="0" />
      <mj-section padding="0" />
      <mj-column padding="0" />
      <mj-button background-color="${accent}" color="#ffffff" font-size="16px" font-weight="600" border-radius="8px" inner-padding="14px 28px" padding="0" />
      <mj-class name="title" font-size="30px" line-height="1.25" font-weight="700" color="#1c2530" />
      <mj-class name="heading" font-size="19px" line-height="1.35" font-weight="700" color="#1c2530" />
      <mj-class name="label" font-size="12px" line-height="1.4" font-weight="700" letter-spacing="1.5px" color="${accent}" />
      <mj-class name="small" font-size="13px" line-height="1.6" color="#6b7785" />
    </mj-attributes>
    <mj-style>a { color: ${accent}; } .footer a { color: #6b7785; }</mj-style>
  </mj-head>`
}

/** Who sends, and the two ways out that every bulk email must have (CAN-SPAM, RFC 8058). */
export const footer = `<mj-section padding="28px 32px 40px" css-class="footer">
      <mj-column>
        <mj-text mj-class="small" align="center">{{sender_name}} · {{sender_address}}</mj-text>
        <mj-text mj-class="small" align="center" padding="8px 0 0">
          <a href="{{preferences_url}}">Choose what you get</a> · <a href="{{unsubscribe_url}}">Unsubscribe</a>
        </mj-text>
      </mj-column>
    </mj-section>`
