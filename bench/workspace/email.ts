/** A small newsletter: six tracked links, merge fields with fallbacks, both ways out. About 4 kB as it leaves. */
export const newsletter = {
  name: 'Newsletter',
  subject: '{{first_name|Hello}}, five things worth an evening in {{city|your town}}',
  preheader: '',
  format: 'html' as const,
  body: `<!doctype html>
<html><body style="margin:0;background:#f4f3ef;font-family:Helvetica,Arial,sans-serif">
<h1>The evening letter</h1>
<p>Good evening {{first_name|reader}} {{last_name}},</p>
<p>Spring is here, and so are the people of {{company|your company}} who said they would rather be outside. We went
through what is on in {{city|your town}} this month and kept what we would tell a friend about.</p>
<h2><a href="https://letters.example.com/2026/may/the-long-table">The long table</a></h2>
<p>Sixty strangers, one table, and a cook who does not say what is for dinner. Bring a story.</p>
<h2><a href="https://letters.example.com/2026/may/night-garden">A garden at night</a></h2>
<p>The greenhouse stays open until two. The jasmine does the rest.</p>
<h2><a href="https://letters.example.com/2026/may/choir">A choir without rehearsals</a></h2>
<p>Three hours, four voices, and a concert at the end that nobody has heard before.</p>
<h2><a href="https://letters.example.com/2026/may/repair">Mend it</a></h2>
<p>Forty volunteers with soldering irons. Your toaster has one more life.</p>
<p><a href="https://letters.example.com/calendar">See the whole calendar</a> or
<a href="https://letters.example.com/tell-us">tell us what we missed</a>.</p>
<p style="font-size:13px;color:#6b7785">{{sender_name}}, {{sender_address}}<br>
<a href="{{preferences_url}}">Choose what you get</a> · <a href="{{unsubscribe_url}}">Unsubscribe</a></p>
</body></html>`,
}
