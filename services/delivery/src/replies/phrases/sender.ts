export const badreputation = [
  /\b(low|poor|bad|ip|sender|domain|sending|suspicious) reputation\b|\breputation (of|is|for)\b|due to .{0,40}\breputation\b/,
  /unexpected volume or user complaints/,
  /poor (e-?mail |sender |ip |domain )*reputation|reputation (score|too low|is (bad|poor|low))|bad reputation/,
]

const checks = String.raw`(dmarc|spf|dkim|sender ?id|domain-based message authentication|sender policy framework)`
/** SPF, DKIM or DMARC did not pass. */
export const authfailure = [
  new RegExp(
    String.raw`\b${checks}\b.{0,80}(fail|reject|polic|pass|invalid|bad|not |error|denied|block|mismatch|align)`,
  ),
  new RegExp(
    String.raw`(fail|violat|reject|pass|invalid|bad|polic|error|due to|per|because of|according to|missing|no)\w* .{0,60}\b${checks}\b`,
  ),
  /authentication (checks?|information|results?) .{0,20}fail|unauthenticated (e-?mail|message|sender)/,
  /(not|is not) authori[sz]ed to send (e-?mail )?(from|for|on behalf)/,
  /inspect your spf|\/\/spf\.|unauthenticated senders?|dmarcrejection|(sender|from) (policy|domain) (framework )?(violation|authentication)|\b5322\.?from\b|arc (seal|validation) fail/,
]

/** The sending server's address leads to no name, or to another. */
export const requireptr = [
  /\bptr\b|\brdns\b|reverse[- ]?(dns|lookup|mapping|host ?name|ip|address|resolution)|no (reverse|dns) (entry|record|mapping)/,
  /(cannot|can't|could not|unable to) (find|resolve) your (reverse )?(host ?name|address|ip|domain)|ip (address )?(name )?lookup failed/,
  /mismatch(es)? .{0,20}client ip|unverif[iy]+able sending ip|forward[- ]confirmed/,
  /forward dns entry does not (point|match)|unresolvable relay host|(no|missing|invalid|generic) (ptr|rdns|reverse)|client .{0,20}(without|has no) (reverse|ptr|dns)/,
]

export const norelaying = [
  /\brelay(ing)? (access )?(is )?(denied|not (allowed|permitted)|prohibited|forbidden|disabled|rejected)/,
  /(not|unable|cannot|refuse[sd]?|won't|isn't allowed|not (allowed|permitted|configured)) to relay|(do|does|will) not relay|\bno relay(ing)?\b/,
  /(?<!\b(is|as) an )(open|mail|insecure|third[- ]party) relay\b|isn't in my list of allowed rcpthosts|address is not verified/,
  /\bas a relay\b|not a gateway|not local host|relaying (mail|to|by)|(specified|that|this) domain (isn't|is not) (allowed|in my list|local|hosted)|(don't|do not|doesn't|does not) handle mail for|requires authentication when attempting to send to a non-local|cannot relay/,
]

export const toomanyconn = [
  /too many (concurrent |simultaneous |open |smtp )*(connections?|sessions?)|simultaneous connections|(connection|session)s? (rate )?limit/,
  /(connections?|ip|client)[- ](rate|frequency) (limit|exceed)|frequency limited|maximum (number of )?(concurrent )?(connections|sessions)/,
  /too many recipients(?! (this|per|in))|too many connections/,
  /trop de connexions|too many errors from|exceeded the max e-?mails|(numerous|too many) (delivery )?attempts|concurrent .{0,20}(limit|exceed)/,
]

/** More mail than the destination wants, by count or by speed. */
export const speeding = [
  /receiving mail (at a rate|too quickly)|unusual (rate|volume|traffic)|unexpected volume|temporarily deferred due to/,
  /too many (messages|mails|e-?mails|requests|recipients (this|per|in))|too (fast|quickly|much mail)|rate[- ]?limit|throttl|slow down/,
  /\b(sending|message|mail|e-?mail|hourly|daily|delivery) (rate|limit) .{0,30}(exceed|reach)|exceeded .{0,40}\b(sending|hourly|daily|messages per|rate)\b/,
  /try again slower|slow(er|ing)? down|(quota|limit) (for|of) (messages|e-?mails) (per|a)|receivingrate/,
]

/** The sender's address or domain is not wanted. */
export const rejected = [
  /\bsender (address |domain |verify |e-?mail )?(is )?(rejected|refused|denied|not (allowed|accepted|permitted)|invalid|verification failed|verify failed|blocked|unknown)/,
  /(domain of )?sender('s)? (address )?.{0,60}(does not (exist|resolve)|not (exist|found|resolve))|sender was rejected/,
  /(invalid|unknown|unresolv\w+|non-?existent|blacklisted|bad) (sender|from|return path|envelope[- ]from)\b/,
  /from: .{0,30}\binvalid|provide a valid from|(not|aren't|isn't) (allowed|permitted|authori[sz]ed) to (send|post)|permission to post/,
  /\b(from|mail from) (address|domain) (is )?(rejected|denied|not (allowed|accepted))|does ?n[o']t accept (e?mail|messages) from/,
  /not a (registered gateway user|member)|all recipient address(es)? rejected|groups\.google\.com|sending this from a different address/,
  /\bbatv\b|backscatter|third[- ]party dsns?|no dsns?|empty envelope sender|unsigned dsn|sender (is |was |not )?(pre-?approved|spammer|empty|blacklisted|blocked|in my black)|(bogus|forged|fake|invalid) (mail from|sender|from)/,
  /can't determine purported|purported responsible|mail from not owned|(e-?mail|sender|your)('s)? (address|e-?mail address) (has been |is |was )?(blacklisted|black-listed|on .{0,20}list|not verified|banned)|[ée]metteur .{0,10}invalide|fully[- ]qualified (e-?mail )?address/,
  /isn't on .{0,30}list of senders|(unroutable|unverifiable|undeliverable|unresolvable) sender|domain of sender|sender('s)? domain .{0,20}(empty|invalid|not|must|resolve)|(envelope|sender) (blocked|sender domain must exist)|returned mail not accepted|mx records for/,
  /servers without a valid sender domain|access to submit messages|senderfilterconfig|rule imposed mailbox access|valid-address-filter|(sending|from) domain .{0,20}(invalid|not exist|unknown)|address you are sending from/,
]

const list = String.raw`(\brbl|dnsbl|\bbl\b|\blist|spamhaus|spamcop|sorbs|barracuda|abuseat|invaluement|\bmail\.|\b[a-z0-9-]+\.[a-z]{2})`
/** The sending server's address is not wanted. */
export const blocked = [
  new RegExp(
    String.raw`\b(blocked|listed|found|rejected|black ?listed|block ?listed|denied|refused) (using|by|at|on|in|due to listing)\b.{0,80}${list}`,
  ),
  /black[- ]?list|block[- ]?list|deny ?list|\b(dns|r|rhs)bl\b|\bspamhaus\b|\bspamcop\b|\bsorbs\b|dnsbl/,
  /client host .{0,80}(rejected|denied|blocked|refused)|(banned|blocked|bad|denied|rejected|listed) (sending )?ip\b/,
  /\b(ip|server|host|ip address|mx)( @| [\d.:a-f[\]]+)? (is |was |has been |are )?(blocked|banned|listed|denied|rejected|not (allowed|accepted|permitted)|forbidden|on our)/,
  /\bip\b.{0,40}\b(blocked|banned|not allowed|denied|rejected)\b|blocked for abuse|not accepting (connections|mail|messages)/,
  /(connections?|mail|messages?|e-?mail) (from|by) .{0,80}(blocked|refused|denied|not accepted|not allowed|will not be accepted|rejected|banned)/,
  /smtp server of your isp|(use|through) your (isp|provider)('s)?\b|dynamic(ally)? (ip|assigned|address|host)|dial-?up\b/,
  /messages from .{0,60}(weren't|were not|was not|wasn't) sent|invalid ip for sending|no access from|\b(is|as) an open relay/,
  /may not be (a )?mail exchanger|^blocked\b|(access|connection|server|host|client) (is |was |has been )?(blocked|forbidden|banned)/,
  /access .{0,60}forbidden|bad helo|helo .{0,30}(reject|invalid|denied)|no smtp service|e-?mail is redundant|currently sending spam|gr[ae]y-?list/,
  /\b(open|insecure) (proxy|relay) (detected|found|blocked)?|(rejecting|is an) open (proxy|relay)|zombie|\bgo away\b|(not|aren't) (currently )?accepting (mail|connections|messages) from (your|this)|too many (spams?|unwanted messages|bad) .{0,30}(from|ip)/,
  /not allowed to (connect|send mail from)|(mta|server|host) (or the sender )?has not passed validation|(confirm|confirmation) .{0,20}(this|your) (mail )?server|your server requires confirmation|looks suspiciously like spam|suspicious (host|ip|connection)/,
  /(refused|rejected|denied) ?[-–,:] ?see\b|listed (by|in|at|on) (the )?(lookup|exploits|realtime)|geographical location|\[(bl|ph|shxbl)\d*\]|no matches to nameserver query|service not available, closing|was blocked by\b|said: 550 blocked/,
]

export const securityerror = [
  /\bauth(entication|orization)? (is )?(required|failed|needed|failure|invalid)|must (first )?authenticate|turn on smtp auth|delivery not authori[sz]ed|need to (authenticate|use (starttls|ssl|tls))/,
  /(starttls|\btls|encryption|\bssl) (is )?(required|needed|not available|first|failed)|security (error|failure|violation)|certificate/,
  /authentication credentials invalid|account not subscribed to|authentication turned on|(don't|do not) authenticate|verification fail(ure|ed)|executable files|tls (negotiation|handshake) fail|starttls (is )?required/,
]
