"""The one place that speaks HTTP: politely, under limits, and only to where it may.

settings    what the caller decides, and the clock
client      fetch one address: robots.txt, pace, retries and redirects together
robots      what robots.txt allows (RFC 9309)
scoreboard  when each host may be asked next
retries     what is asked again, and after how long
redirects   where an answer sends us
guard       which addresses may be asked
transport   connections only to addresses that were checked
send        one request and its answer
body        unpacking under a limit
payload     is a body what it says it is?
sniff       the media type that a body's first bytes show
errors      the tree of what goes wrong
"""
