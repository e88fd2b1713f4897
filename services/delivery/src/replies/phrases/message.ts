export const virusdetected = [
  /\bvirus(es)?\b|\bmalware\b|\btrojan\b|\binfected\b|\bworm\b|malicious (attachment|content|code)|rejected due to security polic/,
]

export const exceedlimit = [
  /message (size|length) exceeds .{0,40}(administrative|mailbox|recipient|user|account) limit|exceeds .{0,20}(recipient|mailbox)('s)? .{0,20}size|(size|length) exceeds .{0,10}limit set by/,
]

export const mesgtoobig = [
  /\b(message|mail|e-?mail|letter|file|body) .{0,30}(too (big|large)\b|exceed(s|ed)? .{0,40}(size|maximum|limit|bytes))|too large (a )?message/,
  /\b(mail |message |line )?(size|line|length) limit exceeded|(exceed(s|ed)?|over) .{0,40}(maximum|max|fixed|allowed) .{0,20}(size|message)/,
  /(message|line) (is )?too (big|large|long)|(message )?size exceeds|larger than .{0,30}(limit|size|allowed)/,
]

export const notcompliantrfc = [
  /(multiple|several|more than one) (address(es)?|senders?) in (the )?from|single (address|sender) in|violat(es|ion of|ing) rfc/,
  /(not|isn't|non-?) ?(compliant|conform)|(comply|conform|complian(t|ce)) with rfc|rfc ?[- ]?(2|5)82[12] (violation|complian|standard|spec)/,
  /bare (lf|cr)\b|(missing|invalid|multiple) (required )?'?(from|to|date|message-id|subject)'? header/,
]

export const contenterror = [
  /headers? too (large|long|many)|duplicate header/,
  /media (error|not)|conversion (required|not supported|failed)|improper use of 8-?bit|illegal (8-?bit|attachment)/,
  /(malformed|invalid|bad|broken) (mime|header)|content (error|encoding)/,
]

export const spamdetected = [
  /\b(blacklisted|listed|spammy|bad) (url|link|uri)|\buribl\b|\bsurbl\b|\bspamassassin\b|anti-?spam/,
  /\b(as|is|be|looks? like|like|considered|contains?|content|detected|identified|suspected|possible|probable|probability of( being)?|score[ds]?|classified|marked|flagged|tagged|filtered|because of|due to) .{0,30}\bspam\b/,
  /\bspam ?(message|mail|content|score|text|detected|filter|rejected|or virus|found|check|pattern)|\breject(ed)?( |-|: )+spam|[-:] spam\b|\bspam\b\W*$/,
  /(message|mail|e-?mail) content (is |was )?(rejected|denied|not accept(able|ed))|\bube\b/,
  /unsolicited|junk ?mail|bulk (e-?)?mail|phish|\bofr_?506\b|mail rejet[eé]/,
]

export const policyviolation = [
  /\bpolic(y|ies)\b|header error|content presents a potential|potential (security|risk)|network not allowed|\baup\b/,
  /(prohibited|banned|forbidden|not allowed|blocked|illegal|disallowed) (file|attachment|extension|content|type)/,
  /\b(attachment|file|extension)s? .{0,30}(prohibited|banned|forbidden|not allowed|blocked|not accepted|disallowed)/,
  /administrative(ly)? (prohibit|den|reject)|content (was )?(blocked|denied|restricted|violat)/,
]
