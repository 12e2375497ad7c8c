"""How long things live: a conversation, its link, a claim; and how often it may move on."""

LEASE = 30.0  # seconds a claim is held; a directory's timeout is shorter
LIFETIME = 900.0  # seconds a conversation lives (Entra's reset session: 15 minutes)
LINK_LIFETIME = 600.0  # seconds a link waits to be opened (NIST SP 800-63B-4 section 4.1: at most 10 minutes)
MOVES = 3  # how often a conversation may go on to another device
