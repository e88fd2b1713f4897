/** The mailbox cannot take more, for now. */
export const mailboxfull = [
  /\b(mail ?box|inbox|account|mail ?dir|mail ?drop|folder|user|recipient)('s)? (is |has |are )?(full|over ?quota|over (its |the |his )?(quota|limit))/,
  /\bover[- ]?quota|shutoffquota|extended quota|\bquota (is |has been |was )?(exceed|full|reach|violat)|(disk|storage|mailbox|user|mail) quota\b/,
  /exceed(s|ed|ing)? .{0,40}(\bquota|storage|local limit|mailbox (size|limit))/,
  /(mail ?box|inbox|account) .{0,30}(exceed|out of (storage|space)|size limit|storage limit|lacks? space)|out of storage/,
  /(not enough|insufficient|no) (disk |storage )?(space|storage|quota) .{0,30}(mailbox|user|account|recipient)/,
  /bo[iî]te .{0,20}pleine|postfach .{0,20}voll|casella .{0,20}piena|buz[oó]n .{0,20}(lleno|superad)|caixa .{0,20}cheia/,
  /\bfull (mail ?box|inbox|mailfolder)|(mail ?folder|mail ?store|folder) (is )?full|(would be |is |are )?over (the |its |his )?(allowed |maximum )?(quota|storage)|disk ?space quota/,
  /(user|mail ?box|account|recipient)('s)? .{0,20}(space|storage) (has been |is |was )?(used up|exceeded|exhausted)|does not have enough (space|storage)|not (enough|sufficient) (storage|disk) space|no space left on device/,
  /(insufficient|not enough|low on) (disk|storage) ?space(?! on (the )?(server|system|queue))|too much mail data|(user|mail ?box|account) has too many messages|mail file size exceeds|mail ?box limit/,
]

/** The account is there and closed, for now or for good. */
export const suspend = [
  /\b(account|mail ?box|user|recipient|address|domain)( @)?( that you tried to reach)?('s)?( is| has| was| are)?( been)?( temporar(il)?y| currently| permanently)?( been)? (disabled|suspended|inactive|in-active|deactivated|de-activated|locked|closed|frozen|blocked|discontinued|terminated|not active|not activated|on hold|out of service)\b/,
  /\b(disabled|suspended|inactive|closed|locked|deactivated|discontinued|expired) (account|mail ?box|user|recipient)\b/,
  /temporary locked|\bhas been suspended|(compte|bo[iî]te) .{0,40}bloqu/,
  /\bis (currently|temporarily|now) (suspended|inactive|disabled|blocked|locked)\b|temporarily inactive|suspend(s|ed)? the service|archived (recipient|mail ?box|account)|destinataire archiv/,
  /\b(account|user|mail ?box) (is )?not (been )?(active|activated|enabled)\b|disableduser|overquotaperm|(mail ?box|account) (unavailable|not available) or access denied|account closed|extended inactivity/,
]

/** The person or the account went elsewhere. */
export const hasmoved = [
  /\b(has|have) (been )?moved\b|\bmoved (to|permanently)\b|no longer (on (this )?server|works? (here|for|at)|employed|at this)/,
  /not our (user|customer)|address (has )?changed|new address is|has left (the|our|us)\b|forwarding address/,
  /has been replaced by|please use (the|my|our) new (e-?mail|address)|utilisateur a chang|mailbox has moved/,
]

/**
 * "User unknown" in the words of those who keep the directory: nothing else can be meant, whatever the stage. Those of the
 * second list need a code beside them.
 */
export const unknownForSure = [
  /not listed in .{0,30}(book|directory)|name is not recogni[sz]ed|recipientnotfound|recipnotfound|(address|recipient) (couldn't|could not) be found|mail\.local: (unknown user|user unknown)|not found in (the )?(directory|address book)/,
  /check (if|that|whether) (the )?address is correct|リストにありません|ディレクトリ.{0,6}見つかりません/,
  /not present in (the )?directory|no (mail ?box|account|user|one) (found )?(here )?(by|with|at) (that|this) (name|address)|there is no one at this address/,
]
export const unknownByCode = [
  /recipient not found|^\W*requested action not taken: mailbox unavailable|do(es)?(n't| not) have an? .{0,40}account|adresse (du )?destinataire invalide/,
]

const who = String.raw`(user|recipient|mail ?box|address|account|alias|addressee|person|customer|user ?name|local[- ]?part)s?`
const missing = String.raw`(unknown|not (be )?(found|exist|known|recogni[sz]ed|listed|valid|registered)|n't exist|does ?n[o']t exist|invalid|non-?existent|no longer (exists?|valid|in use)|undeliverable|unrecogni[sz]ed|removed|deleted|unavailable|not (available|accepted)|rejected|incorrect)`
const none = String.raw`(unknown|no such|invalid|non-?existent|bad|illegal|unrecogni[sz]ed|not a valid|no valid|incorrect|wrong|undeliverable)`

export const userunknown = [
  new RegExp(
    String.raw`\b${who}( name| address| account)?( @| "?[\w.+-]+"?)?( is| was| could| has| are| does)?( probably)?( been)? ?${missing}\b`,
  ),
  new RegExp(
    String.raw`\b${none} (or (illegal|inactive|invalid) |destination |local |user |virtual |e-?mail |mail |to )*(user|recipient|mail ?box|address|account|alias|name|id|person|addressee|\w+ @)s?\b`,
  ),
  /\buser (not|un)known|(is|are)(n't| not) (a )?(known|valid|listed|local|recogni[sz]ed)\b|no mail ?box here|no such .{0,12}here/,
  /\bdo(es)? not exist|doesn't exist|never (logged|registered)|cannot deliver mail for|find any user|\bno account\b/,
  /unable to (find|locate|verify) .{0,20}(user|recipient|mail ?box|address)|address (could|can)(n't| not) be found/,
  /(utilisateur|destinataire|usuario|benutzer|empf[aä]nger|utente|destinatario) .{0,20}(inconnu|invalide|desconocido|unbekannt|sconosciuto|inexist)/,
  /\b(mail ?box|address|recipient|user|account) (is )?(not present|not available|unavaiable|unavailable|not ok|invalid|wrong|not active at this host)|no mail ?box (found|available|by that name)|not (a )?(local|valid|known) (address|user|recipient|mailbox)/,
  /not (email|valid) addresses|bad ?rcpt ?to|badrecipientto|(not in|isn't in) my (list of )?valid ?rcpt ?to|envelope recipient has been denied|invalid[- ]recipients?|can't accept user|rejected (the )?recipients?|addresses were unknown/,
  /(e-?mail|mail) (name|address) is (not found|wrong|no longer valid|unknown|invalid)|missing home directory|no longer accepts mail|(that|this) recipient is not allowed|no such (id|account|contact|address|person|mailbox|recipient)/,
  /nessun utente|no existe|n'existe pas|existiert nicht|unbekannter (empf[aä]nger|benutzer)|usu[aá]rio (n[aã]o|desconhecido)|compte .{0,20}inexistant|ontvanger onbekend|onbekende gebruiker|пользовател\S+ .{0,10}не (найден|существует)/,
]

export const hostunknown = [
  /\b(host|domain)( name| part)?( @| "?[\w.-]+"?)?( is| was| could)?( not| never)? ?(unknown|be found|found|does not exist|doesn't exist|not exist|be resolved|invalid|non-?existent|reachable|not known)\b/,
  /\b(unknown|no such|non-?existent|invalid|illegal|bad|unresolvable) (host|domain|mail domain|destination domain|host\/domain)\b/,
  /unrout(e)?able (address|mail domain)|nxdomain|name or service not known|no address (associated|record)|couldn't find any host/,
  /host or domain name not found|dns lookup failure: host|^[\w.-]+\.[a-z]{2,12} does not exist/,
  /(recipient |destination )?domain must exist|(mail |e-?mail )?domain (mentioned|named|in) .{0,30}(unknown|not exist|invalid)|(tenant or domain|domain or tenant) not found/,
  /\bno such domain|domain .{0,60}(does not|doesn't) exist|(domain|host) name .{0,20}(not|n't) (be )?(found|resolved)|resolver\.adr\.domain/,
]

/** The domain is there and takes no mail at all. */
export const notaccept = [
  /\bno (valid )?mx\b|\bnull ?mx\b|\bno mail (exchanger|server|host)\b|couldn't find a mail exchanger/,
  /(does|do|will) not (accept|receive|handle|take) (any |incoming |inbound )?(e-?mail|mail|messages|smtp)\b(?! from)/,
  /not accepting network messages|(accepts?|receives?|handles?) no (e-?mail|mail)|no longer (accepts?|receives?) mail/,
  /mail receiving (is )?disabled|no route for current request|does not (accept|receive) (any )?(e-?mail|mail)|smtp service (is )?(disabled|not available) for/,
]

/** Somebody's own filter, or a mailbox that wants no more of this. */
export const filtered = [
  /recipient preferences?|\b(by|to|of) (the )?(recipient|user|addressee)('s)? (filter|request|choice|preference|setting)|domain filter/,
  /message (was |is |has been )?filtered|refuse[sd]? to (receive|accept)|\b(user|recipient) .{0,30}(refuses?|does not want|do not want|doesn't accept)/,
  /rejected by (the )?(recipient|user|filter)\b/,
  /only accept(s|ing) (mail|e-?mail|messages) from (specific|certain|approved|known|authenticated)|(user|mail ?box|recipient)('s)? rules?\b|user reject|protected by|blocked by the (recipient|user)|not accepting any (mail|e-?mail)/,
  /resolver\.rst\.(notauthorized|restrictedtorecipients|auth)|restricted (by|to) (the )?recipient|not (currently )?(being )?accept(ed|ing) (mail )?(for|to) this (mail ?box|recipient|address)|has restricted|bounced address|recipient refuses/,
]
