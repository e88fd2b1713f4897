export const systemfull = [
  /insufficient (system|disk|queue|server) (storage|space|resources)|(no|not enough|out of|low) (disk|file ?system|queue) space/,
  /file ?system (is )?full|disk (is )?full|mail system (is )?full/,
]

/** A program that mail is handed to at the end: a pipe, procmail, a local agent. */
export const mailererror = [
  /^x-unix|command (failed|died|output|not found)|\b(mailer|program|pipe|filter) .{0,30}(exit|fail|died|error|status|returned)/,
  /procmail|exit (status|code)|error (running|executing)|\b(execvp|maildrop|vacation):|\| ?"?[/\w-]{3}|"\||(local )?delivery agent failed/,
  /bin\/mail(d|drop|rop)|pipe to \||maildrop/,
]

export const networkerror = [
  /host (name )?(not found|lookup failure|name lookup failure)[,;]? ?(try again|.{0,10}temporar)|name service error .{0,60}try again|host name lookup failure/,
  /hop ?count|too many hops|(mail|message|routing|forward\w*) ?loop|loops? (back|detected)|message looping|maximum forwarding/,
  /no route to host|\b(network|host|destination|server) (is )?unreachable|unable to (resolve route|establish)|wasn't able to establish/,
  /lost connection|connection (reset|lost|dropped|closed|aborted|died|broken)|could(n't| not) connect|remote protocol error/,
  /dns (server failure|timeout|temporar)|servfail|(malformed|unexpected) name server reply|no response from (name|dns) server/,
  /dns records for the destination|records? for the destination .{0,30}not (be )?found|could not (resolve|reach) (the )?(host|server|domain)/,
]

export const expired = [
  /\b(timed|time)[- ]?out\b|retry time(out)?|(message|envelope|delivery|queue|mail) (time |lifetime )?(has )?expired|\bexpired\b|insufficient time/,
  /(could not|not|unable to) be? ?deliver(ed)? .{0,30}(for|within|after|in) \d+|within \d+ (days|hours|minutes)|delivered within/,
  /in the queue too long|been in (the )?queue|giving up(?! on \S)|gave up|all hosts have been failing|(multiple|several|too many|\d+) (retries|attempts|tries)/,
  /attempts? (to deliver )?(has |have )?(failed|exceeded)|has(n't| not) (yet )?been delivered|delayed|will (be )?retr(y|ied)/,
  /not respond(ing)?|did not (respond|accept our requests)|connection refused|still being|(keep|continue) (re)?tr(ied|ying)|\bdeferred\b/,
  /resources temporarily unavailable|max(imum)? (retry|delivery) (time|attempts|count)|\d+ (day|hour)\(?s?\)?,? (on the queue|old)/,
  /(could not|couldn't) be delivered for more than|not been collected after|not reachable within|allowed queue (period|time)|delivery attempts will continue|could not find a gateway|failing for a long time|failed to deliver to domain/,
]

export const syntaxerror = [
  /\bsyntax( error)?\b|\b(command|parameter|argument)s? .{0,20}(not (recogni[sz]ed|implemented)|unrecogni[sz]ed|unknown|invalid)/,
  /bad sequence of commands|malformed address|unrecogni[sz]ed command|invalid (command|parameter|argument)/,
]

export const systemerror = [
  /\b(internal|system|server|local|configuration|config|software|database|ldap|i\/o|write) .{0,12}(error|problem|failure)/,
  /unable to contact ldap|queue file write|transaction failed|duplicated message-id|out of memory|error in processing|misconfig/,
  /(cannot|can't|could not|unable to) (open|create|write|lock|access|append)|service (currently |temporarily )?unavailable/,
  /resources? unavailable|system (is )?(down|not capable|incorrectly)|requested action aborted/,
  /loop (was )?found in|encountered an error while|interrupted system call|could not load|no mdb\b|aliasing\/forwarding loop/,
]

export const onhold = [
  /temporary (failure|error|problem)|recipient error|\bon hold\b|try again later|please try later|unable to accept/,
]
