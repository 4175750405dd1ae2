"""Every count, size and wait of the shell, each with its reason. Body sizes are options of the profile."""

from __future__ import annotations

OPEN_EXCHANGES = 1_000  # more than a laptop answers in a second; beyond it a caller is told to wait (503)
INSTITUTIONS = 1_000  # a load run uses hundreds
OPEN_RUNS = 64  # CI jobs side by side on one `serve`
CLOSED_RUNS = 200  # still readable over the control API; older ones stay on disk
PERSONS = 50_000  # in one run: a load run makes one per order
RECORDS = 5_000_000  # in one run: 5 GB of evidence
RECORDS_IN_MEMORY = 20_000  # the tail that long polls read; older ones are read from the file
TAIL_BYTES = 32 * 1024 * 1024  # of that tail
EVIDENCE_BYTES = 8 * 1024 * 1024 * 1024  # of the evidence of one run; option disk.evidence_bytes
RAW_BYTES = 8 * 1024 * 1024 * 1024  # of all raw messages in a home; option disk.raw_bytes
VIEW_BYTES = 1024 * 1024  # of the view in one record; a bill of 450 rows with every field has 700 KB
VIEW_TEXT_CHARS = 1_000  # what stays of a text where a view is longer
RECORDS_AN_ANSWER = 2_000  # of GET records
RAW_AN_ANSWER = 500  # records whose bodies one GET raw gives
RAW_BYTES_AN_ANSWER = 4 * 1024 * 1024  # of base64; the message that goes beyond is the last of its answer
RAW_FILE_BYTES = 256 * 1024 * 1024  # then the next raw file begins
RAW_INDEXED = 500_000  # bodies that can be asked for by record number; older ones stay in their files
RAW_KEPT_DAYS = 30  # contracts 6
SEEN_SIGNATURES = 200_000  # per institution; the freshness window bounds replays anyway
SCRIPTS = 1_000  # faults and replies waiting for one person or institution
TRIES = 10  # of a commit that somebody else was faster than; more is no coincidence
RING_AT_LEAST_S = 60.0  # how often timers that another process may have set are looked for
TURNED_AWAY = 10_000  # requests without an interface that are recorded; a port scan must not fill the log
FIRED_AT_ONCE = 10_000  # events of one `advance`: a year of any plan; more is a loop
TIMERS = 10_000  # of one person
NOTICES_AT_ONCE = 100  # of one control call
NOTICE_ANSWER_BYTES = 64 * 1024  # an acknowledgement is a few words
NOTICES_ABROAD = 200  # POSTs of ours under way at once
CONNECTIONS_UNKNOWN = (
    4_000  # connections where the system states no limit of descriptors (Windows), and never more
)
DESCRIPTORS_KEPT = 64  # files, journals and notices of ours need some too
LEAST_CONNECTIONS = 8  # where a process may hardly open anything
BACKLOG = 128  # connections that the system keeps waiting for us
ACCEPT_PAUSE_S = 0.5  # before accepting again when no descriptor was left
IDLE_S = 75.0  # a connection without a request; pools of clients let go sooner
HEAD_WAIT_S = 15.0  # from the first byte of a request to the end of its headers
HALF_CLOSED_S = (
    0.5  # whoever shuts down sending this soon after the last byte waits for the answer; later he has left
)
LINGER_S = 1.0  # a connection that was turned away stays open for its answer to be read
LINGERING = 32  # such connections at once; half of DESCRIPTORS_KEPT
BODY_BYTES_AT_ONCE = 256 * 1024 * 1024  # of requests under way, read and not yet answered
LONG_BYTES = 32 * 1024  # of a message between whose pieces of work others are answered
BODY_WAIT_S = 30.0  # a body that drips slower than this is not a client worth waiting for
CONTROL_BODY_BYTES = 8 * 1024 * 1024  # an `import` of persons
LONG_POLL_MS = 20_000  # below every usual proxy time-out
QUIET_TIMER_MS = 2_000  # a timer of ours due sooner than this is work under way, not silence
BEFORE_REPLY_S = 5.0  # an answer waits for its notice at most this long (MP-NTF-07)
IDENTITIES_S = 2.0  # how often the file of identities is looked at: keys rotated elsewhere are in use by then
STOP_S = 5.0  # for tasks under way when the simulator stops
FEED_RECORDS = 2_000  # of all runs, that an open window can still be told; older ones by GET records
FEED_BYTES = 16 * 1024 * 1024  # of them together
FEED_AT_ONCE = 100  # taken together for one window: 16 windows never hold the loop for long
WINDOWS = 16  # open at once: pages, each with one stream; more is a mistake of a script
WINDOW_LOOK_S = 1.0  # how often a silent window is looked at: the reader may have left
WINDOW_BEAT_S = 15.0  # a line of nothing, below the idle time of every usual proxy
WINDOW_STALLS_S = 30.0  # a reader who takes nothing for so long has gone
EXPLAIN_CHARS = 2_000_000  # of a pasted message: twice the largest that the protocol allows in hexadecimal
EXPLAINED_AT_ONCE = 2  # pasted messages; each keeps a processor busy
PERSONS_SHOWN = 200  # the newest of a run, in a list for people
STRANGERS = (
    20_000  # messages of nobody in the evidence of one run; further ones stand in the simulator's own log
)
HOSTS = 64  # from where one institution's messages come, that are remembered
KNOWN_VALUES = 200_000  # of one run, that are looked for in free text; the oldest make room
KNOWN_A_PERSON = 50  # values of one kind of one person: tokens of many orders
ODD_VALUES = 1_000  # of them, that are no single word: names with a space, numbers with brackets
SEARCHED_CHARS = (
    512 * 1024
)  # letters, digits and Chinese characters of one record; texts beyond are hidden whole
FOUND_A_KIND = 5  # places of one kind that a search of a text names; the others are counted
LINE_CHARS = 300  # of a line that a search shows
SEARCH_CHARS = 512 * 1024  # of one text that is searched
LEAKS_A_RECORD = 20  # places that the facts of one record name
