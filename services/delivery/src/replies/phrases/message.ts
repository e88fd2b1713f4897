export const virusdetected = [
  /\bvirus(es)?\b|\bmalware\b|\btrojan\b|\binfected\b|\bworm\b|malicious (attachment|content|code)|rejected due to security polic/,
  /potentially executable attachment|(virus|malware|worm|trojan) (found|detected|infected)/,
]

export const exceedlimit = [
  /message (size|length) exceeds .{0,40}(administrative|mailbox|recipient|user|account) limit|exceeds .{0,20}(recipient|mailbox)('s)? .{0,20}size|(size|length) exceeds .{0,10}limit set by/,
]

export const mesgtoobig = [
  /\b(message|mail|e-?mail|letter|file|body) .{0,30}(too (big|large)\b|exceed(s|ed)? .{0,40}(size|maximum|limit|bytes))|too large (a )?message/,
  /\b(mail |message |line )?(size|line|length) limit exceeded|(exceed(s|ed)?|over) .{0,40}(maximum|max|fixed|allowed) .{0,20}(size|message)/,
  /(message|line) (is )?too (big|large|long)|(message )?size exceeds|larger than .{0,30}(limit|size|allowed)/,
  /max(imum)? (message |mail )?size (was |is )?exceed|\bsize limit\b|taille (limite )?du message|nachricht .{0,10}zu gro(ss|ß)|message (size )?(is )?over/,
]

export const notcompliantrfc = [
  /(multiple|several|more than one) (address(es)?|senders?) in (the )?from|single (address|sender) in|violat(es|ion of|ing) rfc/,
  /(not|isn't|non-?) ?(compliant|conform)|(comply|conform|complian(t|ce)) with rfc|rfc ?[- ]?(2|5)82[12] (violation|complian|standard|spec)/,
  /bare (lf|cr)\b|(missing|invalid|multiple) (required )?'?(from|to|date|message-id|subject)'? header/,
  /not rfc ?\d+ compliant|rfcmessagenoncompliant|non-rfc|violat\w+ rfc/,
]

export const contenterror = [
  /headers? too (large|long|many)|duplicate header/,
  /media (error|not)|conversion (required|not supported|failed)|improper use of 8-?bit|illegal (8-?bit|attachment)/,
  /(malformed|invalid|bad|broken) (mime|header)|content (error|encoding)/,
  /message (header|mime) .{0,40}(exceeds?|complexity)|improperly[- ]formatted|unnecessary base64|(malformed|broken|invalid) (message|attachment|content|encoding)|illegal attachment/,
]

export const spamdetected = [
  /\b(blacklisted|listed|spammy|bad) (url|link|uri)|\buribl\b|\bsurbl\b|\bspamassassin\b|anti-?spam/,
  /\b(as|is|be|looks? like|like|considered|contains?|content|detected|identified|suspected|possible|probable|probability of( being)?|score[ds]?|classified|marked|flagged|tagged|filtered|because of|due to) .{0,30}\bspam\b/,
  /\bspam ?(message|mail|content|score|text|detected|filter|rejected|or virus|found|check|pattern)|\breject(ed)?( |-|: )+spam|[-:] spam\b|\bspam\b\W*$/,
  /(message|mail|e-?mail) content (is |was )?(rejected|denied|not accept(able|ed))|\bube\b/,
  /unsolicited|junk ?mail|bulk (e-?)?mail|phish|\bofr_?506\b|mail rejet[eé]/,
  /^spam|\bspam (block(ed)?|e-?mail|not accepted|refused|rejection|complaints)|spamming|spam-like|similar to spam|spam (?=or virus)|\bspamprofiler\b|content filter (rejection|reject)|unacceptable content|recurrent pattern|reject(ing)? (mail|banned) content|reject,? id=|blocked by (our|the) (spam )?filter|bulk\.advertising/,
  /(our system|we) (has|have) detected that (this|your) message is(?! not)|(spam|spamming)\b.{0,40}(reject|block|refus|denied|bounc)|help_spam|(contains?|contents?) (a )?(url|link) .{0,40}(blocked|listed|blacklisted)/,
]

export const policyviolation = [
  /\bpolic(y|ies)\b|header error|content presents a potential|potential (security|risk)|network not allowed|\baup\b/,
  /(prohibited|banned|forbidden|not allowed|blocked|illegal|disallowed) (file|attachment|extension|content|type)/,
  /\b(attachment|file|extension)s? .{0,30}(prohibited|banned|forbidden|not allowed|blocked|not accepted|disallowed)/,
  /administrative(ly)? (prohibit|den|reject)|content (was )?(blocked|denied|restricted|violat)/,
  /closed mailing list|members?-only list|non-?member|not subscribed to this (group|list)|organi[sz]ational settings|protocol violation|mass mailer|given low priority|messages with multiple addresses|header are not accepted|not accepting mail with/,
  /(e-?mail|message)s? (rejected|refused|denied|not accepted|blocked) (for|due to|by|because of) .{0,20}(policy|policies|rules?)\b|local policy|restricted by/,
]
