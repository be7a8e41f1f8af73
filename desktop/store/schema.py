"""The memory: every table and view of a project file, in the order of the flow."""

APPLICATION_ID = 0x53454544  # "SEED" in a file's header
VERSION = 5  # a file's user_version; raise it with a step in migrations.py

FLOW = """
CREATE TABLE project(
    id INTEGER PRIMARY KEY CHECK (id = 1),
    title TEXT NOT NULL,
    language TEXT NOT NULL,           -- chooses the prompts
    created REAL NOT NULL,
    editions INTEGER NOT NULL DEFAULT 0, -- the last number given to an edited text; never given twice
    words TEXT NOT NULL DEFAULT ''    -- the rule by which the search index was cut into words
) STRICT;

-- sources ─▶ passages

CREATE TABLE sources(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    path TEXT NOT NULL,
    fingerprint TEXT NOT NULL,        -- SHA-256 of the file
    format TEXT NOT NULL,
    pages INTEGER NOT NULL DEFAULT 0,
    unread TEXT NOT NULL DEFAULT '[]', -- JSON: pages that could not be read, each with the reason
    imported REAL NOT NULL
) STRICT;
CREATE INDEX sources_by_fingerprint ON sources(fingerprint);
CREATE TABLE pages(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source INTEGER NOT NULL REFERENCES sources(id),
    number INTEGER,                   -- from 1; NULL: a stretch of a source without pages
    first INTEGER NOT NULL,           -- offsets in the source's text, in characters: [first, last)
    last INTEGER NOT NULL,
    blocks TEXT NOT NULL              -- JSON: [[text, level, aside], …]
) STRICT;
CREATE INDEX pages_of_source ON pages(source, first);
CREATE TABLE passages(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source INTEGER NOT NULL REFERENCES sources(id),
    form TEXT NOT NULL CHECK (form IN ('prose', 'record', 'function')),
    page INTEGER,
    first INTEGER NOT NULL DEFAULT 0, -- offsets in the source's text, in characters: [first, last)
    last INTEGER NOT NULL DEFAULT 0,
    content TEXT NOT NULL,            -- JSON: text, heading, columns of a record or function, why it was set aside
    excluded INTEGER NOT NULL DEFAULT 0 -- by the user, or set aside as it came
) STRICT;
-- The whole order of reading, and what is asked of passages without their text, which would have to be read past.
CREATE INDEX passages_in_order ON passages(source, first, id, excluded, form);

-- seeds

CREATE TABLE seeds(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    content TEXT NOT NULL,            -- JSON: the row's own fields
    task_type TEXT NOT NULL DEFAULT '',
    language TEXT NOT NULL DEFAULT '',
    extra TEXT NOT NULL DEFAULT '{}', -- JSON: unknown columns, written back
    name TEXT NOT NULL DEFAULT '',
    is_classification INTEGER,        -- NULL: not said
    origin TEXT NOT NULL DEFAULT ''   -- the file it came from
) STRICT;

-- run ─▶ items ─▶ attempts

CREATE TABLE runs(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    method TEXT NOT NULL,
    options TEXT NOT NULL,            -- JSON with sorted keys
    target INTEGER NOT NULL,
    random_seed INTEGER NOT NULL,
    language TEXT NOT NULL,
    model TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    prompts_hash TEXT NOT NULL,
    sampling TEXT NOT NULL,           -- JSON
    state TEXT NOT NULL CHECK (state IN ('running', 'paused', 'stopped', 'finished')),
    note TEXT NOT NULL DEFAULT '',
    created REAL NOT NULL,
    ended REAL
) STRICT;
CREATE TABLE items(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    run INTEGER NOT NULL REFERENCES runs(id),
    ordinal INTEGER NOT NULL,
    random_seed INTEGER NOT NULL,
    inputs TEXT NOT NULL,             -- JSON: [[stage, id], …]
    data TEXT NOT NULL,               -- JSON: what its method needs to do it again alike
    state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'failed')),
    note TEXT NOT NULL DEFAULT '',
    UNIQUE (run, ordinal)
) STRICT;
CREATE INDEX items_waiting ON items(run, ordinal) WHERE state = 'waiting';
CREATE TABLE attempts(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    item INTEGER NOT NULL REFERENCES items(id),
    step TEXT NOT NULL,
    sample INTEGER NOT NULL,
    asked TEXT NOT NULL,              -- SHA-256 of prompt and sampling
    prompt TEXT NOT NULL,
    reply TEXT NOT NULL,
    finish TEXT NOT NULL,
    random_seed INTEGER NOT NULL,
    prompt_tokens INTEGER NOT NULL,
    reply_tokens INTEGER NOT NULL,
    seconds REAL NOT NULL
) STRICT;
CREATE INDEX attempts_of_item ON attempts(item, seconds);
CREATE TABLE discards(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    run INTEGER NOT NULL REFERENCES runs(id),
    item INTEGER NOT NULL REFERENCES items(id),
    step TEXT NOT NULL,
    text TEXT NOT NULL,
    message TEXT NOT NULL,            -- the marked message of the reason
    reason TEXT NOT NULL              -- JSON: the message's figures
) STRICT;
CREATE INDEX discards_of_run ON discards(run, message);
CREATE INDEX discards_of_item ON discards(item);

-- candidates: what is filtered on stands here, the text beside it, so that a million rows are listed without it

CREATE TABLE candidates(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    family INTEGER NOT NULL,          -- shared by siblings: the id of the first
    run INTEGER REFERENCES runs(id),
    item INTEGER REFERENCES items(id),
    kind TEXT NOT NULL CHECK (kind IN ('instruction', 'conversation', 'preference', 'feedback', 'text')),
    answered INTEGER NOT NULL,        -- 0: an instruction whose output is NULL
    pooled INTEGER NOT NULL,          -- 1: passed rules and novelty when it came
    task_type TEXT NOT NULL DEFAULT '',
    language TEXT NOT NULL DEFAULT '',
    origin TEXT NOT NULL DEFAULT ''   -- the file an imported one came from
) STRICT;
CREATE INDEX candidates_of_run ON candidates(run) WHERE run IS NOT NULL;
CREATE INDEX candidates_of_item ON candidates(item) WHERE item IS NOT NULL;
CREATE INDEX candidates_pooled ON candidates(family) WHERE pooled = 1;
CREATE INDEX candidates_unanswered ON candidates(id) WHERE answered = 0;
CREATE TABLE contents(
    candidate INTEGER PRIMARY KEY REFERENCES candidates(id),
    content TEXT NOT NULL,            -- JSON: the row's own fields
    parents TEXT NOT NULL DEFAULT '[]', -- JSON: [[stage, id], …]
    extra TEXT NOT NULL DEFAULT '{}'  -- JSON: unknown columns, written back
) STRICT;

-- verdicts: those that say more than a value as rows, those that only pass as numbers; a row beats a number

CREATE TABLE verdicts(
    candidate INTEGER NOT NULL REFERENCES candidates(id),
    filter TEXT NOT NULL,
    edition INTEGER NOT NULL DEFAULT 0, -- which text was judged: 0 as it came, else reviews.edition
    passed INTEGER NOT NULL,
    value REAL,
    average REAL,
    reason TEXT,                      -- JSON: {message, values}
    evidence TEXT,                    -- JSON: {spans, twins}
    fix TEXT,                         -- JSON: the row as the filter would have it
    PRIMARY KEY (candidate, filter, edition)
) STRICT, WITHOUT ROWID;
CREATE INDEX verdicts_failing ON verdicts(candidate, filter, edition) WHERE passed = 0;
CREATE INDEX verdicts_of_filter ON verdicts(filter, candidate, edition, passed, value);
CREATE TABLE measured(
    filter TEXT NOT NULL,
    block INTEGER NOT NULL,           -- of candidates: 250 * block and the 249 after it
    numbers BLOB NOT NULL,            -- a double for each: what passed as it came; see measures.py
    PRIMARY KEY (filter, block)
) STRICT;
CREATE INDEX measured_of_block ON measured(block);
CREATE TABLE models(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    model TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    asked TEXT NOT NULL,              -- SHA-256 of the filter's options and prompts
    UNIQUE (asked, fingerprint, model)
) STRICT;
CREATE TABLE judged(                  -- the verdicts that are a model's
    candidate INTEGER NOT NULL REFERENCES candidates(id),
    filter TEXT NOT NULL,
    edition INTEGER NOT NULL,
    model INTEGER NOT NULL REFERENCES models(id),
    PRIMARY KEY (candidate, filter, edition)
) STRICT, WITHOUT ROWID;
CREATE TABLE looks(                   -- what Insights saw of texts, so that it reads none of them twice
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    seen TEXT NOT NULL                -- JSON: {rule, rows}; see jobs/looks.py
) STRICT;
CREATE TABLE likenesses(
    candidate INTEGER NOT NULL REFERENCES candidates(id),
    filter TEXT NOT NULL,
    edition INTEGER NOT NULL DEFAULT 0,
    stage TEXT NOT NULL,              -- of the twin
    twin INTEGER NOT NULL,
    value REAL NOT NULL,
    PRIMARY KEY (candidate, filter, edition, stage, twin)
) STRICT, WITHOUT ROWID;

-- the person

CREATE TABLE reviews(
    candidate INTEGER PRIMARY KEY REFERENCES candidates(id),
    decision TEXT CHECK (decision IN ('accepted', 'rejected', 'flagged')),
    content TEXT,                     -- JSON: the edited row; NULL, as the next four: as the model wrote it
    answered INTEGER,
    task_type TEXT,
    language TEXT,
    extra TEXT,
    edition INTEGER NOT NULL DEFAULT 0, -- of the edited text; 0: not edited
    by TEXT NOT NULL DEFAULT '',      -- the filter whose fix it is
    at REAL NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX reviews_by_decision ON reviews(decision);
CREATE INDEX reviews_edited ON reviews(candidate, answered) WHERE edition > 0;
CREATE TABLE overrules(
    candidate INTEGER NOT NULL REFERENCES candidates(id),
    filter TEXT NOT NULL,
    edition INTEGER NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (candidate, filter, edition)
) STRICT, WITHOUT ROWID;
CREATE TABLE ratings(
    candidate INTEGER NOT NULL REFERENCES candidates(id),
    scale TEXT NOT NULL,              -- what is rated, for calibrating a judge
    value REAL NOT NULL,
    at REAL NOT NULL,
    PRIMARY KEY (candidate, scale)
) STRICT, WITHOUT ROWID;
CREATE TABLE selections(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    selector TEXT NOT NULL,
    options TEXT NOT NULL,            -- JSON
    active INTEGER NOT NULL DEFAULT 0,
    created REAL NOT NULL
) STRICT;
CREATE UNIQUE INDEX selections_active ON selections(active) WHERE active = 1;
CREATE TABLE choices(
    selection INTEGER NOT NULL REFERENCES selections(id),
    candidate INTEGER NOT NULL REFERENCES candidates(id),
    split TEXT NOT NULL DEFAULT '',
    position INTEGER NOT NULL,
    PRIMARY KEY (selection, candidate)
) STRICT, WITHOUT ROWID;
CREATE INDEX choices_of_candidate ON choices(candidate);
CREATE TABLE chain(
    filter TEXT PRIMARY KEY,
    position INTEGER NOT NULL,
    enabled INTEGER NOT NULL,
    options TEXT NOT NULL             -- JSON
) STRICT, WITHOUT ROWID;
CREATE TABLE settings(
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL               -- JSON
) STRICT, WITHOUT ROWID;
CREATE TABLE prompts(
    method TEXT NOT NULL,
    step TEXT NOT NULL,
    language TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (method, step, language)
) STRICT, WITHOUT ROWID;
CREATE TABLE lists(
    name TEXT NOT NULL,
    position INTEGER NOT NULL,
    entry TEXT NOT NULL,
    PRIMARY KEY (name, position)
) STRICT, WITHOUT ROWID;

-- what left

CREATE TABLE exports(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    format TEXT NOT NULL,
    path TEXT NOT NULL,
    rows INTEGER NOT NULL,
    unreviewed INTEGER NOT NULL,
    created REAL NOT NULL
) STRICT;
"""

RULES = """
-- A verdict drops a row where it failed, its filter is switched on, it is of the text as it stands, and nobody
-- overruled it.
CREATE VIEW failures AS
    SELECT verdict.candidate, verdict.filter, link.position
    FROM verdicts AS verdict INDEXED BY verdicts_failing
    JOIN chain AS link ON link.filter = verdict.filter AND link.enabled = 1
    LEFT JOIN reviews AS review ON review.candidate = verdict.candidate
    WHERE verdict.passed = 0
      AND verdict.edition = coalesce(review.edition, 0)
      AND NOT EXISTS (
          SELECT 1 FROM overrules AS overrule
          WHERE overrule.candidate = verdict.candidate
            AND overrule.filter = verdict.filter
            AND overrule.edition = verdict.edition
      );

-- A dropped row counts once, under the first filter of the chain that failed it.
CREATE VIEW dropped AS
    SELECT failure.candidate AS id, failure.filter, failure.position
    FROM failures AS failure
    WHERE NOT EXISTS (
        SELECT 1 FROM failures AS earlier
        WHERE earlier.candidate = failure.candidate AND earlier.position < failure.position
    );

-- Instructions that stand without an answer, and that nothing drops.
CREATE VIEW unanswered AS
    SELECT candidate.id
    FROM candidates AS candidate LEFT JOIN reviews AS review ON review.candidate = candidate.id
    WHERE candidate.answered = 0
      AND coalesce(review.answered, 0) = 0
      AND NOT EXISTS (SELECT 1 FROM failures WHERE failures.candidate = candidate.id)
    UNION ALL
    SELECT candidate.id
    FROM reviews AS review JOIN candidates AS candidate ON candidate.id = review.candidate
    WHERE review.edition > 0
      AND review.answered = 0
      AND candidate.answered = 1
      AND NOT EXISTS (SELECT 1 FROM failures WHERE failures.candidate = candidate.id);

-- A row passes where nothing drops it; no verdict counts as passing, a row without an answer does not.
CREATE VIEW passing AS
    SELECT candidate.id
    FROM candidates AS candidate LEFT JOIN reviews AS review ON review.candidate = candidate.id
    WHERE coalesce(review.answered, candidate.answered) = 1
      AND NOT EXISTS (SELECT 1 FROM failures WHERE failures.candidate = candidate.id);

-- Passing rows that the user has said nothing of.
CREATE VIEW unreviewed AS
    SELECT passing.id
    FROM passing LEFT JOIN reviews AS review ON review.candidate = passing.id
    WHERE review.decision IS NULL;

-- What may leave: all, or the rows of the active selection.
CREATE VIEW selected AS
    SELECT choice.candidate AS id, choice.split, choice.position
    FROM selections AS selection JOIN choices AS choice ON choice.selection = selection.id
    WHERE selection.active = 1;

-- The dataset. Review beats filters: accepted is in, rejected is out; without an answer nothing leaves.
CREATE VIEW dataset AS
    SELECT candidate.id
    FROM reviews AS review JOIN candidates AS candidate ON candidate.id = review.candidate
    WHERE review.decision = 'accepted'
      AND coalesce(review.answered, candidate.answered) = 1
      AND (NOT EXISTS (SELECT 1 FROM selections WHERE active = 1) OR candidate.id IN (SELECT id FROM selected));

-- What joins the dataset with --unreviewed: passing rows that were neither accepted nor rejected.
CREATE VIEW undecided AS
    SELECT passing.id
    FROM passing LEFT JOIN reviews AS review ON review.candidate = passing.id
    WHERE coalesce(review.decision, 'flagged') = 'flagged'
      AND (NOT EXISTS (SELECT 1 FROM selections WHERE active = 1) OR passing.id IN (SELECT id FROM selected));
"""

# Contentless: the text stands in the tables above; search.py puts it in and takes it out, cut into words.
SEARCH = """
CREATE VIRTUAL TABLE candidate_words USING fts5(
    text, content = '', columnsize = 0, tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co M*'");
CREATE VIRTUAL TABLE seed_words USING fts5(
    text, content = '', columnsize = 0, tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co M*'");
CREATE VIRTUAL TABLE passage_words USING fts5(
    text, content = '', columnsize = 0, tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co M*'");
"""

# So many bytes of new words are gathered before they are written: with its own 1 MiB, SQLite merges what it wrote over
# and over while 100,000 passages come, or come back.
SEARCH += "".join(
    f"INSERT INTO {index}({index}, rank) VALUES ('hashsize', {16 * 2**20});\n"
    for index in ("candidate_words", "seed_words", "passage_words")
)

SCHEMA = FLOW + RULES + SEARCH
